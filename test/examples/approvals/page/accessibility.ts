// What axe-core finds wrong for people who use the page with other means than a mouse and sharp eyes.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

/**
 * Looks at the page by all of axe's rules, best practices among them, in light; and at its contrast in dark.
 *
 * @param page of a context with `bypassCSP`
 */
export async function violationsOf(page: Page): Promise<string[]> {
  await page.addScriptTag({ content: await readFile(AXE, 'utf8') });
  const found: Violation[] = [];
  for (const [colorScheme, options] of [
    ['dark', `{ runOnly: ['color-contrast'] }`],
    ['light', '{}'],
  ] as const) {
    await page.emulateMedia({ colorScheme });
    const run = `axe.run(document, ${options}).then(({ violations }) => violations)`;
    found.push(...(await page.evaluate<Violation[]>(run)));
  }
  return found.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(' ')}: ${failureSummary}`),
  );
}
