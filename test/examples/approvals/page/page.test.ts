// The example's page in a real browser against the real service on an embedded ledger: what a person sees and does, from a
// draft to the alarm. One ledger for all of it; each case opens a window of its own.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ordersCsv } from '../../../../examples/approvals/tools/orders-csv.js';
import { describeBrowser } from '../../../support/browser.js';
import { Approvals } from '../approvals.js';
import { violationsOf } from './accessibility.js';
import { Desk, type DeskOptions, eventually, WINDOW } from './desk.js';
import { tabTo } from './keyboard.js';
import { fitsNarrowScreens } from './narrow.suite.js';
import { saysWhatWasRefused } from './refusals.suite.js';
import type { Setting } from './setting.js';
import { shoot } from './screenshots.js';
import { importOrders, playScenes } from './stage.js';

const SETUP_MS = 60_000;
const BOOKCASE = { product: 'Bush Somerset Collection Bookcase', quantity: '4' };
const CHAIRS = { product: 'Hon Deluxe Fabric Upholstered Stacking Chairs, Rounded Back', quantity: '2' };
/** What is imported by the page has smaller numbers. */
const FIRST_ORDERS = ordersCsv({ rows: 240 }).replaceAll('PO-0', 'PO-1');
/** So that a picture of an order shows what happened to it. */
const TALL = { ...WINDOW, height: 1260 };
const WHY_SUBMITTED = 'The reading room opens in January.';
const WHY_APPROVED = 'Within the plan, and cheaper than last year.';

