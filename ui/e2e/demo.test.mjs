// A person's way through the pages of a running demo, in a real browser: TIDEMARK_URL=http://127.0.0.1:8470 npm run e2e.
// Without TIDEMARK_URL it runs against the mock, which serves the built pages and data of the demo's shape.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import { launchBrowser } from '../scripts/browser.mjs';
import { startMock } from '../scripts/mock-server.mjs';
import { openPage as openPageOf, overflow, seriousFaults, settled } from './page.mjs';

const DIST = join(import.meta.dirname, '..', 'dist');
let base = process.env.TIDEMARK_URL?.replace(/\/$/, '');
let mock;
let browser;

before(async () => {
  if (!base) {
    mock = await startMock({ state: 'demo', dist: DIST });
    base = mock.url;
  }
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await mock?.close();
});

// A test that failed must not leave its page working beside the next one.
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

const openPage = (path, options) => openPageOf(browser, base, path, options);
const chartOf = (page) => page.getByRole('application').first();

async function openRecordsRead(page) {
  await page.getByRole('searchbox').fill('recordsRead');
  // The label tells the list that was searched from the one that was there before.
  await page.getByText(/metrics? match/).waitFor();
  await page.getByRole('region', { name: 'Metrics' }).getByRole('button', { name: /recordsRead/ }).first().click();
  await chartOf(page).locator('canvas').waitFor();
  await settled(page);
}

/** What the server says of the chart that is on the page, so that the page is compared with it and not with a guess. */
async function chartOnPage(page) {
  const metric = await chartOf(page).getAttribute('data-chart');
  const { searchParams } = new URL(page.url());
  const query = new URLSearchParams({ metric });
  for (const name of ['from', 'to']) if (searchParams.has(name)) query.set(name, searchParams.get(name));
  const response = await fetch(`${base}/api/tidemark/v1/chart?${query}`);
  assert.equal(response.status, 200);
  return response.json();
}

test('Now says in words what is going on', async () => {
  const { page, done } = await openPage('/');
  const response = await fetch(`${base}/api/tidemark/v1/now`);
  const { sentence } = await response.json();
  await page.getByRole('heading', { level: 1, name: sentence }).waitFor();
  await page.getByRole('heading', { name: 'What changed lately' }).waitFor();
  await page.getByText(/Data time stands at/).waitFor();
  await done();
});

test('Explore finds recordsRead and shows it with its band and a finding', async () => {
  const { page, done } = await openPage('/explore');
  await openRecordsRead(page);
  const chart = await chartOnPage(page);
  assert.ok(chart.band.length > 0, 'the metric has a band');
  assert.ok(chart.findings.length > 0, 'the metric has a finding');
  await page.getByText(chart.sentence).waitFor();
  const key = page.getByRole('list', { name: 'Key' });
  await key.getByText(/usual range/).waitFor();
  await key.getByText(/^(above|below): a finding$/).first().waitFor();
  await assertInk(page);

  await page.getByRole('button', { name: 'Table' }).click();
  const rows = page.getByRole('table').getByRole('row');
  await rows.nth(1).waitFor();
  assert.equal(await rows.count(), Math.min(100, new Set([...chart.points, ...chart.band].map(([at]) => at)).size) + 1);
  await page.getByText(/[▲△] above|[▼▽] below/).first().waitFor();
  await done();
});

/** The canvas holds more than paper: the value line, the band and a marked finding, each by its colour. */
async function assertInk(page) {
  const seen = await chartOf(page).locator('canvas').evaluate((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const near = (at, [red, green, blue]) => Math.abs(data[at] - red) + Math.abs(data[at + 1] - green) + Math.abs(data[at + 2] - blue) < 12;
    const inks = { value: [0x0b, 0x5f, 0x78], above: [0xc2, 0x25, 0x5c], below: [0xb8, 0x50, 0x0a] };
    const counts = { value: 0, above: 0, below: 0, band: 0 };
    for (let at = 0; at < data.length; at += 4) {
      if (data[at + 3] > 40 && data[at + 3] < 60) counts.band++;
      if (data[at + 3] < 200) continue;
      for (const [name, ink] of Object.entries(inks)) if (near(at, ink)) counts[name]++;
    }
    return counts;
  });
  assert.ok(seen.value > 200, `value line drawn: ${JSON.stringify(seen)}`);
  assert.ok(seen.band > 1000, `band drawn: ${JSON.stringify(seen)}`);
  assert.ok(seen.above + seen.below > 20, `findings marked: ${JSON.stringify(seen)}`);
}

