// The band settings on a real server (TIDEMARK_URL, made by tests/clients/test_choices.py): all choices of a metric's detector, and of one on metric math.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { launchBrowser } from '../scripts/browser.mjs';
import { openPage, overflow, seriousFaults, settled } from './page.mjs';

const base = process.env.TIDEMARK_URL.replace(/\/$/, '');
let browser;

before(async () => (browser = await launchBrowser()));
after(() => browser?.close());
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

const get = async (path) => (await fetch(`${base}/api/tidemark/v1${path}`)).json();
const form = (page) => page.getByRole('dialog', { name: 'Band settings' });
const field = (page, name) => form(page).locator('input:visible, textarea:visible').and(page.getByLabel(name, { exact: true }));
const tick = (page, name) => (name.startsWith('Periodic') ? form(page).getByRole('switch') : form(page).getByRole('checkbox', { name, exact: true }));
const CHOSEN = { Adaptation: 'fast', 'Outlier filtering': 'strict' };
const TYPED = {
  Confidence: '99',
  'Time zone': 'Europe/Berlin',
  'Least deviation': '1.5',
  'Least deviation, relative': '10',
  'Lowest possible value': '-5',
  'Highest possible value': '1000',
  'From, range 1': '2013-11-05 00:00Z',
  'To, not included, range 1': '2013-11-06 12:30Z',
  'Name of calendar 1': 'closed',
  'Days of calendar 1': '12-25\n4th thu of nov\neaster-2',
  'Key of tag 1': 'owner',
  'Value of tag 1': 'finance',
};
const TICKED = { 'Periodic spikes': true, 'Mute range 1': false, 'Learn range 1': true, 'Mute calendar closed': false, 'Learn calendar closed': true };
const CHOICES = {
  watch: 'below',
  timezone: 'Europe/Berlin',
  adaptation: 'fast',
  filtering: 'strict',
  periodic_spikes: true,
  min_deviation: 1.5,
  min_relative_deviation: 0.1,
  lower_limit: -5,
  upper_limit: 1000,
  excluded: [{ from: '2013-11-05T00:00:00Z', to: '2013-11-06T12:30:00Z', mute: false, learn: true }],
  calendars: [{ name: 'closed', days: ['12-25', '4th thu of nov', 'easter-2'], mute: false, learn: true }],
  tags: { owner: 'finance' },
};

async function setAll(page) {
  await form(page).getByRole('button', { name: /^Add (another|a range)$/ }).click();
  await form(page).getByRole('button', { name: 'Add a calendar' }).click();
  await form(page).getByRole('button', { name: 'Add a tag' }).click();
  await form(page).getByText('Below', { exact: true }).click();
  for (const [name, value] of Object.entries(TYPED)) await field(page, name).fill(value.replace(/ %$/, ''));
  await page.keyboard.press('Tab');
  for (const [name, value] of Object.entries(CHOSEN)) {
    await field(page, name).click();
    await page.getByRole('option', { name: value, exact: true }).click();
  }
  for (const [name, isOn] of Object.entries(TICKED)) await tick(page, name).setChecked(isOn);
}

/** All that the form shows is what was set. */
async function assertAll(page) {
  assert.equal(await field(page, 'Width k').inputValue(), '2.58');
  for (const [name, value] of Object.entries({ ...TYPED, ...CHOSEN })) assert.equal(await field(page, name).inputValue(), value, name);
  for (const [name, isOn] of Object.entries(TICKED)) assert.equal(await tick(page, name).isChecked(), isOn, name);
  assert.ok(await form(page).getByRole('radio', { name: 'Below' }).isChecked());
  await form(page).getByText('Nothing is changed.').waitFor();
}

function assertChosen({ choices }) {
  const { width, confidence, ...rest } = choices;
  assert.ok(Math.abs(width - 2.5758293035489) < 1e-12, String(width));
  assert.ok(Math.abs(confidence - 0.99) < 1e-12, String(confidence));
  assert.deepEqual(rest, CHOICES);
}

async function saveAndReadAgain(page, open) {
  await setAll(page);
  await form(page).getByRole('button', { name: 'Save' }).click();
  await form(page).getByText('Saved; the models have learned anew.').waitFor();
  await page.reload();
  await open();
  await assertAll(page);
}

test('every choice of the band form is there when the page is read again', async () => {
  const { detectors } = await get('/detectors');
  const { id, metric_id } = detectors.find((d) => d.metric_id !== null);
  const { page, done } = await openPage(browser, base, `/explore?m=${metric_id}:Sum:3600`);
  const open = () => page.getByRole('button', { name: 'Band settings' }).click();
  await open();
  await saveAndReadAgain(page, open);
  assertChosen(await get(`/detectors/${id}`));
  await done();
});

test('the expression of an alarm is watched by a press, and has all choices too', async () => {
  const { page, done } = await openPage(browser, base, '/alarms/share');
  await page.getByRole('button', { name: 'Watch this expression' }).click();
  const open = async () => {
    // After a reload the URL has them open still.
    if (!new URL(page.url()).searchParams.has('settings')) await page.getByRole('link', { name: 'Band settings' }).click();
    await form(page).waitFor();
  };
  await open();
  await settled(page);
  assert.deepEqual(await seriousFaults(page, 'band settings of metric math'), []);
  await saveAndReadAgain(page, open);
  const { detector_id } = await get('/alarms/share');
  assertChosen(await get(`/detectors/${detector_id}`));
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.ok(!page.url().includes('settings='), page.url());
  await page.getByText('A detector watches this expression').waitFor();
  await page.setViewportSize({ width: 360, height: 780 });
  assert.equal(await overflow(page), 0);

  // A finding of it has no chart to lead to, but these settings.
  const { findings } = await get(`/findings?detector=${detector_id}&from=now-30d&replay=1`);
  assert.ok(findings.length > 0, 'the history has a finding');
  await page.goto(`${base}/?why=${findings[0].id}`);
  const why = page.getByRole('dialog');
  await why.getByRole('link', { name: 'Band settings' }).click();
  await form(page).waitFor();
  await assertAll(page);
  await done();
});
