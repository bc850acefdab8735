import { MantineProvider } from '@mantine/core';
import { fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import { CopyButton } from './CopyButton';

const setClipboard = (clipboard: unknown) => Object.defineProperty(navigator, 'clipboard', { value: clipboard, configurable: true });
/** Notes what is selected when a browser would copy it. */
function setExecCommand(answer: () => boolean) {
  const selected: string[] = [];
  document.execCommand = (command) => {
    const field = document.activeElement as HTMLTextAreaElement;
    selected.push(`${command}: ${field.value.slice(field.selectionStart, field.selectionEnd)}`);
    return answer();
  };
  return selected;
}

const original = Object.getOwnPropertyDescriptor(navigator, 'clipboard');
afterEach(() => {
  if (original) Object.defineProperty(navigator, 'clipboard', original);
  else Reflect.deleteProperty(navigator, 'clipboard');
  Reflect.deleteProperty(document, 'execCommand');
});

function pressCopy() {
  render(
    <MantineProvider>
      <CopyButton text={() => 'put one value'} label="Copy" />
    </MantineProvider>,
  );
  const button = screen.getByRole('button', { name: 'Copy' });
  button.focus();
  fireEvent.click(button);
}

test('the clipboard is used where there is one', async () => {
  const writeText = vi.fn(() => Promise.resolve());
  setClipboard({ writeText });
  pressCopy();
  expect(await screen.findByRole('button', { name: 'Copied' })).toBeVisible();
  expect(writeText).toHaveBeenCalledExactlyOnceWith('put one value');
});

test.each([
  ['no clipboard, as on plain http', undefined],
  ['a clipboard that refuses', { writeText: () => Promise.reject(new DOMException('denied', 'NotAllowedError')) }],
])('%s: the text is selected and copied, and the focus comes back', async (_, clipboard) => {
  setClipboard(clipboard);
  const selected = setExecCommand(() => true);
  pressCopy();
  expect(await screen.findByRole('button', { name: 'Copied' })).toHaveFocus();
  expect(selected).toEqual(['copy: put one value']);
  expect(document.querySelector('textarea')).toBeNull();
});

test.each([
  () => false,
  () => {
    throw new Error('no such command');
  },
])('where nothing copies, the button says what to do', async (answer) => {
  setClipboard(undefined);
  setExecCommand(answer);
  pressCopy();
  expect(await screen.findByRole('button', { name: 'Select and copy it' })).toBeVisible();
});
