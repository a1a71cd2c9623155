// A process of its own that works on a file store. Bundled by child-process.ts, run with plain node.
// Each record it stored is told on stdout at once: what was told must never be lost.
import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ImmuError } from '../../../src/errors.js';
import { FileTrustStore } from '../../../src/trust/file-store.js';
import type { TrustRecord } from '../../../src/trust/record.js';
import { floorAt, floorsOf } from './floors.js';
import { bank, draftAt } from './records.js';

const [mode = '', directory = '', count = '0', name = ''] = process.argv.slice(2);
const store = new FileTrustStore({ directory });

/** Moves the head on by one transaction, however often others are first. */
async function advance(): Promise<TrustRecord> {
  for (;;) {
    const record = await store.load(bank);
    if (record === undefined) throw new Error('The record disappeared.');
    try {
      return await store.replace(bank, record.epoch, draftAt(record.head.txId + 1n));
    } catch (error) {
      if (!(error instanceof ImmuError) || error.code !== 'TRUST_CONFLICT') throw error;
      await sleep(Math.random() * 50);
    }
  }
}

function tell(record: TrustRecord): void {
  writeSync(1, `${record.epoch} ${String(record.head.txId)}\n`);
}

/** What a call gave: its epoch, or its error. */
async function outcomeOf(call: Promise<TrustRecord | undefined>): Promise<string> {
  return call.then(
    (record) => `epoch ${record?.epoch ?? 'none'}`,
    (error: unknown) => `${(error as ImmuError).code} ${(error as ImmuError).message}`,
  );
}

if (mode === 'unprivileged') {
  // Permissions do not bind root.
  if (process.getuid?.() === 0) process.setuid?.(65534);
  writeSync(
    1,
    JSON.stringify([await outcomeOf(store.load(bank)), await outcomeOf(store.replace(bank, 1, draftAt(2n)))]),
  );
} else if (mode === 'floors') {
  for (let i = 0; i < Number(count); i++)
    await store.saveFloors(bank, floorsOf([floorAt(`${name} key ${i}`, BigInt(i + 1))]), 1_000);
} else {
  for (let i = 0; i < Number(count); i++) tell(await advance());
}
