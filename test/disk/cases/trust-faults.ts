// System calls of a process that keeps trust fail, or end it, one at a time: what it was told is there.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FileTrustStore } from '../../../src/trust/file-store.js';
import { bank, draftAt } from '../../trust/support/records.js';
import type { DiskCase } from '../context.js';
import { injecting } from '../injecting.js';

const CALLS = ['fsync', 'link', 'unlink'] as const;

/** `trust-faults` */
export const trustFaults: DiskCase = {
  name: 'trust-faults',
  needs: 'inject',
  run: async (context) => {
    const directory = join(context.folder, 'trust');
    const store = new FileTrustStore({ directory });
    await store.create(bank, draftAt(1n));
    const fault = context.oneOf(['EIO', 'ENOSPC', 'EROFS', 'KILL'] as const);
    const wrap = injecting(context.oneOf(CALLS), fault, context.between(1, 20));
    const worker = context.worker('share-record', [directory, 'key'], wrap);
    await worker.line(/^(?:swap|fail) /);
    await Promise.race([sleep(context.between(100, 800)), worker.ended]);
    await worker.kill();
    const swaps = worker.lines.flatMap((text) =>
      /^swap \d+ \d+ ;$/.test(text) ? [Number(text.split(' ')[1])] : [],
    );
    const record = await store.load(bank);
    const newest = Math.max(1, ...swaps);
    if (record === undefined || record.epoch < newest)
      throw new Error(
        `${fault}: epoch ${newest} was acknowledged, and the record is at ${String(record?.epoch)}`,
      );
    const unnamed = worker.lines.find((text) => text.startsWith('fail UNNAMED'));
    if (unnamed !== undefined) throw new Error(unnamed);
    await store.replace(bank, record.epoch, draftAt(record.head.txId + 1n));
    const failures = worker.lines.filter((text) => text.startsWith('fail ')).length;
    return { acknowledged: swaps.length, lost: 0, failures };
  },
};