await describeBrowser('the page of the example', (startBrowser) => {
  let service: Approvals;
  let browser: Browser;
  /** The order whose life is told. */
  let number: string;
  /** When it was submitted. */
  let submittedAt: string;

  beforeAll(async () => {
    // Built, started and filled: on a machine that is busy this takes its time.
    [service, browser] = await Promise.all([
      Approvals.start({ ORDERS_CSV: '', LOG_LEVEL: 'error' }),
      startBrowser(),
    ]);
    await importOrders(service, FIRST_ORDERS);
    await playScenes(service);
  }, SETUP_MS);
  afterAll(async () => {
    await Promise.all([browser.close(), service[Symbol.asyncDispose]()]);
  });

  const open = (hash = '', options: DeskOptions = {}) => Desk.open(browser, service.origin, hash, options);
  const setting: Setting = { open, service: () => service, number: () => number };

  it('lists orders with their counts, by status and by what one searches for', async () => {
    await using desk = await open();
    const { page } = desk;
    const rows = page.locator('.order-row');
    await eventually(() => rows.count()).toBe(25);
    const all = Number(/\d+/.exec(await page.getByRole('link', { name: /^All/ }).innerText())![0]);
    expect(all).toBeGreaterThan(100);
    const [first] = await rows.allInnerTexts();
    await page.getByRole('link', { name: 'Next page' }).click();
    await eventually(async () => (await rows.allInnerTexts()).includes(first!)).toBe(false);
    await page.getByRole('link', { name: 'First page' }).click();
    await eventually(async () => (await rows.allInnerTexts())[0]).toBe(first);
    await page.getByLabel('Search orders').fill('PO-100007');
    await eventually(() => rows.count()).toBe(1);
    expect(await rows.innerText()).toContain('PO-100007');
    await page.getByLabel('Search orders').fill('');
    await page.getByRole('link', { name: /^Paid/ }).click();
    await eventually(() => rows.count()).toBe(1);
    await page.getByLabel('Search orders').fill('PO-100007');
    await page.getByText('No order fits.').waitFor();
  });

  it('says who one is, and that this stands in for a sign-in', async () => {
    await using desk = await open();
    await desk.become('cleo');
    const note = desk.page.locator('#person-note');
    expect(await note.innerText()).toBe('May approve up to €5,000.00. Stands in for a sign-in.');
    await desk.page.reload();
    await eventually(() => desk.page.getByLabel('You are').inputValue()).toBe('cleo');
  });

  it('imports a file with its progress, and lists the line that was refused', async () => {
    await using desk = await open('#/import');
    const { page } = desk;
    const csv = `${ordersCsv({ rows: 500, seed: 2 })}PO-099999,Bush,ada,office,A shelf,two,12.00,\n`;
    const line = csv.trimEnd().split('\n').length;
    await page.evaluate(`
      globalThis.seen = [];
      setInterval(() => { const bar = document.querySelector('progress'); if (bar) seen.push(bar.value); }, 5);
    `);
    await page
      .getByLabel('CSV file')
      .setInputFiles({ name: 'orders.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.getByRole('button', { name: 'Import' }).click();
    await page.getByRole('heading', { name: '1 line was refused' }).waitFor();
    const seen = await page.evaluate<number[]>('seen');
    expect(seen.some((share) => share > 0 && share < 1)).toBe(true);
    expect(seen.toSorted((a, b) => a - b)).toEqual(seen);
    expect(seen.at(-1)).toBe(1);
    const cells = await page.getByRole('row').last().getByRole('cell').allInnerTexts();
    expect(cells).toEqual([String(line), expect.stringContaining('quantity')]);
    expect(await page.getByText(/% read:/).innerText()).toMatch(
      /100 % read: 501 rows, \d+ written, 0 there already, 1 refused/,
    );
  });

  it('says field by field what is wrong with a new order', async () => {
    await using desk = await open('#/new', { refusals: true });
    const { page } = desk;
    await page.getByRole('button', { name: 'Save the draft' }).click();
    const supplier = page.getByLabel('Supplier', { exact: true });
    await eventually(() => supplier.getAttribute('aria-invalid')).toBe('true');
    expect(await page.evaluate('document.activeElement.name')).toBe('supplier');
    await supplier.fill('Bush');
    await page.getByLabel('Cost centre').selectOption('office');
    await page.getByLabel('Product').fill('A shelf');
    await page.getByLabel('Unit price').fill('12.345');
    await page.getByLabel('Quantity').fill('0');
    await page.getByRole('button', { name: 'Save the draft' }).click();
    await eventually(() => page.getByLabel('Quantity').getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByLabel('Unit price').getAttribute('aria-invalid')).toBe('true');
    expect(await supplier.getAttribute('aria-invalid')).toBeNull();
    expect(await page.evaluate('document.activeElement.name')).toBe('lines[0].quantity');
  });

  it('drafts an order as Ada, and lets Cleo approve it when it is submitted', async () => {
    await using desk = await open();
    const { page } = desk;
    number = await desk.draft('Bush', 'Facilities', [BOOKCASE, CHAIRS]);
    await desk.hasStatus('Draft');
    await desk.act('Submit for approval', WHY_SUBMITTED);
    await desk.hasStatus('Submitted');
    submittedAt = (await page.locator('.event time').last().getAttribute('datetime'))!;
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    // The ledger keeps seconds.
    await eventually(() => Date.now() - Date.parse(submittedAt)).toBeGreaterThan(1100);
    await desk.become('cleo');
    await desk.act('Approve', WHY_APPROVED);
    await desk.hasStatus('Approved');
    expect(await page.evaluate('document.activeElement.id')).toBe('title');
  });

  it('tells who, what, why, when, in which transaction, and field by field', async () => {
    await using desk = await open(`#/orders/${number}`);
    const events = desk.page.locator('.event');
    await eventually(() => events.count()).toBe(3);
    const [drafted, submitted, approved] = await events.allInnerTexts();
    expect(drafted).toContain('Ada Park drafted this order');
    expect(submitted).toContain('Ada Park submitted it for approval');
    expect(submitted).toContain(WHY_SUBMITTED);
    expect(approved).toContain('Cleo Haas approved it');
    expect(approved).toContain(WHY_APPROVED);
    expect(approved).toMatch(/Revision 3, verified, transaction \d+/);
    const change = events.last().getByRole('row', { name: /^Status/ });
    expect(await change.getByRole('cell').allInnerTexts()).toEqual(['Submitted', 'Approved']);
    const year = String(new Date(submittedAt).getUTCFullYear());
    expect(await events.last().getByRole('time').innerText()).toContain(year);
  });

  it('says in plain words what was checked, and against which state', async () => {
    await using desk = await open(`#/orders/${number}`);
    const badge = desk.page.getByRole('region', { name: 'Verification' });
    expect(await badge.innerText()).toMatch(
      /^Verified\. Exactly what was written on .+, checked against transaction \d+, hash [0-9a-f]{8}…[0-9a-f]{4}\./,
    );
    const hash = badge.getByTitle('Show the whole hash').first();
    await hash.click();
    expect(await badge.getByTitle('Show less of the hash').innerText()).toMatch(/^[0-9a-f]{64}$/);
    await badge.getByText('What was checked?').click();
    expect(await badge.innerText()).toContain(`revision 3 of order ${number}`);
    const ledger = desk.page.locator('#ledger');
    expect(await ledger.innerText()).toMatch(/^Verified\s+up to transaction \d+/);
  });

  it('recomputes the path of the shown revision, and draws it', async () => {
    await using desk = await open(`#/orders/${number}`);
    const { page } = desk;
    const verdict = page.locator('.verdict');
    await verdict.waitFor();
    const [, hashes] = /^Your browser recomputed (\d+) hashes: they match\./.exec(await verdict.innerText())!;
    expect(Number(hashes)).toBeGreaterThan(4);
    const picture = page.getByRole('group', { name: /^Picture of the path/ });
    const nodes = picture.getByRole('img');
    await nodes.first().focus();
    expect(await page.locator('.readout code').innerText()).toMatch(/^[0-9a-f]{64}$/);
    await page.keyboard.press('End');
    expect(await page.locator('.readout').innerText()).toMatch(
      /^The (fingerprint of transaction \d+: the )?trusted state/,
    );
    // Of an older revision as well, which has the ledger's own tree above it.
    await page.getByRole('button', { name: 'Proof of revision 1' }).click();
    await page.getByText('They lead from the stored bytes of revision 1 to').waitFor();
    await page.getByText('The same as a table').click();
    const rows = page.getByRole('region', { name: 'Hashes of the path' }).getByRole('row');
    expect(await rows.count()).toBeGreaterThan(await nodes.count());
    await page.getByRole('heading', { name: 'How do we know?' }).scrollIntoViewIfNeeded();
    await page.getByText('The same as a table').click();
    await page.mouse.move(0, 0);
    await shoot(page, 'path', '.path-section');
  });

  it('shows what the stored bytes say, read from what was hashed', async () => {
    await using desk = await open(`#/orders/${number}`);
    const { page } = desk;
    const verdict = page.locator('.verdict');
    await verdict.waitFor();
    expect(await verdict.innerText()).toContain('The order as shown above is what these bytes say.');
    expect(await verdict.innerText()).toContain('Which state is trusted is the service’s word.');
    await page.getByText(/^The stored bytes: \d+ bytes$/).click();
    const stored = await page.locator('.stored').innerText();
    for (const text of ['Bush', 'approved', 'cleo', WHY_APPROVED, `"number":"${number}"`, BOOKCASE.product])
      expect(stored).toContain(text);
  });

  it('raises the alarm where the service tells another order than was stored', async () => {
    await using desk = await open('', { bypassCSP: true });
    const { page } = desk;
    await page.route(`**/orders/${number}`, async (route) => {
      const response = await route.fetch();
      const detail = (await response.json()) as { order: { supplier: string } };
      detail.order.supplier = 'Canon';
      await route.fulfill({ response, json: detail });
    });
    await desk.become('eva');
    await desk.goTo(`#/orders/${number}`);
    await page.getByText('they match, but not what this page was told').waitFor();
    await page
      .getByText('the supplier displayed is not what the stored bytes say', { exact: true })
      .waitFor();
    const alarm = page.getByRole('heading', { name: `Order ${number} has been tampered with` });
    await alarm.waitFor();
    expect(await page.getByText('shows something that was never written').count()).toBe(1);
    // Nothing is left that calls it verified, nor a button to pay it.
    expect(await page.getByRole('region', { name: 'Verification' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Pay' }).count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
  });

  it('raises the alarm where the service lies about one hash of the path', async () => {
    await using desk = await open();
    const { page } = desk;
    await page.route('**/path?*', async (route) => {
      const response = await route.fetch();
      const path = (await response.json()) as { entrySteps: { sibling: string }[] };
      path.entrySteps[0]!.sibling = path.entrySteps[0]!.sibling.replace(/^./, (digit) =>
        digit === '0' ? '1' : '0',
      );
      await route.fulfill({ response, json: path });
    });
    await desk.goTo(`#/orders/${number}`);
    await page.getByText(/recomputed \d+ hashes: they do not match/).waitFor();
    await page.getByRole('heading', { name: `Order ${number} has been tampered with` }).waitFor();
  });

  it('shows everything as it was before the approval, and says so', async () => {
    await using desk = await open(`#/orders/${number}`);
    const { page } = desk;
    await desk.hasStatus('Approved');
    await page.getByLabel('Show everything as it was on').fill(submittedAt.slice(0, 19));
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await page.getByText('You are looking at the past.').waitFor();
    await desk.hasStatus('Submitted');
    await eventually(() => page.locator('.event').count()).toBe(2);
    await page.getByText('What came later is left out, as you look at the past: 1 more.').waitFor();
    await eventually(() => page.locator('.order-row', { hasText: number }).innerText()).toContain(
      'Submitted',
    );
    expect(await page.getByRole('group', { name: /may do/ }).count()).toBe(0);
    await page.getByRole('link', { name: 'Back to now' }).click();
    await desk.hasStatus('Approved');
    expect(await page.getByText('You are looking at the past.').count()).toBe(0);
    await page.getByRole('link', { name: 'Go there: everything as of revision 2' }).click();
    await desk.hasStatus('Submitted');
  });

  saysWhatWasRefused(setting);

  it('can be used without a mouse, from the start to a decision', async () => {
    await using desk = await open();
    const { page } = desk;
    await page.locator('.order-row').first().waitFor();
    await tabTo(page, 'Skip to the list of orders');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('orders');
    await page.keyboard.press('Home');
    await desk.goTo('#/');
    await page.reload();
    await page.locator('.order-row').first().waitFor();
    await tabTo(page, 'New order');
    await page.keyboard.press('Enter');
    await eventually(() => page.evaluate('document.activeElement.id')).toBe('title');
    await tabTo(page, 'Supplier');
    await page.keyboard.type('Hon');
    await tabTo(page, 'Cost centre');
    await page.keyboard.type('Work');
    await tabTo(page, 'Product');
    await page.keyboard.type('A bench');
    await tabTo(page, 'Unit price €');
    await page.keyboard.type('310.00');
    await tabTo(page, 'Save the draft');
    await page.keyboard.press('Enter');
    await desk.hasStatus('Draft');
    await tabTo(page, 'Submit for approval');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('reason');
    await page.keyboard.press('Escape');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Submit for approval');
    await page.keyboard.press('Enter');
    await tabTo(page, 'Submit for approval');
    await page.keyboard.press('Enter');
    await desk.hasStatus('Submitted');
  });

  it('has what it shows named, in contrast and in order, in light and in dark', async () => {
    await using desk = await open('', { bypassCSP: true });
    const { page } = desk;
    const looksRight = async (what: string) => {
      expect(await violationsOf(page), what).toEqual([]);
    };
    await page.getByRole('heading', { name: 'Budgets' }).waitFor();
    await looksRight('the list');
    await shoot(page, 'list');
    await desk.goTo(`#/orders/${number}`);
    await page.locator('.verdict').waitFor();
    await looksRight('an order');
    await page.evaluate('window.scrollTo(0, 0)');
    await page.setViewportSize(TALL);
    await shoot(page, 'order');
    await page.getByRole('button', { name: 'Dark appearance' }).click();
    await shoot(page, 'order-dark');
    await page.getByRole('button', { name: 'Dark appearance' }).click();
    await page.evaluate('localStorage.clear(); delete document.documentElement.dataset.theme');
    await page.setViewportSize(WINDOW);
    await desk.become('eva');
    await page.getByRole('button', { name: 'Pay' }).click();
    await looksRight('a question');
    await page.keyboard.press('Escape');
    await desk.goTo('#/new');
    await page.getByLabel('Product').waitFor();
    await looksRight('the form');
  });

  fitsNarrowScreens(setting);

  it('raises the alarm for an order that was tampered with, shows nothing of it, and everything else', async () => {
    await using desk = await open(`#/orders/${number}`, { refusals: true, bypassCSP: true });
    const { page } = desk;
    await page.getByText(BOOKCASE.product).first().waitFor();
    expect((await service.tool('tamper', '--order', number)).code).toBe(0);
    await page.reload();
    const alarm = page.getByRole('alert');
    await alarm.getByRole('heading', { name: `Order ${number} has been tampered with` }).waitFor();
    const { width, x } = (await alarm.boundingBox())!;
    expect([x, width]).toEqual([0, 1280]);
    for (const fact of ['What failed', 'What it means', 'What to do']) await alarm.getByText(fact).waitFor();
    expect(await alarm.innerText()).toContain('Stop. Do not approve or pay');
    await eventually(() => page.locator('#ledger').innerText()).toBe('Tampered');
    await page.locator('.is-tampered-row', { hasText: number }).waitFor();
    const content = await page.content();
    for (const text of [BOOKCASE.product, WHY_APPROVED, WHY_SUBMITTED, '523.92'])
      expect(content).not.toContain(text);
    expect(await page.locator('.order-row:not(.is-tampered-row)').count()).toBe(24);
    expect(await violationsOf(page)).toEqual([]);
    await shoot(page, 'alarm');

    expect((await service.tool('tamper', '--undo')).code).toBe(0);
    await page.reload();
    await desk.hasStatus('Approved');
    // What has happened is not forgotten: somebody must look. But what holds again is not called unreliable.
    await page.getByRole('heading', { name: 'This ledger has been tampered with' }).waitFor();
    expect(await alarm.innerText()).toMatch(/A check failed on .+ What you see now was checked, and holds\./);
    expect(await alarm.innerText()).not.toContain('Nothing in this ledger');
  });
});
