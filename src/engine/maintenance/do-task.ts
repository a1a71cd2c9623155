// The tasks themselves, done in the process they were started in.

import { link, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ImmuError } from '../../errors.js';
import { createHeadFile, HEAD_FILE, HeadFile } from '../storage/head-file.js';
import { DATA_FILE } from '../storage/lmdb-environment.js';
import { type LmdbStore, openLmdbStore } from '../storage/lmdb-store.js';
import { onDisk } from '../storage/storage-errors.js';
import { clauseOf } from './faults.js';
import { rebuildRows } from './rebuild-rows.js';
import type { Rebuilt, Task, TaskMessage, TaskResults } from './task.js';
import { type ExpectedState, type Progress, type VerifyReport, verifyRows } from './verify-rows.js';

/** Takes what the task says on its way. */
export type Tell = (message: TaskMessage) => void;

/** How often progress is told. */
const TELL_EVERY_MS = 100;

/** Does a task. @throws ImmuError LEDGER_MISSING, LEDGER_DAMAGED (not of `verify`), LEDGER_STORAGE_FAILED, UNSUPPORTED_FORMAT */
export function doTask(task: Task, tell: Tell): Promise<TaskResults[Task['kind']]> {
  switch (task.kind) {
    case 'verify':
      return verifyFolder(task.folder, task.expected, tell);
    case 'rebuild':
      return rebuildFolder(task.from, task.to, task.expected, tell);
    case 'copy':
      return copyFolder(task.from, task.to, tell);
  }
}

async function verifyFolder(
  folder: string,
  expected: readonly ExpectedState[],
  tell: Tell,
): Promise<TaskResults['verify']> {
  let store: LmdbStore;
  try {
    store = await openLmdbStore(folder, { readOnly: true });
  } catch (error) {
    if (!(error instanceof ImmuError) || error.code !== 'LEDGER_DAMAGED') throw error;
    tell({ kind: 'fault', fault: { message: `it cannot be opened: ${clauseOf(error)}` } });
    return { transactions: 0n, entries: 0n, state: undefined, faultCount: 1 };
  }
  try {
    const { faults: _, ...report } = await verifyStore(store, expected, tell);
    return report;
  } finally {
    await store.close();
  }
}

async function verifyStore(
  store: LmdbStore,
  expected: readonly ExpectedState[],
  tell: Tell,
): Promise<VerifyReport> {
  const told = throttled(tell);
  const check = verifyRows(store, {
    expected,
    onFault: (fault) => {
      tell({ kind: 'fault', fault });
    },
  });
  for (;;) {
    const step = check.next();
    if (step.done === true) return step.value;
    const due = told(step.value);
    // A turn of the event loop lets LMDB take a newer view, so that a writer can use space again that nobody looks at.
    if (due && step.value.unit === 'transactions') await new Promise(setImmediate);
  }
}

async function rebuildFolder(
  from: string,
  to: string,
  expected: readonly ExpectedState[],
  tell: Tell,
): Promise<Rebuilt> {
  const headLost = !isHeadReadable(from);
  const source = await openLmdbStore(headLost ? await withoutHead(from, to) : from, { readOnly: true });
  try {
    const target = await openLmdbStore(to);
    try {
      const told = throttled(tell);
      const work = rebuildRows(source, target);
      let step = await work.next();
      for (; step.done !== true; step = await work.next()) told(step.value);
      const { faults } = await verifyStore(
        target,
        [...expected, { ...step.value, source: 'the damaged ledger' }],
        tell,
      );
      if (faults[0] !== undefined) throw disagrees(faults[0].message);
      return { state: step.value, headLost };
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

function isHeadReadable(folder: string): boolean {
  try {
    const head = new HeadFile(folder, { readOnly: true });
    try {
      head.read();
      return true;
    } finally {
      head.close();
    }
  } catch {
    return false;
  }
}

/** The same rows seen from a folder whose head knows nothing. @returns that folder */
async function withoutHead(from: string, to: string): Promise<string> {
  const folder = `${to}.headless`;
  await onDisk('read', join(from, HEAD_FILE), async () => {
    await mkdir(folder, { recursive: true });
    await link(join(from, DATA_FILE), join(folder, DATA_FILE));
    await createHeadFile(folder);
  });
  return folder;
}

function disagrees(fault: string): ImmuError {
  return new ImmuError(
    'LEDGER_DAMAGED',
    `What the transactions lead to does not agree with what is known from elsewhere: ${fault}. Restore the ledger from a ` +
      'backup that is whole, or, if that loss is to be accepted, first give up the state by `immurepo trust recover`. ' +
      'Nothing was changed.',
  );
}

async function copyFolder(from: string, to: string, tell: Tell): Promise<undefined> {
  const store = await openLmdbStore(from, { readOnly: true });
  const sizeOf = (folder: string) =>
    stat(join(folder, DATA_FILE)).then(
      ({ size }) => BigInt(size),
      () => 0n,
    );
  const total = await sizeOf(from);
  const timer = setInterval(() => {
    void sizeOf(to).then((done) => {
      tell({ kind: 'progress', progress: { done, total, unit: 'bytes' } });
    });
  }, TELL_EVERY_MS);
  try {
    await store.copyTo(to);
  } finally {
    clearInterval(timer);
    await store.close();
  }
  return undefined;
}

/** Tells progress now and then. @returns tells whether it was told */
function throttled(tell: Tell): (progress: Progress) => boolean {
  let last = 0;
  return (progress) => {
    const now = performance.now();
    if (now - last < TELL_EVERY_MS && progress.done < progress.total) return false;
    last = now;
    tell({ kind: 'progress', progress });
    return true;
  };
}