test('a brush zooms in, and Back undoes it', async () => {
  const { page, done } = await openPage('/explore');
  await openRecordsRead(page);
  const wholeUrl = page.url();
  const whole = await chartOnPage(page);

  const box = await chartOf(page).locator('.u-over').boundingBox();
  await page.mouse.move(box.x + box.width * 0.4, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height / 2, { steps: 8 });
  await page.mouse.up();
  await page.waitForURL(/from=/);
  await settled(page);
  const zoomed = await chartOnPage(page);
  const span = (chart) => Date.parse(chart.to) - Date.parse(chart.from);
  assert.ok(Math.abs(span(zoomed) / span(whole) - 0.3) < 0.06, `three tenths are left, not ${span(zoomed) / span(whole)}`);
  await page.getByText(zoomed.sentence).waitFor();

  const zoomedUrl = page.url();
  await page.reload();
  await page.getByText(zoomed.sentence).waitFor();
  assert.equal(page.url(), zoomedUrl);

  await page.goBack();
  await page.getByText(whole.sentence).waitFor();
  assert.equal(page.url(), wholeUrl);

  await chartOf(page).locator('.u-over').dblclick();
  await page.waitForURL(/from=/);
  await page.waitForFunction((sentence) => !document.body.textContent.includes(sentence), whole.sentence);
  assert.ok(span(await chartOnPage(page)) > 1.9 * span(whole), 'a double click zooms out');
  await done();
});

test('the zone switch changes the times on the page', async () => {
  const { page, done } = await openPage('/');
  await page.getByText(/Data time stands at .* UTC/).waitFor();
  await page.getByText('Local', { exact: true }).click();
  await page.waitForURL(/tz=local/);
  await page.getByText(/Data time stands at .* local/).waitFor();
  await page.getByRole('heading', { name: 'What changed lately' }).waitFor();
  assert.equal(await page.locator('time', { hasText: 'UTC' }).count(), 0);
  await done();
});

/** The alarm on the daily metric; the demo's name for it is the demo's affair. */
async function bandAlarm() {
  const response = await fetch(`${base}/api/tidemark/v1/alarms`);
  const { alarms } = await response.json();
  const alarm = alarms.find((a) => a.band_k !== null && a.metric_title.includes('recordsRead'));
  assert.ok(alarm, 'the demo has a band alarm on recordsRead');
  return alarm;
}

test('an alarm shows its history with Thanksgiving, its chart, and who was told', async () => {
  const { name } = await bandAlarm();
  const { page, done } = await openPage('/alarms');
  await page.getByRole('link', { name, exact: true }).click();
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  // The demo's two months are more than the history shows at first.
  const older = page.getByRole('button', { name: 'Show older' });
  await settled(page);
  while (await older.isVisible()) {
    await older.click();
    await settled(page);
  }
  const thanksgiving = page.getByRole('list', { name: /^History/ }).getByRole('listitem').filter({ hasText: '28 Nov 2013' });
  await thanksgiving.filter({ hasText: 'In alarm' }).first().waitFor();
  await chartOf(page).locator('canvas').waitFor();
  await page.getByRole('heading', { name: 'Who was told' }).waitFor();
  await page.getByText(/^Delivered/).first().waitFor();
  await done();
});

