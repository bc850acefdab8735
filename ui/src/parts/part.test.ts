import { expect, test, vi } from 'vitest';
import { loadParts, part, PartMissing } from './part';

test('parts are loaded before they are needed; one that failed is not asked for again, and ends it', async () => {
  const first = vi.fn(() => {
    part(later);
    return Promise.resolve('page');
  });
  const failing = vi.fn(() => Promise.reject(new TypeError('Failed to fetch dynamically imported module: x')));
  const later = vi.fn(() => Promise.resolve('drawer of the page'));
  const page = part(first);
  await loadParts();
  // It came with the page.
  expect(later).toHaveBeenCalledTimes(1);
  await expect(page()).resolves.toBe('page');

  const missing = part(failing);
  const behind = vi.fn(() => Promise.resolve());
  part(behind);
  await loadParts();
  await expect(missing()).rejects.toThrow(PartMissing);
  expect(failing).toHaveBeenCalledTimes(1);
  expect(behind).not.toHaveBeenCalled();
});
