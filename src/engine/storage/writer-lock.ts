// One writer per folder, without the file locks that Node lacks. A holder is a file `writer.<n>.lock`, made by link()
// from a finished one and thus by one process only; it goes when the lock is released. The file of a dead process is
// overruled by one with the next number. Whoever made a file looks again, and gives up if another's holder lives: of
// two that come to that point at once, the second to look sees the first.

import { randomBytes } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImmuError } from '../../errors.js';
import { removeIfThere } from '../../durable-files.js';
import { type HeldLock, hold } from './held-lock.js';
import { linked, type LockFile, lockFiles, removeLitter } from './lock-files.js';
import { formatHolder, type Holder, thisProcess } from './lock-holder.js';
import { onDisk, storageFailed } from './storage-errors.js';

/** How often to try when others take and give up at the same moment. */
const MAX_ATTEMPTS = 20;

/**
 * Takes the lock of a folder, at once or not at all. A holder that was killed is overruled at once if it ran on this
 * system, and otherwise once its heartbeat is 30 s old.
 *
 * @param directory must exist
 * @throws ImmuError LEDGER_LOCKED if a living process holds it, this one included; LEDGER_STORAGE_FAILED
 * @example
 * const lock = await acquireWriterLock('./ledger');
 * try { … } finally { await lock.release(); }
 */
export async function acquireWriterLock(directory: string): Promise<HeldLock> {
  const folder = resolve(directory);
  const me = await thisProcess();
  const finished = join(folder, `writer.${randomBytes(8).toString('hex')}.tmp`);
  return onDisk('lock', folder, async () => {
    try {
      await writeFile(finished, formatHolder(me), { flag: 'wx', mode: 0o600 });
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const lock = await tryOnce(folder, finished, me);
        if (lock) return lock;
        await sleep(Math.random() * 10 * attempt);
      }
      throw storageFailed('lock', folder, new Error('Others took and gave up the lock at each attempt.'));
    } finally {
      await removeIfThere(finished);
    }
  });
}

/** @returns undefined if another was there at the same moment, and nobody may have got it */
async function tryOnce(folder: string, finished: string, me: Holder): Promise<HeldLock | undefined> {
  // As the file system counts time: the clock of another host is not ours.
  const now = (await stat(finished)).mtimeMs;
  const before = await lockFiles(folder, me, now);
  // The highest: a lower one can be that of a process about to give up.
  const holding = before.findLast(({ gone }) => !gone);
  if (holding) throw locked(folder, holding);

  const number = Math.max(0, ...before.map((file) => file.number)) + 1;
  const path = join(folder, `writer.${number}.lock`);
  if (!(await linked(finished, path))) return undefined;

  const others = (await lockFiles(folder, me, now)).filter((file) => file.number !== number);
  const rival = others.findLast(({ gone }) => !gone);
  if (rival) {
    await removeIfThere(path);
    if (rival.number > number) throw locked(folder, rival);
    return undefined;
  }
  for (const { path: dead } of others) await removeIfThere(dead);
  await removeLitter(folder, now);
  return hold(path, formatHolder(me));
}

function locked(folder: string, { path, holder }: LockFile): ImmuError {
  const { pid, host, command, since } = holder ?? {};
  const who = holder
    ? `process ${pid} (${command}) on ${host} since ${since}`
    : 'a process that cannot be read';
  return new ImmuError(
    'LEDGER_LOCKED',
    `The ledger in ${folder} is open for writing by ${who}, as ${path} tells. Close it there: one process at a time can ` +
      'write to a folder. If that process is gone for sure, for example with its host, wait 30 seconds or delete that file.',
    { details: { path, pid, host, command, since } },
  );
}
