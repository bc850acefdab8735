import { expect, test } from 'vitest';
import { alarmSearch, alarmsSearch, exploreSearch, panelsText, parsePanels } from './search';

test('panels survive the way through the URL', () => {
  const panels = [{ metric: 'a1' }, { metric: 'b2', stat: 'p99' }, { metric: 'c3', stat: 'Sum', period: 86_400 }, { metric: 'd4', stat: undefined, period: 60 }];
  expect(parsePanels(panelsText(panels))).toEqual(panels);
});

test('the same metric twice is one chart, and there are at most eight', () => {
  expect(parsePanels('a,a,b')).toHaveLength(2);
  expect(parsePanels('a,b,c,d,e,f,g,h,i,j')).toHaveLength(8);
});

test.each(['../../secret', '<script>', '', ',,,', 'x'.repeat(65)])('%j names no metric', (m) => expect(parsePanels(m)).toEqual([]));

test('what a URL must not hold is dropped', () => {
  expect(exploreSearch({ from: 'javascript:alert(1)', k: 99, view: 'pie', m: 7, q: '' })).toEqual({
    from: undefined,
    to: undefined,
    view: undefined,
    q: undefined,
    m: '7',
    k: undefined,
  });
  expect(alarmSearch({ edit: 'yes' }).edit).toBeUndefined();
  expect(alarmSearch({ edit: true, from: 'now-1d' })).toMatchObject({ edit: true, from: 'now-1d' });
  expect(alarmsSearch({ state: 'FINE', create: 'yes' })).toMatchObject({ state: undefined, create: undefined });
  expect(alarmsSearch({ budget: 'yes', week: -1, days: 0, prefix: '', tag: ['a'] })).toMatchObject({ budget: undefined, week: undefined, days: undefined, prefix: undefined, tag: undefined });
  expect(alarmsSearch({ budget: true, week: 0, days: 90, prefix: 404 })).toMatchObject({ budget: true, week: 0, days: 90, prefix: '404' });
});

test('an end without a beginning is no range', () => {
  expect(exploreSearch({ to: 'now-1d' })).toMatchObject({ from: undefined, to: undefined });
});
