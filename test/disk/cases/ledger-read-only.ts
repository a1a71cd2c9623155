// A ledger on a disk that is mounted read-only: it cannot be opened for writing, and says why; what only reads works.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandResult, Context, DiskCase } from '../context.js';

const NAMED = /(?:LEDGER|TRUST)_\w*FAILED.*\(EROFS\)\. The file system is read-only: mount it writable/;

/** `ledger-read-only` */
export const ledgerReadOnly: DiskCase = {
  name: 'ledger-read-only',
  needs: 'mount',
  run: async (context, cycle) => {
    const disk = context.disk(16 << 20);
    const path = join(disk.path, 'ledger');
    await take(context, path, 'first', /^got /);
    // As a copy has it: LMDB's own file is not there, and cannot be made.
    if (cycle % 2 === 1) rmSync(join(path, 'databases', 'ledger', 'lock.mdb'));
    disk.setReadOnly(true);
    await take(context, path, 'second', new RegExp(`^refused ${NAMED.source}`));
    const copy = join(context.folder, 'copy');
    const [verified, shown, copied] = [
      await context.command('verify', '--path', path, '--json'),
      await context.command('trust', 'show', '--path', path, '--json'),
      await context.command('backup', '--path', path, '--to', copy, '--json'),
    ];
    for (const each of [verified, shown, copied]) if (each.exit !== 0) throw unexpected(each);
    await take(context, copy, 'third', /^got /);
    const refused = [
      await context.command('repair', '--path', path, '--json'),
      await context.command('backup', '--path', copy, '--to', join(disk.path, 'copy'), '--json'),
      await context.command('trust', 'init', '--path', path, '--json'),
    ];
    for (const each of refused) if (each.exit !== 1 || !NAMED.test(each.out)) throw unexpected(each);
    if (existsSync(join(disk.path, 'copy'))) throw new Error('Something was made on a read-only disk.');
    disk.setReadOnly(false);
    await take(context, path, 'fourth', /^got /);
    return { 'refused by name': 1 + refused.length, 'read all the same': 3, lost: 0 };
  },
};

/** A process of its own opens the ledger and writes to it. */
async function take(context: Context, path: string, id: string, expected: RegExp): Promise<void> {
  const holder = context.worker('hold-ledger', [path]);
  await holder.line(/^ready/);
  holder.send(`take ${id}`);
  const answer = await holder.line(/^(?:got|refused)/);
  if (!expected.test(answer?.replace(/^refused undefined /, 'refused ') ?? ''))
    throw new Error(`${id}: ${String(answer)} ${holder.errors}`);
  await holder.kill();
}

function unexpected({ exit, out, errors }: CommandResult): Error {
  return new Error(`Exit code ${String(exit)}: ${out} ${errors}`);
}
