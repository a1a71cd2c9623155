// Commands on a disk without room: each does its work or says that the disk is full, leaves the ledger as it was, and
// nothing half made; with room it works.
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { utf8 } from '../../../src/bytes.js';
import { openEnvironment } from '../../../src/engine/storage/lmdb-environment.js';
import type { CommandResult, Context, DiskCase } from '../context.js';

const FULL = /(?:LEDGER|TRUST)_\w*FAILED.*(?:disk is full|ENOSPC)/;

/** `ledger-tools` */
export const ledgerTools: DiskCase = {
  name: 'ledger-tools',
  needs: 'mount',
  run: async (context) => {
    const template = join(context.folder, 'template');
    const [first, second] = ['write-ledger', 'write-ledger'].map((mode) =>
      context.worker(mode, [template, 'w']),
    );
    await second!.kill();
    await first!.line(/^ready/);
    first!.send('open');
    await first!.line(/^done w\.0\.20/);
    first!.send('close');
    await first!.ended;
    const disk = context.disk(24 << 20);
    const path = join(disk.path, 'ledger');
    cpSync(template, path, { recursive: true });
    let [refused, done] = [0, 0];
    let isDamaged = false;
    /** Runs a command with ever more room. */
    const tryIt = async (
      after: (result: CommandResult) => Promise<void> | void,
      ...words: readonly string[]
    ) => {
      const room = disk.free;
      for (const leave of [
        context.oneOf([0, 4_096, 65_536]),
        Math.floor(room * context.random() * 0.2),
        room,
      ]) {
        disk.fill(leave);
        const result = await context.command(...words, '--json');
        disk.makeRoom();
        if (result.exit === 0) {
          done++;
          await after(result);
          return;
        }
        if (leave === room || !FULL.test(result.out)) throw unexpected(words, result);
        refused++;
        await whole(context, path, isDamaged ? 3 : 0);
      }
    };
    const copy = join(disk.path, 'copy');
    await tryIt(() => whole(context, copy), 'backup', '--path', path, '--to', copy);
    await tryIt(
      () => undefined,
      'trust',
      'recover',
      '--path',
      path,
      '--epoch',
      await epochOf(context, path),
      '--reason',
      'a test',
    );
    await damageIndex(path);
    isDamaged = true;
    await tryIt(() => undefined, 'repair', '--path', path);
    isDamaged = false;
    const names = readdirSync(join(path, 'databases'));
    if (names.some((name) => name.startsWith('.rebuilding'))) throw new Error(`Litter: ${names.join(' ')}`);
    await whole(context, path);
    return { refused, done, 'left half': 0 };
  },
};

/** Of the newest record: those before it may be gone by now. */
async function epochOf(context: Context, path: string): Promise<string> {
  const shown = await context.command('trust', 'show', '--path', path, '--json');
  const epoch = /"epoch":"?(\d+)/.exec(shown.out)?.[1];
  if (epoch === undefined) throw unexpected(['trust show'], shown);
  return epoch;
}

/** A key that only one of the twins has. Nothing of it is in the transactions. */
async function damageIndex(path: string): Promise<void> {
  const { trees, close } = await openEnvironment(join(path, 'databases', 'ledger'), 'write');
  await trees.keys.put(utf8('never written'), utf8('not a revision'));
  await close();
}

/** @param expected 3 for one that is damaged, and stays so */
async function whole(context: Context, path: string, expected = 0): Promise<void> {
  if (!existsSync(path)) throw new Error(`${path} is gone`);
  const verified = await context.command('verify', '--path', path, '--json');
  if (verified.exit !== expected) throw unexpected(['verify', path], verified);
}

function unexpected(words: readonly string[], { exit, out, errors }: CommandResult): Error {
  return new Error(`${words.join(' ')} gave ${String(exit)}: ${out} ${errors}`);
}
