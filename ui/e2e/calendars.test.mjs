// Shared calendars on a real server (TIDEMARK_URL, made by tests/clients/test_choices.py): one is made, is with the detector that matches, and is deleted in another window.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { launchBrowser } from '../scripts/browser.mjs';
import { openPage, overflow, seriousFaults, settled } from './page.mjs';

const base = process.env.TIDEMARK_URL.replace(/\/$/, '');
const NAME = 'month/end 100 % & more';
let browser;

before(async () => (browser = await launchBrowser()));
after(() => browser?.close());
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

const get = async (path) => (await fetch(`${base}/api/tidemark/v1${path}`)).json();
const detectorOf = async (job) => (await get('/detectors')).detectors.find(({ metric_title }) => metric_title.endsWith(job));
const inheritedBy = async (job) => (await detectorOf(job)).inherited.map(({ name }) => name);
const item = (page, name) => page.getByRole('list', { name: 'Calendars' }).getByRole('listitem').filter({ has: page.getByRole('heading', { name, exact: true }) });
const drawer = (page, name) => page.getByRole('dialog', { name, exact: true });
const exploreOf = (id) => `/explore?m=${id}:Sum:3600&from=2013-11-09T00:00:00Z&to=2013-11-18T00:00:00Z`;

async function make(page) {
  await page.getByRole('button', { name: 'New calendar' }).click();
  const form = drawer(page, 'New calendar');
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('bank');
  await form.getByRole('textbox', { name: 'Days' }).fill('2013-11-15\nnoday');
  await form.getByRole('button', { name: 'Add a dimension' }).click();
  await form.getByRole('textbox', { name: 'Name of dimension 1' }).fill('JobName');
  await form.getByRole('textbox', { name: 'Value of dimension 1' }).fill('etl-*');
  await form.getByText('For all detectors of JobName etl-*.').waitFor();
  await form.getByText('1 detector matches now.').waitFor();
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('The configuration file has a calendar of this name').waitFor();
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill(NAME);
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText(/day 'noday' is none of/).waitFor();
  assert.deepEqual(await seriousFaults(page, 'a refused calendar'), []);
  await form.getByRole('textbox', { name: 'Days' }).fill('2013-11-15');
  await form.getByRole('button', { name: 'Save' }).click();
  await page.getByText(`“${NAME}” was saved. 1 detector has it and learns anew, one after the other.`).waitFor();
  await form.waitFor({ state: 'detached' });
  await item(page, NAME).getByText('For all detectors of JobName etl-*.').waitFor();
  await item(page, NAME).getByText('yet to take').waitFor({ state: 'detached' });
}

async function remove(page) {
  const form = drawer(page, 'Calendar');
  await form.getByRole('button', { name: 'Delete this calendar…' }).click();
  await page.getByRole('alertdialog').getByText('1 detector loses its days').waitFor();
  await page.getByRole('button', { name: 'Delete it' }).click();
  await page.getByText(`“${NAME}” was deleted.`).waitFor();
  await item(page, NAME).waitFor({ state: 'detached' });
}

test('a calendar is made, is shown with the detector that matches and on its chart, and is deleted while another window edits it', async () => {
  const { page, done } = await openPage(browser, base, '/');
  await page.getByRole('link', { name: 'Calendars' }).click();
  await item(page, 'bank').getByText('From the configuration file, changed there').waitFor();
  assert.deepEqual(await seriousFaults(page, 'calendars'), []);
  await make(page);
  assert.deepEqual(await inheritedBy('etl-a'), ['bank', NAME]);
  assert.deepEqual(await inheritedBy('ml-x'), []);

  // Days of New York, where its detector lives; Veterans Day is one of the bank's.
  const { metric_id } = await detectorOf('etl-a');
  await page.goto(base + exploreOf(metric_id));
  await page.getByRole('list', { name: 'Key' }).getByText(`day of bank, ${NAME}`).waitFor();
  const { calendar_days } = await get(`/chart?metric=${metric_id}&stat=Sum&period=3600&from=2013-11-09T00:00:00Z&to=2013-11-18T00:00:00Z`);
  assert.deepEqual(calendar_days, [
    { from: '2013-11-11T05:00:00Z', to: '2013-11-12T05:00:00Z', calendars: ['bank'], mute: true, learn: true },
    { from: '2013-11-15T05:00:00Z', to: '2013-11-16T05:00:00Z', calendars: [NAME], mute: true, learn: false },
  ]);
  await settled(page);
  await page.getByRole('button', { name: 'Table' }).click();
  const marked = page.getByRole('table').getByText(`· ${NAME}`);
  await marked.first().waitFor();
  assert.equal(await marked.count(), 24);
  await page.getByRole('button', { name: 'Chart', exact: true }).click();

  await page.getByRole('button', { name: 'Band settings' }).click();
  const inherited = drawer(page, 'Band settings').getByRole('group', { name: 'Inherited calendars' });
  await inherited.getByText('2013-11-15').waitFor();
  await inherited.getByRole('link', { name: NAME }).click();
  const form = drawer(page, 'Calendar');
  await form.getByRole('textbox', { name: 'Days' }).fill('2013-11-16');

  const other = await openPage(browser, base, `/calendars?edit=${encodeURIComponent(NAME)}`);
  await remove(other.page);
  await other.done();
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('Somebody has deleted it meanwhile').waitFor();
  await page.setViewportSize({ width: 360, height: 780 });
  assert.equal(await overflow(page), 0);
  assert.deepEqual(await seriousFaults(page, 'deleted meanwhile'), []);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Discard them' }).click();
  await form.waitFor({ state: 'detached' });

  for (let look = 0; (await inheritedBy('etl-a')).length > 1 && look < 200; look++) await page.waitForTimeout(100);
  await page.goto(base + exploreOf(metric_id));
  await page.getByRole('button', { name: 'Band settings' }).click();
  await inherited.getByText('holidays US').waitFor();
  assert.equal(await inherited.getByText(NAME).count(), 0);
  await done();
});
