// Deliveries that were given up, on a real server (TIDEMARK_URL, made by tests/clients/test_delivery.py): said on the page of their alarm and on Now.
import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';
import { launchBrowser } from '../scripts/browser.mjs';
import { openPage, overflow, seriousFaults, settled } from './page.mjs';

const base = process.env.TIDEMARK_URL.replace(/\/$/, '');
let browser;

before(async () => (browser = await launchBrowser()));
after(() => browser?.close());
afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

for (const [width, colorScheme] of [
  [1440, 'light'],
  [1440, 'dark'],
  [360, 'light'],
  [360, 'dark'],
]) {
  test(`the alarm's page says who was not told, why and when: ${width} px, ${colorScheme}`, async () => {
    const { page, done } = await openPage(browser, base, '/alarms/records', { viewport: { width, height: 900 }, colorScheme });
    const told = page.locator('section').filter({ has: page.getByRole('heading', { name: 'Who was told' }) });
    const gone = told.getByRole('listitem').filter({ hasText: 'gone@example.org' });
    await gone.getByText('Given up after 1 try').waitFor();
    assert.match(await gone.innerText(), /550 5\.1\.1 no such person/);
    const hook = told.getByRole('listitem').filter({ hasText: 'webhook' });
    await hook.getByText('Given up after 1 try').waitFor();
    assert.match(await hook.innerText(), /410/);
    for (const item of [gone, hook]) {
      assert.match(await item.innerText(), /For the change from Insufficient data to In alarm on \d{1,2} \w{3} \d{4},? \d{2}:\d{2}/);
      assert.match(await item.innerText(), /on \d{1,2} \w{3} \d{4},? \d{2}:\d{2}\S* UTC by the machine’s clock/);
    }
    await told.getByRole('listitem').filter({ hasText: 'there@example.org' }).getByText('Delivered').waitFor();
    await page.getByText(/This server has received nothing yet of /).waitFor();
    await settled(page);
    assert.equal(await overflow(page), 0);
    assert.deepEqual(await seriousFaults(page, 'alarm'), []);
    if (process.env.TIDEMARK_SHOTS) await page.screenshot({ path: `${process.env.TIDEMARK_SHOTS}/dead-${width}-${colorScheme}.png`, fullPage: true });
    await done();
  });
}

for (const [width, colorScheme] of [
  [1440, 'light'],
  [360, 'dark'],
]) {
  test(`Now counts them: ${width} px, ${colorScheme}`, async () => {
    const { page, done } = await openPage(browser, base, '/', { viewport: { width, height: 900 }, colorScheme });
    await page.getByText('2 given up', { exact: true }).waitFor();
    await page.getByText('1 message delivered, 2 given up').waitFor();
    await settled(page);
    assert.equal(await overflow(page), 0);
    assert.deepEqual(await seriousFaults(page, 'now'), []);
    if (process.env.TIDEMARK_SHOTS) await page.screenshot({ path: `${process.env.TIDEMARK_SHOTS}/dead-now-${width}-${colorScheme}.png`, fullPage: true });
    await done();
  });
}
