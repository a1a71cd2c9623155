// A ledger on a disk that is full, now and then, made on it or used on it, and its process is killed or closes. What was
// acknowledged is there, what was refused is not, reading goes on, and with room it writes again without being reopened.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimsOf } from '../claims.js';
import type { Context, DiskCase, Figures } from '../context.js';
import type { Disk } from '../disk.js';
import type { Spoken } from '../process.js';

const KB = 1_024;
const NAMED = /^fail (?:LEDGER_STORAGE_FAILED|UNKNOWN_OUTCOME|DATABASE_UNAVAILABLE) /;

/** `ledger-full` */
export const ledgerFull: DiskCase = {
  name: 'ledger-full',
  needs: 'mount',
  run: async (context, cycle) => {
    const disk = context.disk(context.between(6, 10) * 1_024 * KB);
    const path = join(disk.path, 'ledger');
    const worker = context.worker('write-ledger', [path, `c${cycle}`]);
    const refusals = await openAtLast(context, disk, worker);
    let resumed = 0;
    const rounds = context.between(1, 3);
    for (let round = 0; round < rounds; round++) {
      await worker.line(/^done /);
      await sleep(context.between(20, 120));
      const before = worker.lines.length;
      disk.fill(context.oneOf([0, 0, 8 * KB, 64 * KB]));
      await worker.line(/^fail /, before);
      if (!(await readsOn(worker))) break;
      if (round === rounds - 1 && context.random() < 0.5) break;
      disk.makeRoom();
      // A commit that was tried has to be followed by opening the ledger again, and then nothing is ever done.
      if (foundOutByLmdb(worker)) break;
      if ((await worker.line(/^done /, worker.lines.length)) === undefined) break;
      resumed++;
    }
    const killed = context.random() < 0.6;
    const ended = await Promise.race([worker.ended.then(() => endedByLmdb(worker)), sleep(50, false)]);
    if (ended || killed) await worker.kill();
    else await closed(worker);
    return {
      ...(await judge(context, disk, path, worker)),
      refusals,
      resumed,
      killed: killed ? 1 : 0,
      'ended by LMDB': ended ? 1 : 0,
      reopened: 1,
    };
  },
};

/** Opens it where there is ever more room, which it has to be told of by an error with a name. @returns how often */
async function openAtLast(context: Context, disk: Disk, worker: Spoken): Promise<number> {
  await worker.line(/^ready/);
  let refusals = 0;
  for (const leave of [context.between(0, 3) * 4 * KB, context.between(4, 40) * 4 * KB, undefined]) {
    if (leave === undefined) disk.makeRoom();
    else {
      disk.makeRoom();
      disk.fill(leave);
    }
    const from = worker.lines.length;
    worker.send('open');
    const answer = await worker.line(/^(?:open|refused)/, from);
    if (answer === 'open') {
      disk.makeRoom();
      return refusals;
    }
    if (!/^refused (?:LEDGER|TRUST)_STORAGE?_?\w*FAILED .*disk is full/.test(answer ?? ''))
      throw new Error(`Opening with ${String(leave)} bytes left: ${String(answer)} ${worker.errors}`);
    refusals++;
  }
  throw new Error('It does not open with room.');
}

/** @returns false if LMDB ended the process: see disk-room.ts. The disk filled up in the middle of a commit */
async function readsOn(worker: Spoken): Promise<boolean> {
  const read = await worker.line(/^read /, worker.lines.length);
  if (read === 'read ok') return true;
  if (read === undefined && (await endedByLmdb(worker))) return false;
  throw new Error(`Reading on a full disk: ${read ?? String(await worker.ended)} ${worker.errors}`);
}

/** Whether the disk filled up between the look at its room and the commit, so that LMDB was the one to find out. */
function foundOutByLmdb(worker: Spoken): boolean {
  // It says so before it writes past the end of a text; whether the rest of its words gets out is chance.
  return /Write error: |Attempting to write page|Input\/output error/.test(worker.errors);
}

async function endedByLmdb(worker: Spoken): Promise<boolean> {
  return /^SIG(?:ABRT|SEGV)$/.test(String(await worker.ended)) && foundOutByLmdb(worker);
}

async function closed(worker: Spoken): Promise<void> {
  worker.send('close');
  const answer = await worker.line(/^close/);
  if (answer === undefined && (await endedByLmdb(worker))) return;
  if (answer !== 'closed' && !/^close (?:TRUST_STORE_FAILED|LEDGER_STORAGE_FAILED) /.test(answer ?? ''))
    throw new Error(`Closing: ${String(answer)} ${worker.errors}`);
  await worker.ended;
}

async function judge(context: Context, disk: Disk, path: string, worker: Spoken): Promise<Figures> {
  const lines = worker.lines;
  const unnamed = lines.find(
    (text) => (text.startsWith('fail ') && !NAMED.test(text)) || text === 'read WRONG',
  );
  if (unnamed !== undefined) throw new Error(`Not an error of a full disk: ${unnamed}`);
  // Reading needs no room.
  const verified = await context.command('verify', '--path', path, '--json');
  if (verified.exit !== 0)
    throw new Error(`verify: ${String(verified.exit)} ${verified.out} ${verified.errors}`);
  disk.makeRoom();
  const claims = claimsOf(lines);
  const file = join(context.folder, 'claims.json');
  writeFileSync(file, JSON.stringify(claims));
  const checker = context.worker('check-ledger', [path, file]);
  const verdict = await checker.line(/^(?:right|wrong)/);
  if (verdict?.startsWith('right ') !== true) throw new Error(`${String(verdict)} ${checker.errors}`);
  const { done, refused, open } = JSON.parse(verdict.slice('right '.length)) as Record<string, number>;
  return {
    acknowledged: done!,
    lost: 0,
    'refused and not there': refused!,
    unknown: open!,
    reads: lines.filter((text) => text === 'read ok').length,
  };
}
