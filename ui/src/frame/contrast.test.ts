// The colours of styles.css, whose ratios axe judges only where a page happens to show them, and never those of borders (WCAG 1.4.3, 1.4.11).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PALETTES } from '../chart/plot';
import { theme } from './theme';

const css = readFileSync(join(import.meta.dirname, '../styles.css'), 'utf8');

const coloursIn = (block: string) => Object.fromEntries([...block.matchAll(/--tm-([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, colour]) => [name, colour]));

/** The variables of one scheme, those of both, and the library's own paper. */
function coloursOf(scheme: 'light' | 'dark'): Record<string, string> {
  const block = new RegExp(`scheme='${scheme}'\\] \\{([^}]*)\\}`).exec(css)![1]!;
  return { ...coloursIn(/^:root \{([^}]*)\}/.exec(css)![1]!), ...coloursIn(block), paper: PALETTES[scheme].paper, field: scheme === 'light' ? '#ffffff' : '#2e2e2e' };
}

/** Relative luminance and ratio of WCAG 2.2. */
function luminance(hex: string): number {
  const part = (from: number) => {
    const share = parseInt(hex.slice(from, from + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5);
}
function ratio(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

test('the ratio is that of WCAG', () => {
  expect(ratio('#000000', '#ffffff')).toBeCloseTo(21);
  expect(ratio('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

const TEXTS: [string, string[]][] = [
  ['dim-text', ['paper', 'page', 'quiet-fill']],
  ['quiet-text', ['paper', 'quiet-fill']],
  ['warning-text', ['paper', 'page', 'quiet-fill']],
  ['alarm-text', ['paper', 'alarm-fill']],
  ['ok-text', ['paper', 'ok-fill']],
  ['link', ['paper', 'page']],
  ['lost-text', ['lost-fill']],
];

test.each(['light', 'dark'] as const)('%s: text has 4.5:1, a border by which a field is found 3:1', (scheme) => {
  const colours = coloursOf(scheme);
  const low = (ink: string, papers: string[], least: number) => papers.filter((paper) => !(ratio(colours[ink]!, colours[paper]!) >= least)).map((paper) => `${ink} on ${paper}`);
  expect(TEXTS.flatMap(([ink, papers]) => low(ink, papers, 4.5))).toEqual([]);
  expect(low('field-line', ['paper', 'page', 'field'], 3)).toEqual([]);
});

test('a warning is told from ordinary text by more than its place', () => {
  expect(coloursOf('dark')['warning-text']).not.toBe('#ffffff');
});

test('lines and marks of charts have 3:1 on their paper', () => {
  for (const { paper, ...palette } of Object.values(PALETTES)) {
    const solid = Object.entries(palette).filter(([, ink]) => ink.startsWith('#'));
    expect(solid.filter(([, ink]) => ratio(ink, paper) < 3)).toEqual([]);
  }
});

test('the marks of a slider are in the colour of dim text', () => {
  const { styles } = theme.components!.Slider as { styles: { markLabel: object } };
  expect(styles.markLabel).toEqual({ color: 'var(--tm-dim-text)' });
});