/** What the API says of the last 28 days. */
async function backtest(body) {
  const response = await fetch(`${base}/api/tidemark/v1/backtest`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  assert.equal(response.status, 200);
  return response.json();
}

test('an alarm and a rule being typed are tried on the past, with the numbers of the API', async () => {
  const { name, metric_id, stat, period_s } = await bandAlarm();
  const { page, done } = await openPage(`/alarms/${encodeURIComponent(name)}`);
  const ofAlarm = await backtest({ alarm: name });
  assert.ok(ofAlarm.firings_total > 0, 'the demo has alarms in its last 28 days');
  await page.getByText(ofAlarm.sentence).waitFor();

  await page.goto(`${base}/alarms?create=true&metric=${metric_id}&stat=${stat}&period=${period_s}&k=2`);
  const rule = { metric_id, stat, period_s, kind: 'band', direction: 'both', evaluation_periods: 1, datapoints_to_alarm: 1, treat_missing_data: 'missing' };
  await page.getByText((await backtest({ ...rule, k: 2 })).sentence).waitFor();
  await page.getByRole('textbox', { name: 'Band width k' }).fill('3.5');
  await page.getByText((await backtest({ ...rule, k: 3.5 })).sentence).waitFor();

  await page.getByRole('textbox', { name: 'Alarms a week, at most' }).fill('0.5');
  await page.getByRole('button', { name: 'Set the width' }).click();
  const { width } = await backtest({ ...rule, k: 2, alarms_per_week: 0.5 });
  await page.getByText(width.words).waitFor();
  assert.ok(width.k !== null, 'the demo has enough of the past for a width');
  assert.equal(await page.getByRole('textbox', { name: 'Band width k' }).inputValue(), String(width.k));
  await page.getByText((await backtest({ ...rule, k: width.k })).sentence).waitFor();
  await done();
});

test('a finding says why, is judged by a key, and the judgement is undone', async () => {
  const { page, done } = await openPage('/explore');
  await openRecordsRead(page);
  const whyLink = page.getByRole('link', { name: /^Why: / }).first();
  await whyLink.focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/why=/);
  const id = new URL(page.url()).searchParams.get('why');
  const response = await fetch(`${base}/api/tidemark/v1/findings/${id}/why`);
  assert.equal(response.status, 200);
  const why = await response.json();
  await page.getByText(why.sentence).waitFor();
  await page.getByText(why.rarity).waitFor();

  // Reviewed: it has no effect on what the demo learned.
  await page.keyboard.press('v');
  await page.getByText('Judged Reviewed').first().waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('No one has judged it yet.').waitFor();
  await page.reload();
  await page.getByText(why.sentence).waitFor();
  await page.getByText('No one has judged it yet.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.ok(!page.url().includes('why='), page.url());
  await done();
});

/** The newest mark of a finding on the page's first chart: how far from the left and the top of its plot, as parts of it. */
async function newestMark(page) {
  const place = await chartOf(page).locator('canvas').evaluate((canvas) => {
    const over = canvas.parentElement.querySelector('.u-over').getBoundingClientRect();
    const box = canvas.getBoundingClientRect();
    const scale = canvas.width / box.width;
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const inks = [[0xc2, 0x25, 0x5c], [0xb8, 0x50, 0x0a], [0x21, 0x25, 0x29]];
    const isInk = (x, y) => inks.some((ink) => ink.every((part, index) => Math.abs(data[(y * canvas.width + x) * 4 + index] - part) < 6));
    // A filled triangle or circle holds a square of ink; a line, a hollow mark and the ribbon at the foot do not.
    const side = Math.round(5 * scale);
    const foot = (over.bottom - box.top) * scale - 2 * side;
    for (let x = canvas.width - side; x > 0; x--) {
      for (let y = 0; y < foot; y++) {
        let isSquare = true;
        for (let dx = 0; isSquare && dx < side; dx++) for (let dy = 0; isSquare && dy < side; dy++) isSquare = isInk(x + dx, y + dy);
        if (isSquare) return { x: box.left + (x + side / 2) / scale, y: box.top + (y + side / 2) / scale };
      }
    }
    return null;
  });
  assert.ok(place, 'the chart has the mark of a finding');
  return place;
}

test('a press on a mark opens the Why of that finding, a press beside it does not', async () => {
  const { page, done } = await openPage('/explore');
  await openRecordsRead(page);
  const chart = await chartOnPage(page);
  const newest = chart.findings.filter((finding) => finding.id !== null).at(-1);
  await chartOf(page).scrollIntoViewIfNeeded();
  const { x, y } = await newestMark(page);
  const over = chartOf(page).locator('.u-over');
  const box = await over.boundingBox();
  const pointer = () => over.evaluate((element) => element.style.cursor);
  // A press where no mark is pins the cross-hair, which must not stand in the way of the mark.
  let beside;
  for (const part of [0.1, 0.3, 0.5, 0.7, 0.9]) {
    await page.mouse.move(x, box.y + part * box.height);
    if ((await pointer()) === '') beside ??= box.y + part * box.height;
  }
  await page.mouse.click(x, beside);
  assert.ok(!page.url().includes('why='), 'beside a mark is not on it');
  await page.mouse.move(x, y);
  assert.equal(await pointer(), 'pointer');
  await page.mouse.click(x, y);
  await page.waitForURL((url) => url.searchParams.get('why') === newest.id);
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.waitForFunction(() => document.activeElement.getAttribute('role') === 'application');

  await page.keyboard.press('Escape');
  await page.keyboard.press('PageUp');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.searchParams.get('why') === newest.id);
  await page.getByRole('dialog').waitFor();
  await done();
});

