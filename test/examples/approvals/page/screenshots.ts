// Pictures of the page: build output of every run, and with UPDATE_SCREENSHOTS=1 also those that README.md shows.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { smallPng } from './small-png.js';

const PROJECT = resolve(import.meta.dirname, '..', '..', '..', '..');

/** All pictures, by name. */
export const SCREENSHOTS = ['list', 'order', 'order-dark', 'path', 'alarm'] as const;

/** Where README.md takes them from. */
export const SHOWN_FOLDER = join('examples', 'approvals', 'screenshots');

/** Takes a picture of what is seen, or of a part of the page. @param part selector; undefined for what the window shows */
export async function shoot(page: Page, name: (typeof SCREENSHOTS)[number], part?: string): Promise<void> {
  const options = { animations: 'disabled', caret: 'hide' } as const;
  const picture = await (part === undefined
    ? page.screenshot(options)
    : page.locator(part).screenshot(options));
  await keep(join(PROJECT, 'build', 'screenshots', `${name}.png`), picture);
  if (process.env.UPDATE_SCREENSHOTS === '1')
    await keep(join(PROJECT, SHOWN_FOLDER, `${name}.png`), smallPng(picture));
}

async function keep(file: string, picture: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, picture);
}
