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
/** The machine that takes them may be busy with a build. */
const WAIT_MS = 60_000;
const HEIGHTS = { 360: 780, 1440: 900 };
/** States whose pages are short enough to be shown to their end. */
const WHOLE_PAGE = ['live', 'empty', 'one-point', 'error'];
/** State of the picture → state of the mock. Gone: a demo whose server stops while the page is open. */
const MOCK_OF_STATE = { live: 'demo', empty: 'empty', loading: 'slow', 'one-point': 'one-point', '500-metrics': 'many', gone: 'demo', error: 'error' };

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', default: '' }, dist: { type: 'string', default: join(import.meta.dirname, '..', 'dist') } },
});
const [baseUrl, outDir] = [(positionals[0] ?? '-').replace(/\/$/, ''), positionals[1] ?? 'pictures'];

/** What the pages of this server are about: its main metric and alarm, or none. */
async function subjectsOf(url) {
  const read = async (path) => {
    const response = await fetch(`${url}/api/tidemark/v1${path}`, { signal: AbortSignal.timeout(5000) });
    return response.ok ? response.json() : {};
  };
  const [found, alarms] = await Promise.all([read('/metrics?search=recordsRead&limit=1'), read('/alarms?limit=50')]);
  const metric = found.metrics?.[0];
  const findings = metric ? await read(`/findings?metric=${metric.id}&from=now-90d&replay=1&limit=1`) : {};
  return { metric: metric?.id, finding: findings.findings?.[0]?.id, alarm: (alarms.alarms?.find((a) => a.metric_id === metric?.id) ?? alarms.alarms?.[0])?.name };
}

function pagesOf(state, { metric, finding, alarm }) {
  const pages = { now: '/', explore: metric ? `/explore?m=${metric}` : '/explore', alarms: '/alarms' };
  if (alarm) pages.alarm = `/alarms/${encodeURIComponent(alarm)}`;
  if (finding) pages.why = `${pages.explore}&why=${finding}`;
  if (state === 'live') {
    pages['explore-table'] = `${pages.explore}&view=table`;
    pages['new-alarm'] = `/alarms?create=true&metric=${metric}`;
  }
  return Object.entries(pages);
}

const isBusy = () => document.querySelector('[aria-busy="true"]') !== null;
/** Every chart that is there holds more than paper: a line, a band, or at least its axes. */
const isDrawn = () =>
  [...document.querySelectorAll('[role=application]')].every((chart) => {
    const canvas = chart.querySelector('canvas');
    if (!canvas || canvas.width < 100) return false;
    return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.some((byte) => byte > 0);
  });

/** Waits until all that was asked for is there and drawn; one answer may lead to the next question, so calm has to last. */
async function settle(page) {
  for (let calm = 0; calm < 3; ) {
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await page.waitForTimeout(100);
    const isCalm = !(await page.evaluate(isBusy)) && (await page.evaluate(isDrawn));
    calm = isCalm ? calm + 1 : 0;
  }
}

async function takePicture(browser, { state, name, path, theme, width, server }) {
  const context = await browser.newContext({ viewport: { width, height: HEIGHTS[width] }, colorScheme: theme, reducedMotion: 'reduce', timezoneId: 'UTC' });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  page.on('pageerror', (error) => console.error(`${name}-${state}: ${error.message}`));
  await page.goto(server.url + path, { waitUntil: 'load' });
  await page.waitForSelector('h1');
  if (state === 'loading') await page.waitForTimeout(700);
  else await settle(page);
  if (state === 'gone') {
    await server.close();
    await page.getByText('The server cannot be reached').waitFor();
  }
  if (WHOLE_PAGE.includes(state)) {
    // A picture of more than the window makes the window larger first, and charts caught in between are blank.
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    await page.setViewportSize({ width, height: Math.max(height, HEIGHTS[width]) });
    await settle(page);
  }
  const file = `${name}-${state}-${theme}-${width}.png`;
  const isWideEnough = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
  if (!isWideEnough) console.error(`${file}: the page is wider than the window`);
  await writeFile(join(outDir, file), withFewerColours(await page.screenshot()));
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
