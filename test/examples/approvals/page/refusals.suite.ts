// What the page says where somebody is refused something, or nobody answers.
import { expect, it } from 'vitest';
import type { OrderDetailView } from '../answers.js';
import { eventually } from './desk.js';
import type { Setting } from './setting.js';

const CHAIRS = { product: 'Hon Deluxe Fabric Upholstered Stacking Chairs, Rounded Back', quantity: '2' };

/** The cases. */
export function saysWhatWasRefused(setting: Setting): void {
  it('tells somebody who comes too late, and somebody who may not', async () => {
    await using ada = await setting.open();
    const other = await ada.draft('Hon', 'Sales', [CHAIRS]);
    await ada.act('Submit for approval', '');
    await ada.hasStatus('Submitted');
    await using cleo = await setting.open(`#/orders/${other}`, { refusals: true });
    await cleo.become('cleo');
    await cleo.page.getByRole('button', { name: 'Reject' }).waitFor();
    // Somebody else in the same window, which the page does not offer.
    await cleo.page.evaluate(`sessionStorage.setItem('approvals.person', 'ada')`);
    await cleo.act('Approve', '');
    const dialog = cleo.page.getByRole('dialog');
    await dialog.getByText('You may not do this.').waitFor();
    expect(await dialog.getByRole('alert').innerText()).toContain('Cleo Haas (up to');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await cleo.page.evaluate(`sessionStorage.setItem('approvals.person', 'cleo')`);

    await ada.become('dev');
    await ada.act('Approve', '');
    await ada.hasStatus('Approved');
    await cleo.act('Approve', '');
    await dialog.getByText('Somebody else changed this order.').waitFor();
    await dialog.getByRole('button', { name: 'Reload the order' }).click();
    await cleo.hasStatus('Approved');
  });

  it.each([
    ['REVISION_CHANGED', 'Somebody else changed this order.', true],
    ['MODIFIED_ENTITY', 'Somebody else changed this order.', true],
    ['CONFLICT', 'Somebody else was faster.', true],
    ['WRONG_STATUS', 'This cannot be done to it as it stands.', true],
    ['BUDGET_EXCEEDED', 'The budget does not allow this.', false],
    ['NO_NUMBERS_LEFT', 'There are no order numbers left.', false],
  ])('says what %s means, and offers to reload only where that helps', async (code, title, helps) => {
    await using desk = await setting.open(`#/orders/${setting.number()}`, { refusals: true });
    const { page } = desk;
    await desk.become('eva');
    const message = 'The sentence of the service.';
    await page.route('**/pay', (route) =>
      route.fulfill({ status: 409, json: { statusCode: 409, code, message } }),
    );
    await desk.act('Pay', '');
    const notice = page.getByRole('dialog').getByRole('alert');
    await notice.getByText(title, { exact: true }).waitFor();
    expect(await notice.getByText(message, { exact: true }).count()).toBe(1);
    expect(await notice.getByRole('button', { name: 'Reload the order' }).count()).toBe(helps ? 1 : 0);
  });

  it('shows what the service says of an empty file', async () => {
    await using desk = await setting.open('#/import', { refusals: true });
    const { page } = desk;
    const file = { name: 'empty.csv', mimeType: 'text/csv', buffer: Buffer.alloc(0) };
    await page.getByLabel('CSV file').setInputFiles(file);
    await page.getByRole('button', { name: 'Import' }).click();
    const notice = page.locator('.import-result').getByRole('alert');
    await notice.waitFor();
    expect(await notice.innerText()).toMatch(/^The import stopped\.\s+There is nothing in the file\.$/);
  });

  it('says when the service cannot be reached, and goes on by itself', async () => {
    await using desk = await setting.open('', { refusals: true });
    const { page } = desk;
    await page.locator('.order-row').first().waitFor();
    await page.route('**/api/**', (route) => route.abort());
    await page.getByRole('link', { name: /^Draft/ }).click();
    await page.getByText('The service cannot be reached.').waitFor();
    await page.unroute('**/api/**');
    await eventually(() => page.getByText('The service cannot be reached.').count()).toBe(0);
    await eventually(() => page.locator('#orders').getAttribute('aria-busy')).toBeNull();
  });

  it('tells who approves more than is left that it is the budget', async () => {
    const order = {
      supplier: 'Canon',
      costCentre: 'sales',
      lines: [{ product: 'A hall of copiers', quantity: 1000, unitPrice: '99999.00' }],
    };
    const { body } = await setting.service().post<OrderDetailView>('/api/orders', 'ada', order);
    await setting.service().act('submit', body.order.number, 'ada');
    await using desk = await setting.open(`#/orders/${body.order.number}`, { refusals: true });
    await desk.become('dev');
    await desk.act('Approve', '');
    const notice = desk.page.getByRole('dialog').getByRole('alert');
    await notice.getByText('The budget does not allow this.').waitFor();
    expect(await notice.innerText()).toContain('left');
    expect(await notice.getByRole('button').count()).toBe(0);
  });
}
