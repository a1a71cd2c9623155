// Using the page without a mouse: going to things by the tab key, as they come.
import type { Page } from 'playwright-core';

const MOST_STOPS = 90;

/** What has the focus: its name as read out (roughly), and whether it is seen to have it. */
const FOCUSED = `(() => {
  const one = document.activeElement;
  const label = one.getAttribute('aria-label') ?? one.labels?.[0]?.textContent ?? one.textContent;
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  const isSeen = (outlineStyle !== 'none' && outlineWidth !== '0px') || one.closest('svg') !== null;
  return { name: label.trim().replace(/\\s+/g, ' '), isSeen };
})()`;

/**
 * Presses tab until something has the focus.
 *
 * @param name as read out
 * @throws Error when it is not among the next stops, or when a stop on the way is not seen to have the focus
 */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < MOST_STOPS; i++) {
    await page.keyboard.press('Tab');
    const focused = await page.evaluate<{ name: string; isSeen: boolean }>(FOCUSED);
    if (!focused.isSeen) throw new Error(`${focused.name} does not show that it has the focus.`);
    if (typeof name === 'string' ? focused.name === name : name.test(focused.name)) return;
    passed.push(focused.name);
  }
  throw new Error(`${String(name)} is not reached by the tab key; passed: ${passed.join(' | ')}`);
}
