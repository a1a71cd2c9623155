// Suites that drive a real browser: Chromium, found on this machine and never downloaded.
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Browser } from 'playwright-core';
import { describe } from 'vitest';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** For one test. A browser shares the machine with all other tests. */
const TIMEOUT_MS = 60_000;

/** What is said, where tests are skipped or fail, because there is no browser. */
export const NO_BROWSER =
  'no Chromium found: install it (Debian: apt-get install chromium) or name it in CHROMIUM_PATH';

/** The path of Chromium: `CHROMIUM_PATH`, else what PATH has. @returns undefined where there is none */
export async function findChromium(): Promise<string | undefined> {
  const named = process.env.CHROMIUM_PATH;
  if (named !== undefined && named !== '') return named;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const paths = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  for (const path of paths) {
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return undefined;
}

/**
 * A suite that drives Chromium. Without one its tests are skipped and say so in their names; under CI that is a failure.
 *
 * @param body registers tests; must not start the browser outside of tests and hooks
 */
export async function describeBrowser(
  name: string,
  body: (start: () => Promise<Browser>) => void,
): Promise<void> {
  const executablePath = await findChromium();
  if (executablePath === undefined && process.env.CI)
    throw new Error(`Under CI a browser is needed: ${NO_BROWSER}`);
  const title = executablePath === undefined ? `${name} (skipped: ${NO_BROWSER})` : `${name} (Chromium)`;
  // Vitest does not list what a file skips that skips everything.
  if (executablePath === undefined) console.log(title);
  describe.skipIf(executablePath === undefined)(title, { timeout: TIMEOUT_MS }, () => {
    body(() => startChromium(executablePath));
  });
}

async function startChromium(executablePath = ''): Promise<Browser> {
  // Chromium refuses to run as root in its sandbox, and containers run as root. Their /dev/shm is often too small for it.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const { chromium } = await import('playwright-core');
  return chromium.launch({ executablePath, args: [...args, '--disable-dev-shm-usage'] });
}
