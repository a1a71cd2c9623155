// The page on narrow screens, with texts of any length.
import { expect, it } from 'vitest';
import type { OrderDetailView } from '../answers.js';
import type { Setting } from './setting.js';

/** The cases. */
export function fitsNarrowScreens(setting: Setting): void {
  it('fits a narrow screen, and a page at twice its size, without scrolling sideways', async () => {
    await using desk = await setting.open();
    const { page } = desk;
    for (const hash of ['#/', `#/orders/${setting.number()}`, '#/new', '#/import']) {
      await desk.goTo(hash);
      await page.locator(hash.includes('orders') ? '.verdict' : '#title').waitFor();
      for (const [width, height] of [
        [320, 640],
        [640, 430],
      ] as const) {
        await page.setViewportSize({ width, height });
        const excess = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        expect(excess, `${hash} at ${width}`).toBeLessThanOrEqual(0);
      }
    }
  });

  it('breaks words of any length, so that nothing reaches beyond a narrow screen', async () => {
    const long = (size: number) => 'Donaudampfschifffahrtsgesellschaft'.repeat(10).slice(0, size);
    const order = {
      supplier: long(108),
      note: long(300),
      costCentre: 'it',
      lines: [{ product: long(200), quantity: 1000, unitPrice: '99999.99' }],
    };
    const { body } = await setting.service().post<OrderDetailView>('/api/orders', 'ada', order);
    await setting.service().act('submit', body.order.number, 'ada', long(300));
    await using desk = await setting.open('', { viewport: { width: 375, height: 812 } });
    const { page } = desk;
    const width = () => page.evaluate<number>('document.documentElement.scrollWidth');
    await page.locator('.order-row', { hasText: body.order.number }).waitFor();
    expect(await width(), 'the list').toBeLessThanOrEqual(375);
    await desk.goTo(`#/orders/${body.order.number}`);
    await page.locator('.verdict').waitFor();
    for (const summary of await page.locator('main summary').all()) await summary.click();
    expect(await width(), 'the order').toBeLessThanOrEqual(375);
    // Nor is anything cut off: what scrolls sideways says so itself.
    const cut = await page.evaluate<string[]>(`[...document.querySelectorAll('main *')]
      .filter((one) => one.closest('.scroll, svg, .sr-only') === null && one.getBoundingClientRect().right > 375)
      .map((one) => one.tagName + '.' + one.className)`);
    expect(cut).toEqual([]);
    await desk.become('dev');
    await page.getByRole('main').getByRole('button', { name: 'Approve' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await width(), 'a question').toBeLessThanOrEqual(375);
  });
}
