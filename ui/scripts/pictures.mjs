// Pictures of every page: `node scripts/pictures.mjs BASE_URL OUT_DIR [--only WORD] [--dist DIR]`.
// "live" shows the server at BASE_URL (`-`: the mock's demo); all other states come from the mock, which serves the built pages.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { launchBrowser } from './browser.mjs';
import { startMock } from './mock-server.mjs';
import { withFewerColours } from './small_png.mjs';

const THEMES = ['light', 'dark'];
const WIDTHS = [360, 1440];
const HEIGHTS = { 360: 780, 1440: 900 };
/** States whose pages are short enough to be shown to their end. */
const WHOLE_PAGE = ['live', 'empty', 'one-point', 'error'];
/** State of the picture → state of the mock. Gone: a demo whose server stops while the page is open. */
const MOCK_OF_STATE = { live: 'demo', empty: 'empty', loading: 'slow', 'one-point': 'one-point', '500-metrics': 'many', gone: 'demo', error: 'error' };

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', default: '' }, dist: { type: 'string', default: join(import.meta.dirname, '..', 'dist') } },
});
const [baseUrl = '-', outDir = 'pictures'] = positionals;

/** What the pages of this server are about: its main metric and alarm, or none. */
async function subjectsOf(url) {
  const read = async (path) => {
    const response = await fetch(`${url}/api/tidemark/v1${path}`, { signal: AbortSignal.timeout(5000) });
    return response.ok ? response.json() : {};
  };
  const [found, alarms] = await Promise.all([read('/metrics?search=recordsRead&limit=1'), read('/alarms?limit=50')]);
  const metric = found.metrics?.[0];
  return { metric: metric?.id, alarm: (alarms.alarms?.find((a) => a.metric_id === metric?.id) ?? alarms.alarms?.[0])?.name };
}

function pagesOf(state, { metric, alarm }) {
  const pages = { now: '/', explore: metric ? `/explore?m=${metric}` : '/explore', alarms: '/alarms' };
  if (alarm) pages.alarm = `/alarms/${encodeURIComponent(alarm)}`;
  if (state === 'live') {
    pages['explore-table'] = `${pages.explore}&view=table`;
    pages['new-alarm'] = `/alarms?create=true&metric=${metric}`;
  }
  return Object.entries(pages);
}

async function takePicture(browser, { state, name, path, theme, width, server }) {
  const context = await browser.newContext({ viewport: { width, height: HEIGHTS[width] }, colorScheme: theme, reducedMotion: 'reduce', timezoneId: 'UTC' });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(`${name}-${state}: ${error.message}`));
  await page.goto(server.url + path, { waitUntil: 'load' });
  await page.waitForSelector('h1');
  if (state === 'loading') await page.waitForTimeout(700);
  else await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'), null, { timeout: 15_000 });
  // Charts are drawn once their place is measured, and once more when that changes.
  await page.waitForFunction(() => [...document.querySelectorAll('[role=application]')].every((chart) => chart.querySelector('canvas')));
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await page.waitForTimeout(250);
  if (state === 'gone') {
    await server.close();
    await page.getByText('The server cannot be reached').waitFor({ timeout: 15_000 });
  }
  const file = `${name}-${state}-${theme}-${width}.png`;
  const isWideEnough = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  if (!isWideEnough) console.error(`${file}: the page is wider than the window`);
  await writeFile(join(outDir, file), withFewerColours(await page.screenshot({ fullPage: WHOLE_PAGE.includes(state) })));
  await context.close();
  console.log(file);
}

await mkdir(outDir, { recursive: true });
const browser = await launchBrowser();
try {
  for (const [state, mockState] of Object.entries(MOCK_OF_STATE)) {
    const start = () => startMock({ state: mockState, dist: values.dist });
    const isOutside = state === 'live' && baseUrl !== '-';
    let server = isOutside ? { url: baseUrl, close: () => {} } : await start();
    const subjectServer = state === 'loading' || state === 'error' ? await startMock({ state: 'demo', dist: values.dist }) : server;
    const pages = pagesOf(state, await subjectsOf(subjectServer.url));
    if (subjectServer !== server) await subjectServer.close();
    for (const [name, path] of pages) {
      for (const theme of THEMES) {
        for (const width of WIDTHS) {
          if (!`${name}-${state}-${theme}-${width}`.includes(values.only)) continue;
          await takePicture(browser, { state, name, path, theme, width, server });
          if (state === 'gone') server = await start();
        }
      }
    }
    await server.close();
  }
} finally {
  await browser.close();
}