test('an alarm can be created, switched and deleted; errors stand at their field', async () => {
  const name = `e2e ${Date.now()} / "quoted"`;
  const { page, done } = await openPage('/explore');
  await openRecordsRead(page);
  await page.getByRole('link', { name: 'Create alarm' }).click();
  await page.getByRole('heading', { level: 1, name: 'New alarm' }).waitFor();
  await page.getByRole('button', { name: 'Create alarm' }).click();
  await page.getByText('An alarm needs a name').waitFor();
  await page.getByRole('textbox', { name: 'Name' }).fill(name);
  await page.getByRole('button', { name: 'Create alarm' }).click();
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

  await page.getByRole('switch', { name: 'Tell people' }).click();
  await page.getByText('The state still changes; no one is told.').waitFor();
  await page.reload();
  await page.getByText('The state still changes; no one is told.').waitFor();

  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.waitForURL(/\/alarms$/);
  await page.getByRole('heading', { level: 1, name: 'Alarms' }).waitFor();
  await settled(page);
  assert.equal(await page.getByRole('link', { name, exact: true }).count(), 0);
  await done();
});

/** What another client does by the API. */
const send = (method, path, body) => fetch(`${base}/api/tidemark/v1${path}`, { method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) });
const PLAIN = { description: '', evaluation_periods: 1, datapoints_to_alarm: 1, treat_missing_data: 'missing', topic_arns: [] };

test('an alarm can be edited, and what somebody else did meanwhile is told before it is overwritten', async () => {
  const { metric_id, stat, period_s } = await bandAlarm();
  const name = `edit ${Date.now()} / "quoted"`;
  const path = `/alarms/${encodeURIComponent(name)}`;
  await send('POST', '/alarms', { ...PLAIN, name, metric_id, stat, period_s, kind: 'band', k: 2, direction: 'both' });
  const now = async () => (await send('GET', path)).json();

  const { page, done } = await openPage(path);
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await page.getByRole('heading', { level: 1, name: `Edit ${name}`, exact: true }).waitFor();
  assert.deepEqual(await seriousFaults(page, 'edit'), []);
  await page.getByRole('textbox', { name: 'Band width k' }).fill('3');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The alarm was saved.').waitFor();
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  const saved = await now();
  assert.equal(saved.band_k, 3);

  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await page.getByRole('textbox', { name: 'Description' }).fill('mine');
  const theirs = await send('PUT', path, { ...PLAIN, description: 'theirs', metric_id, stat, period_s, kind: 'band', k: 4, direction: 'both', version: saved.version });
  assert.equal(theirs.status, 200, await theirs.text());
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Somebody has changed it meanwhile').waitFor();
  assert.equal((await now()).description, 'theirs');
  await page.getByText(/^They changed: description, band width\./).waitFor();
  // Whoever has read it may put theirs in its place.
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('The alarm was saved.').waitFor();
  const last = await now();
  assert.deepEqual([last.description, last.band_k], ['mine', 3]);

  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await page.getByRole('textbox', { name: 'Description' }).fill('half typed');
  await page.goBack();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Discard them' }).click();
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor();
  assert.equal((await now()).description, 'mine');
  await send('DELETE', path);
  await done();
});

