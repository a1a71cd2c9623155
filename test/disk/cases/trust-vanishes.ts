// The directory of a trust store is taken away while it is in use: never is a record begun anew.
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { directoryName } from '../../../src/trust/file-layout.js';
import { bank } from '../../trust/support/records.js';
import type { Context, DiskCase, Figures } from '../context.js';
import { answerer, expectAnswer } from '../ask.js';

const WAYS = ['removed', 'moved', 'emptied', 'unmounted', 'unmounted above', 'set back'] as const;

/** `trust-vanishes` */
export const trustVanishes: DiskCase = {
  name: 'trust-vanishes',
  needs: 'mount',
  run: async (context, cycle) => {
    const way = WAYS[cycle % WAYS.length]!;
    const disk = context.disk(1 << 20);
    const directory = join(disk.path, 'trust');
    const ask = await answerer(context.worker('keep-trust', [directory]));
    await expectAnswer(ask, 'create 5', /^1 5$/);
    await expectAnswer(ask, 'replace 6', /^2 6$/);
    await expectAnswer(ask, 'floors 6', /^ok$/);
    const before = join(context.folder, 'before');
    cpSync(directory, before, { recursive: true });
    await expectAnswer(ask, 'replace 7', /^3 7$/);
    takeAway(way, disk, directory, before);

    if (way === 'set back') return setBack(context, directory, ask);
    await expectAnswer(ask, 'replace 8', /^TRUST_MISSING There is no trust record/);
    await expectAnswer(ask, 'recover 8', /^TRUST_MISSING /);
    await expectAnswer(ask, 'load', /^none$/);
    await expectAnswer(ask, 'floors 8', /^ok$/);
    if (
      existsSync(directory) &&
      readdirSync(directory).some((name) => readdirSync(join(directory, name)).length > 0)
    )
      throw new Error(`Something was written to a directory that was ${way}`);
    return { 'taken away': 1, 'begun anew': 0 };
  },
};

function takeAway(
  way: (typeof WAYS)[number],
  disk: { readonly path: string; unmount(): void },
  directory: string,
  before: string,
): void {
  if (way === 'removed') rmSync(directory, { recursive: true });
  else if (way === 'moved') renameSync(directory, `${directory}.away`);
  else if (way === 'unmounted') disk.unmount();
  else if (way === 'unmounted above') {
    disk.unmount();
    mkdirSync(directory, { recursive: true });
  } else {
    rmSync(directory, { recursive: true });
    if (way === 'emptied') mkdirSync(join(directory, directoryName(bank)), { recursive: true });
    else cpSync(before, directory, { recursive: true });
  }
}

/** An older copy in its place: whoever holds the newer record is told, and does not build on it. */
async function setBack(
  context: Context,
  directory: string,
  ask: (order: string) => Promise<string>,
): Promise<Figures> {
  await expectAnswer(ask, 'replace 8', /^TRUST_CONFLICT .*expected epoch 3, found 2/);
  const fresh = await answerer(context.worker('keep-trust', [directory]));
  await expectAnswer(fresh, 'load', /^2 6$/);
  return { 'set back': 1 };
}
