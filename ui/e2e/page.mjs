// What all tests in a browser share: a page that notes what it should not do, and what axe holds against it.
import AxeBuilder from '@axe-core/playwright';
import assert from 'node:assert/strict';

/** The machine that runs this may be busy with a build. */
export const WAIT_MS = 60_000;

/** A page that notes what it should not do: ask elsewhere, break, or be refused by its own policy. */
export async function openPage(browser, base, path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, colorScheme: 'light', timezoneId: 'America/New_York', ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(WAIT_MS);
  const faults = [];
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(base).origin && protocol !== 'data:' && protocol !== 'blob:') faults.push(`asked elsewhere: ${request.url()}`);
  });
  page.on('pageerror', (error) => faults.push(`broke: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && /Content Security Policy/.test(message.text())) faults.push(`refused: ${message.text()}`);
  });
  await page.goto(base + path);
  return {
    page,
    async done() {
      await context.close();
      assert.deepEqual(faults, []);
    },
  };
}

export const settled = (page) => page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));

/** Serious and critical faults that axe finds, contrast among them; `where` stands before each. */
export const seriousFaults = (page, where) => faultsOf(new AxeBuilder({ page }), where);

/** Those of them that colours alone decide. */
export const contrastFaults = (page, where) => faultsOf(new AxeBuilder({ page }).withRules(['color-contrast', 'link-in-text-block']), where);

async function faultsOf(axe, where) {
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${where} ${id}: ${nodes.map((node) => `${node.target} ${node.any[0]?.message ?? ''}`).join(' | ')}`);
}

/** Pixels that the page is wider than its window. */
export const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