test('a team of alarms is given the width that keeps its budget', async () => {
  const { metric_id, stat, period_s } = await bandAlarm();
  const prefix = `team ${Date.now()} `;
  const rule = { ...PLAIN, metric_id, stat, period_s };
  await send('POST', '/alarms', { ...rule, name: `${prefix}band`, kind: 'band', k: 1, direction: 'both' });
  await send('POST', '/alarms', { ...rule, name: `${prefix}limit`, kind: 'static', threshold: 1e9, direction: 'above' });

  const { page, done } = await openPage('/alarms');
  await page.getByRole('button', { name: 'Team budget' }).click();
  await page.getByRole('textbox', { name: 'Alarms a week, together' }).fill('1');
  await page.getByRole('combobox', { name: 'Which alarms' }).click();
  await page.getByRole('option', { name: /names begin with/ }).click();
  await page.getByRole('textbox', { name: 'Their names begin with' }).fill(prefix.trim());
  await page.getByRole('button', { name: 'Work it out' }).click();
  const team = await (await send('POST', '/backtest/team', { prefix: prefix.trim(), alarms_per_week: 1 })).json();
  await page.getByText(team.words).waitFor();
  assert.ok(team.k > 1 && team.per_week > 1, `the demo's band at k = 1 fires more than once a week: ${team.words}`);
  await page.getByRole('row', { name: /limit.*a fixed limit/ }).waitFor();

  await page.getByRole('button', { name: `Apply k = ${team.k} to 1 alarm…` }).click();
  await page.getByRole('button', { name: 'Change 1 alarm' }).click();
  await page.getByText('1 of 1 alarm changed.').waitFor();
  const changed = await (await send('GET', `/alarms/${encodeURIComponent(`${prefix}band`)}`)).json();
  assert.equal(changed.band_k, team.k);
  await page.getByText('All of them have this width.').waitFor();
  for (const kind of ['band', 'limit']) await send('DELETE', `/alarms/${encodeURIComponent(prefix + kind)}`);
  await done();
});

test('everything can be reached with the keyboard alone', async () => {
  const { page, done } = await openPage('/');
  await page.getByRole('heading', { name: 'What changed lately' }).waitFor();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to content');
  await page.keyboard.press('g');
  await page.keyboard.press('e');
  await page.waitForURL(/\/explore/);
  await page.getByRole('searchbox').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('recordsRead');
  await page.getByText(/metrics? match/).waitFor();
  await page.keyboard.press('Tab');
  // The list scrolls, so browsers make it a stop of its own.
  while (!(await page.evaluate(() => document.activeElement.tagName === 'BUTTON'))) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await chartOf(page).locator('canvas').waitFor();
  await settled(page);

  for (let stop = 0; stop < 60; stop++) {
    if (await page.evaluate(() => document.activeElement.getAttribute('role') === 'application')) break;
    await page.keyboard.press('Tab');
  }
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute('role')), 'application', 'Tab comes to the chart');
  await page.keyboard.press('End');
  // The band reaches one period past the data: at the end of 2013 that is 2014.
  const spoken = page.locator('[aria-live="polite"]', { hasText: /201[34]/ });
  await spoken.first().waitFor({ state: 'attached' });
  const last = await spoken.first().textContent();
  await page.keyboard.press('ArrowLeft');
  await page.waitForFunction((before) => [...document.querySelectorAll('[aria-live="polite"]')].every((e) => e.textContent !== before), last);
  const urlBefore = page.url();
  await page.keyboard.press('+');
  await page.waitForURL((url) => url.href !== urlBefore && url.searchParams.has('from'));
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('g');
  await page.keyboard.press('a');
  await page.waitForURL(/\/alarms/);
  await done();
});

for (const colorScheme of ['light', 'dark']) {
  test(`no page has a serious fault of accessibility, ${colorScheme}`, async () => {
    const { name } = await bandAlarm();
    const { page, done } = await openPage('/explore', { colorScheme, reducedMotion: 'reduce' });
    await openRecordsRead(page);
    const explore = new URL(page.url());
    const whyId = new URL(await page.getByRole('link', { name: /^Why: / }).first().getAttribute('href'), base).searchParams.get('why');
    const paths = ['/', `${explore.pathname + explore.search}&why=${whyId}`, explore.pathname + explore.search, `${explore.pathname + explore.search}&view=table&from=now-14d`, '/alarms', '/alarms?create=true', `/alarms/${encodeURIComponent(name)}`, '/calendars', '/calendars?create=true'];
    for (const path of paths) {
      await page.goto(base + path);
      await page.locator('h1').waitFor();
      await settled(page);
      assert.deepEqual(await seriousFaults(page, path), []);
    }
    await done();
  });
}

test('no page is wider than a phone', async () => {
  const { name } = await bandAlarm();
  const { page, done } = await openPage('/explore', { viewport: { width: 360, height: 780 } });
  await openRecordsRead(page);
  const explore = new URL(page.url());
  for (const path of ['/', explore.pathname + explore.search, '/alarms', '/alarms?create=true', `/alarms/${encodeURIComponent(name)}`, '/calendars', '/calendars?create=true']) {
    await page.goto(base + path);
    await page.locator('h1').waitFor();
    await settled(page);
    assert.equal(await overflow(page), 0, `${path} is wider than its window`);
  }
  await done();
});
