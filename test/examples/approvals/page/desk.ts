// The page as a person uses it, in a window of its own that notices what must never happen.
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

/** A line of a new order. */
export interface NewLine {
  readonly product: string;
  readonly quantity: string;
}

/** How a window is opened. */
export interface DeskOptions extends BrowserContextOptions {
  /** Whether answers that refuse are part of the test: the browser reports them as errors. */
  readonly refusals?: boolean;
}

const LONGEST_WAIT_MS = 15_000;
/** How large a window is. */
export const WINDOW = { width: 1280, height: 860 };

/** Waits until something is so. @param look tells how it is */
export function eventually<T>(look: () => T | Promise<T>) {
  return expect.poll(look, { timeout: LONGEST_WAIT_MS, interval: 50 });
}

/** A window with the page. */
export class Desk implements AsyncDisposable {
  /** Errors of the page, of its policy, and requests to somebody else. */
  readonly wrongs: string[] = [];

  private constructor(
    readonly page: Page,
    readonly origin: string,
    readonly refusals: boolean,
  ) {
    page.on('pageerror', ({ message }) => this.wrongs.push(`error: ${message}`));
    page.on('console', (message) => {
      const isRefusal = message.text().startsWith('Failed to load resource');
      if (['error', 'warning'].includes(message.type()) && !(refusals && isRefusal))
        this.wrongs.push(`console: ${message.text()}`);
    });
    page.on('request', (request) => {
      if (new URL(request.url()).origin !== origin) this.wrongs.push(`request to ${request.url()}`);
    });
  }

  /** Opens a window. @param browser that is running @param origin of the service @param hash address within the page */
  static async open(browser: Browser, origin: string, hash = '', options: DeskOptions = {}): Promise<Desk> {
    const { refusals = false, ...rest } = options;
    const context = await browser.newContext({
      viewport: WINDOW,
      locale: 'en-GB',
      timezoneId: 'UTC',
      ...rest,
    });
    context.setDefaultTimeout(LONGEST_WAIT_MS);
    const page = await context.newPage();
    const desk = new Desk(page, origin, refusals);
    await page.goto(`${origin}/${hash}`);
    await page.locator('#person').waitFor();
    return desk;
  }

  /** Becomes somebody else. @param id of a person */
  async become(id: string): Promise<void> {
    await this.page.getByLabel('You are').selectOption(id);
  }

  /** Goes to another address within the page. */
  async goTo(hash: string): Promise<void> {
    await this.page.goto(`${this.origin}/${hash}`);
  }

  /** Writes a new order. @returns its number */
  async draft(supplier: string, costCentre: string, lines: readonly NewLine[]): Promise<string> {
    const { page } = this;
    await page.getByRole('link', { name: 'New order' }).click();
    await page.getByLabel('Supplier', { exact: true }).fill(supplier);
    await page.getByLabel('Cost centre').selectOption({ label: costCentre });
    for (const [i, { product, quantity }] of lines.entries()) {
      if (i > 0) await page.getByRole('button', { name: 'Add a line' }).click();
      const line = page.getByRole('group', { name: `Line ${i + 1}` });
      await line.getByLabel('Product').fill(product);
      await line.getByLabel('Quantity').fill(quantity);
      await eventually(() => line.getByLabel('Unit price').inputValue()).not.toBe('');
    }
    await page.getByRole('button', { name: 'Save the draft' }).click();
    return this.number();
  }

  /** The number of the order that is shown. */
  async number(): Promise<string> {
    await this.page.locator('.eyebrow').waitFor();
    return /PO-\d+/.exec((await this.page.locator('.eyebrow').textContent()) ?? '')![0];
  }

  /** Does something to the order that is shown. @param verb on the button @param reason why; empty for none */
  async act(verb: string, reason: string): Promise<void> {
    await this.page.getByRole('main').getByRole('button', { name: verb }).click();
    const dialog = this.page.getByRole('dialog');
    await dialog.getByLabel('Reason').fill(reason);
    await dialog.getByRole('button', { name: verb }).click();
  }

  /** Waits until the order that is shown has a status. @param status as it is called on the page */
  async hasStatus(status: string): Promise<void> {
    await this.page.locator('.order-sum .pill', { hasText: status }).waitFor();
  }

  /** Closes the window. @throws where something went wrong in it that a person may not have seen */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
    expect(this.wrongs).toEqual([]);
  }
}
