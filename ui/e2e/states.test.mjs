// The pages in the states that a demo does not come to: empty, one point, many metrics, failing, the server gone.
// Over the mock, in both colour schemes and on a phone: axe, width, and no request to another origin.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { launchBrowser } from '../scripts/browser.mjs';
import { startMock } from '../scripts/mock-server.mjs';
import { contrastFaults, openPage, overflow, seriousFaults, settled } from './page.mjs';

const UI = join(import.meta.dirname, '..');
const BUILT = join(UI, '..', 'build', 'ui');
const DIST = existsSync(BUILT) ? BUILT : join(UI, 'dist');
const METRIC = '1a2b3c4d';
const ALARM = 'flights-recordsRead-band';
const FINDING = `det-${METRIC}-Sum.86400.${Date.UTC(2013, 11, 10) / 1000}`;
const PAGES = {
  now: '/',
  explore: `/explore?m=${METRIC}`,
  'no metric chosen': '/explore',
  why: `/explore?m=${METRIC}&why=${FINDING}`,
  alarms: '/alarms',
  alarm: `/alarms/${ALARM}`,
  'alarm on metric math': '/alarms/shop-error-share',
  'edit alarm': `/alarms/${ALARM}?edit=true`,
  'new alarm': `/alarms?create=true&metric=${METRIC}`,
  'team budget': '/alarms?budget=true&week=2',
  calendars: '/calendars',
  'new calendar': '/calendars?create=true',
};

let browser;
before(async () => (browser = await launchBrowser()));
after(() => browser?.close());

/** A stand-in server for the test `t` alone. */
async function mockFor(t, state) {
  const mock = await startMock({ state, dist: DIST });
  t.after(() => mock.close());
  return mock;
}

/** In both colour schemes, which differ in nothing but colours, and on a phone. */
async function judge(page, where) {
  const faults = await seriousFaults(page, where);
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
  faults.push(...(await contrastFaults(page, `${where}, dark,`)));
  await page.setViewportSize({ width: 360, height: 780 });
  // Charts follow a change of the window a moment later.
  let wide = await overflow(page);
  for (let look = 0; wide > 0 && look < 50; look++) {
    await page.waitForTimeout(100);
    wide = await overflow(page);
  }
  if (wide > 0) faults.push(`${where}: ${wide} px wider than a phone`);
  return faults;
}

/** All pages are loaded, shown or not: they come one after the other, Calendars late among them. */
const partsLoaded = (page) =>
  page.waitForFunction(
    () => {
      const names = performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.includes('/assets/'));
      const isStill = names.length === window.assetsBefore;
      window.assetsBefore = names.length;
      return isStill && names.some((name) => /CalendarsPage-.*\.js$/.test(name));
    },
    undefined,
    { polling: 1000 },
  );

const QUIET = { reducedMotion: 'reduce' };

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();

