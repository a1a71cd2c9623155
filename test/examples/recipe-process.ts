// A recipe of the README as a server that stays: what it says up to its own requests, and then what a test needs of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '..', '..');
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** What is made of a recipe's text. Each text must be in it. */
export interface Recipe {
  readonly name: 'express' | 'fastify';
  readonly replace?: Readonly<Record<string, string>>;
  /** What follows; it may replace methods of `ledger` and `payments`. */
  readonly then?: string;
}

/** A recipe that listens. */
export interface Running {
  readonly port: number;
  /** SIGTERM, as a service manager says it. */
  terminate(): void;
  /** Rejects unless it ends by itself. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly log: string }>;
  /** For the end of a test that failed. */
  kill(): void;
}

/** @param folder an empty one, where its ledger will be */
export async function startRecipe(recipe: Recipe, folder: string): Promise<Running> {
  const file = join(folder, 'recipe.mts');
  await writeFile(file, textOf(recipe));
  // Where the frameworks are found from.
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const child = spawn(process.execPath, ['--import', tsx, file], {
    cwd: folder,
    env: { ...process.env, NODE_ENV: 'test', TSX_TSCONFIG_PATH: join(ROOT, 'tsconfig.json') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += String(chunk)));
  const ended = once(child, 'close').then(([exitCode]) => ({ exitCode: exitCode as number | null, log }));
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => text as string),
    ended.then(() => {
      throw new Error(`The recipe did not start:\n${log}`);
    }),
  ]);
  return {
    port: Number(line),
    terminate: () => child.kill('SIGTERM'),
    ended,
    kill: () => child.kill('SIGKILL'),
  };
}

function textOf({ name, replace = {}, then = '' }: Recipe): string {
  const source = readFileSync(join(ROOT, 'examples', `guide-${name}.ts`), 'utf8');
  const [head, rest] = source.split('// What clients of it see:\n') as [string, string];
  let text = head;
  for (const [before, after] of Object.entries(replace)) {
    if (!text.includes(before)) throw new Error(`guide-${name}.ts does not say: ${before}`);
    text = text.replace(before, () => after);
  }
  const port = rest.slice(0, rest.indexOf('\n'));
  return `${text}\n${then}\n${port}\nconsole.log(port);\n`;
}
