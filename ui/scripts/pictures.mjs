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
/** Pages that scroll to what they are about, or are shown by their beginning: the README has the alarm's. */
const PART_OF_PAGE = ['findings', 'stop-watching', 'backtest', 'alarm-top'];
/** State of the picture → state of the mock. Gone: a demo whose server stops while the page is open. */
const MOCK_OF_STATE = { live: 'demo', empty: 'empty', loading: 'slow', 'one-point': 'one-point', '500-metrics': 'many', gone: 'demo', error: 'error', ailing: 'ailing' };

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

const press = (page, name) => page.getByRole('button', { name, exact: true }).first().click();

/** Shows all findings of the first chart, the newest at the top of the window. */
async function showFindings(page) {
  const list = page.getByRole('list', { name: /^Findings of/ });
  await list.waitFor();
  const all = page.getByRole('button', { name: /^Show all/ }).first();
  if (await all.isVisible()) await all.click();
  await list.evaluate((element) => element.closest('section').scrollIntoView());
}

async function askToStopWatching(page) {
  await press(page, 'Band settings');
  await press(page, 'Stop watching…');
  await page.getByText(/uses? its usual range/).waitFor();
}

/** A rule's trial on the past, and the chart that marks when it would have fired. */
async function showBacktest(page) {
  await page.getByText(/tried since/).waitFor();
  await page.getByRole('list', { name: 'Key' }).evaluate((element) => element.scrollIntoView({ block: 'end' }));
}

/** Pages of a state: name, path, and what is pressed on it before its picture is taken. */
function pagesOf(state, { metric, finding, alarm }) {
  if (state === 'ailing') return [['now', '/']];
  const explore = metric ? `/explore?m=${metric}` : '/explore';
  const pages = [
    ['now', '/'],
    ['explore', explore],
    ['alarms', '/alarms'],
    ['new-alarm', metric ? `/alarms?create=true&metric=${metric}` : '/alarms?create=true'],
  ];
  if (alarm) pages.push(['alarm', `/alarms/${encodeURIComponent(alarm)}`]);
  if (finding) pages.push(['why', `${explore}&why=${finding}`]);
  // What has to be pressed is there only where the server has answered.
  if (metric && !['loading', 'error'].includes(state)) {
    pages.push(['band-settings', explore, (page) => press(page, 'Band settings')]);
  }
  if (state !== 'live') pages.push(['calendars', '/calendars'], ['new-calendar', '/calendars?create=true']);
  if (state === 'live') {
    pages.push(['alarm-top', `/alarms/${encodeURIComponent(alarm)}`]);
    pages.push(['explore-table', `${explore}&view=table`]);
    pages.push(['stop-watching', explore, askToStopWatching]);
    pages.push(['backtest', `/alarms?create=true&metric=${metric}`, showBacktest]);
    pages.push(['findings', explore, showFindings]);
    pages.push(['team-budget', '/alarms?budget=true&week=1']);
    pages.push(['calendars', '/calendars'], ['calendar', '/calendars?edit=bank+holidays'], ['explore-calendars', explore]);
  }
  return pages;
}

const VERDICTS = [
  { verdict: 'real', comment: 'Ticket 4711' },
  { verdict: 'known', comment: 'Holiday: fewer flights' },
  { verdict: 'expected', comment: '' },
];

/** Some of what was found is judged, as it would be after a while. The models learn from it, so it comes after the other pictures. */
async function judgeSome(url, metric) {
  const api = `${url}/api/tidemark/v1`;
  const { findings = [] } = await (await fetch(`${api}/findings?metric=${metric}&from=now-90d&replay=1`)).json();
  for (const [index, verdict] of VERDICTS.entries()) {
    const id = findings[index]?.id;
    if (id) await fetch(`${api}/findings/${encodeURIComponent(id)}/verdict`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(verdict) });
  }
}

const CALENDARS = {
  'bank holidays': { days: ['holidays US'], mute: false, learn: true, match: { dimensions: { JobName: '*flights*' } } },
  'month/end': { days: ['day -1'], mute: true, learn: false, match: { tags: { owner: 'finance' } } },
};

/** Some days are given for all detectors that match, who take them over and learn anew. */
async function keepCalendars(url) {
  const api = `${url}/api/tidemark/v1/calendars`;
  for (const [name, calendar] of Object.entries(CALENDARS)) {
    await fetch(`${api}/${encodeURIComponent(name)}`, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(calendar) });
  }
  for (let look = 0; look < 100; look++) {
    const { calendars } = await (await fetch(api)).json();
    if (calendars.every(({ pending }) => pending === 0)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
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

async function takePicture(browser, { state, name, path, act, theme, width, server }) {
  const context = await browser.newContext({ viewport: { width, height: HEIGHTS[width] }, colorScheme: theme, reducedMotion: 'reduce', timezoneId: 'UTC' });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  page.on('pageerror', (error) => console.error(`${name}-${state}: ${error.message}`));
  await page.goto(server.url + path, { waitUntil: 'load' });
  await page.waitForSelector('h1');
  if (state === 'loading') await page.waitForTimeout(700);
  else await settle(page);
  if (act) {
    await act(page);
    await settle(page);
  }
  if (state === 'gone') {
    await server.close();
    await page.getByText('The server cannot be reached').waitFor();
  }
  if (WHOLE_PAGE.includes(state) && !PART_OF_PAGE.includes(name)) {
    // A picture of more than the window makes the window larger first, and charts caught in between are blank.
    // A drawer scrolls by itself; what it holds counts as well.
    const height = await page.evaluate(() => Math.max(document.documentElement.scrollHeight, ...[...document.querySelectorAll('[role=dialog]')].map((dialog) => dialog.scrollHeight)));
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
    const subjects = await subjectsOf(subjectServer.url);
    const pages = pagesOf(state, subjects);
    if (subjectServer !== server) await subjectServer.close();
    for (const [name, path, act] of pages) {
      if (name === 'findings') await judgeSome(server.url, subjects.metric);
      if (name === 'calendars' && state === 'live') await keepCalendars(server.url);
      for (const theme of THEMES) {
        for (const width of WIDTHS) {
          if (!`${name}-${state}-${theme}-${width}`.includes(values.only)) continue;
          await takePicture(browser, { state, name, path, act, theme, width, server });
          if (state === 'gone') server = await start();
        }
      }
    }
    await server.close();
  }
} finally {
  await browser.close();
}