/** What lies over a page only after someone pressed something: path, and the presses. */
const OVERLAYS = {
  'band settings': [`/explore?m=${METRIC}`, (page) => press(page, 'Band settings')],
  'band settings of metric math': [
    '/alarms/shop-error-share',
    async (page) => {
      await press(page, 'Watch this expression');
      await page.getByRole('link', { name: 'Band settings' }).click();
      await page.getByRole('dialog', { name: 'Band settings' }).waitFor();
    },
  ],
  'a refused calendar, and a question about leaving': [
    `/explore?m=${METRIC}`,
    async (page) => {
      await press(page, 'Band settings');
      await press(page, 'Add what the chart shows');
      await press(page, 'Add a calendar');
      await page.getByRole('textbox', { name: 'Name of calendar 1' }).fill('holidays');
      await page.getByRole('textbox', { name: 'Days of calendar 1' }).fill('noday');
      await press(page, 'Save');
      await page.getByText(/day 'noday' is none of/).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('alertdialog').waitFor();
    },
  ],
  'a refused shared calendar, and what another window did to it': [
    '/calendars?edit=bank+holidays',
    async (page) => {
      await page.getByRole('dialog').getByRole('textbox', { name: 'Days' }).fill('noday');
      await press(page, 'Add a dimension');
      await press(page, 'Add a tag');
      await press(page, 'Save');
      await page.getByText('A tag needs a key').waitFor();
      await press(page, 'Remove dimension 2');
      await press(page, 'Remove tag 1');
      await press(page, 'Save');
      await page.getByText(/day 'noday' is none of/).waitFor();
      await page.evaluate(() => fetch('/api/tidemark/v1/calendars/bank%20holidays', { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: '{"days":["sat"],"match":{}}' }));
      await press(page, 'Save');
      await page.getByText('Somebody has changed it meanwhile').waitFor();
    },
  ],
  'a question about deleting a calendar': ['/calendars?edit=bank+holidays', (page) => press(page, 'Delete this calendar…')],
  'a calendar of the file': ['/calendars?edit=plant+closed', (page) => page.getByText('“plant closed” stands in the configuration file').waitFor()],
  'a question about stopping': [
    `/explore?m=${METRIC}`,
    async (page) => {
      await press(page, 'Band settings');
      await press(page, 'Stop watching…');
      await page.getByText(/1 alarm uses its usual range/).waitFor();
    },
  ],
  'firings on a preview': [PAGES['new alarm'], (page) => page.getByText(/would have been in alarm/).waitFor()],
  'a missed range': [`/alarms/${ALARM}?from=2013-11-20T00:00:00Z&to=2013-12-06T00:00:00Z`, (page) => press(page, 'Mark this range as missed…')],
  'a judged finding with its receipt': [
    PAGES.why,
    async (page) => {
      await page.getByText('The receipt').click();
      await page.keyboard.press('e');
      await page.getByRole('button', { name: 'Undo' }).waitFor();
    },
  ],
  'a question about widths': [
    '/alarms?budget=true&week=1',
    async (page) => {
      // None keeps within so few, so one has to be chosen.
      await page.getByText('No width keeps within the budget, so none is proposed.').waitFor();
      await page.getByRole('slider', { name: 'Width k' }).focus();
      await page.keyboard.press('ArrowLeft');
      await page.getByRole('button', { name: /^Apply k = / }).click();
    },
  ],
  'all widths, and what became of each alarm': [
    '/alarms?budget=true&week=1',
    async (page) => {
      await page.getByText('All widths as a table').click();
      await page.getByRole('slider', { name: 'Width k' }).focus();
      await page.keyboard.press('ArrowLeft');
      await page.getByRole('button', { name: /^Apply k = / }).click();
      await page.getByRole('dialog').getByRole('button', { name: /^Change / }).click();
      await page.getByText(/of 1 alarm changed\.$/).waitFor();
    },
  ],
  'silences on a chart': [
    '/explore?m=7a8b9c0d&from=now-4d',
    async (page) => {
      await page.getByText('silent for longer than usual').waitFor();
      const box = await page.getByRole('application').first().locator('.u-over').boundingBox();
      await page.mouse.click(box.x + box.width - 20, box.y + box.height - 4);
      await page.getByRole('dialog', { name: /^Silence/ }).waitFor();
    },
  ],
  'silences in the table': ['/explore?m=7a8b9c0d&from=now-4d&view=table', (page) => page.getByRole('link', { name: '◌ silent' }).first().waitFor()],
  'what the always-on watch found, on a chart': ['/explore?m=9c0d1e2f&from=now-14d', (page) => page.getByText(/found by the always-on watch$/).waitFor()],
  'a why of the always-on watch': [
    '/',
    async (page) => {
      await page.getByRole('list', { name: /^Unusual, and nobody watches it/ }).getByRole('link', { name: /^Why: / }).first().click();
      await page.getByText('No one has judged it yet.').waitFor();
    },
  ],
  'a metric that nothing watches': ['/explore?m=9c0d1e2f', (page) => page.getByRole('button', { name: 'Watch this metric' }).waitFor()],
};

