import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { findChromium } from './browser.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'immurepo-browser-'));
  vi.stubEnv('CHROMIUM_PATH', '');
  vi.stubEnv('PATH', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const put = async (name: string, mode: number) => {
  await writeFile(join(folder, name), '');
  await chmod(join(folder, name), mode);
};

it('finds no browser where there is none', async () => {
  expect(await findChromium()).toBeUndefined();
});

it('takes the one that is named, before all others', async () => {
  await put('chromium', 0o755);
  vi.stubEnv('CHROMIUM_PATH', '/opt/chromium');
  expect(await findChromium()).toBe('/opt/chromium');
});

it('takes chromium before google-chrome, wherever on PATH they are', async () => {
  vi.stubEnv('PATH', ['/nowhere', folder].join(delimiter));
  await put('google-chrome', 0o755);
  expect(await findChromium()).toBe(join(folder, 'google-chrome'));
  await put('chromium', 0o755);
  expect(await findChromium()).toBe(join(folder, 'chromium'));
});

it('passes by what cannot be run', async () => {
  await put('chromium', 0o644);
  await put('chromium-browser', 0o755);
  expect(await findChromium()).toBe(join(folder, 'chromium-browser'));
});