// Two at a time: each waits for its page as long as it computes.
describe('pages', { concurrency: 2 }, () => {
  for (const state of ['empty', 'one-point', 'many', 'error', 'slow']) {
    test(`${state}: every page is readable, and no wider than a phone`, async (t) => {
      const mock = await mockFor(t, state);
      const faults = [];
      for (const [name, path] of Object.entries(PAGES)) {
        const { page, done } = await openPage(browser, mock.url, path, QUIET);
        await page.locator('h1').waitFor();
        if (state !== 'slow') await settled(page);
        faults.push(...(await judge(page, name)));
        await done();
      }
      assert.deepEqual(faults, []);
    });
  }

  test('server gone: what is old is said to be old, and stays readable', async (t) => {
    const mock = await mockFor(t, 'demo');
    const opened = [];
    for (const [name, path] of Object.entries(PAGES)) {
      const { page, done } = await openPage(browser, mock.url, path, QUIET);
      await page.locator('h1').waitFor();
      await settled(page);
      opened.push({ name, page, done });
    }
    await mock.close();
    const faults = [];
    for (const { name, page, done } of opened) {
      await page.getByText(/The server cannot be reached\. What you see is from/).waitFor();
      faults.push(...(await judge(page, name)));
      await done();
    }
    assert.deepEqual(faults, []);
  });

  test('server gone: pages that were never open can be gone to, and are filled when it is back', async (t) => {
    const mock = await mockFor(t, 'demo');
    const { page, done } = await openPage(browser, mock.url, '/', QUIET);
    await partsLoaded(page);
    await mock.close();
    await page.getByText(/The server cannot be reached\. What you see is from/).waitFor();
    await page.getByRole('link', { name: 'Calendars' }).click();
    await page.getByRole('heading', { level: 1, name: 'Calendars' }).waitFor();
    await page.getByRole('link', { name: 'Explore' }).click();
    await page.getByRole('heading', { level: 1, name: 'Explore' }).waitFor();
    await page.getByText(/The server cannot be reached\. What you see is from/).waitFor();
    const again = await startMock({ state: 'demo', dist: DIST, port: Number(new URL(mock.url).port) });
    t.after(() => again.close());
    await page.getByText(/metrics match|^\d+ metrics/).first().waitFor();
    await done();
  });

  test('server gone before a page was loaded: the frame stays, says so, and the page comes when the server is back', async (t) => {
    const mock = await mockFor(t, 'demo');
    const { page, done } = await openPage(browser, mock.url, '/', QUIET);
    // As if the server had gone before the browser got around to these.
    await page.route(/\/assets\/CalendarsPage-/, (route) => route.abort());
    await page.route(/\/status$/, (route) => route.abort());
    await page.reload();
    await page.locator('h1').waitFor();
    await page.getByRole('link', { name: 'Calendars' }).click();
    await page.getByText(/^The server cannot be reached\. This is loaded by itself/).waitFor();
    await page.getByRole('navigation', { name: 'Pages' }).waitFor();
    assert.deepEqual(await seriousFaults(page, 'a page that is missing'), []);
    await page.unrouteAll();
    await page.getByRole('heading', { level: 1, name: 'Calendars' }).waitFor();
    await done();
  });

  test('what lies over a page is readable, and no wider than a phone', async (t) => {
    const faults = [];
    for (const [name, [path, act]] of Object.entries(OVERLAYS)) {
      const mock = await mockFor(t, 'demo');
      const { page, done } = await openPage(browser, mock.url, path, QUIET);
      await page.locator('h1').waitFor();
      await settled(page);
      await act(page);
      await settled(page);
      faults.push(...(await judge(page, name)));
      await done();
    }
    assert.deepEqual(faults, []);
  });

  test('the table of a chart fits a phone', async (t) => {
    const mock = await mockFor(t, 'demo');
    for (const path of [`/explore?m=${METRIC}&view=table`, '/explore?m=9c0d1e2f&from=now-14d&view=table', '/explore?m=7a8b9c0d&from=now-4d&view=table']) {
      const { page, done } = await openPage(browser, mock.url, path, { viewport: { width: 360, height: 780 } });
      const table = page.getByRole('region', { name: /^Table of/ });
      await table.waitFor();
      assert.equal(await table.evaluate((box) => box.scrollWidth - box.clientWidth), 0, path);
      await done();
    }
  });
});
