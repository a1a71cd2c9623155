// System calls of a process that writes to a ledger fail, or end it, one at a time: what was acknowledged is there.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimsOf, countsOf } from '../claims.js';
import type { DiskCase } from '../context.js';
import { injecting } from '../injecting.js';

const CALLS = ['fdatasync', 'fsync', 'pwritev', 'pwrite64', 'link', 'rename', 'ftruncate', 'unlink'] as const;

/** `ledger-faults` */
export const ledgerFaults: DiskCase = {
  name: 'ledger-faults',
  needs: 'inject',
  run: async (context, cycle) => {
    const path = join(context.folder, 'ledger');
    const call = context.oneOf(CALLS);
    const fault = context.oneOf(['EIO', 'ENOSPC', 'EROFS', 'KILL'] as const);
    const nth = context.between(1, 30);
    const worker = context.worker('write-ledger', [path, `c${cycle}`], injecting(call, fault, nth));
    await worker.line(/^ready/);
    worker.send('open');
    const opened = await worker.line(/^(?:open|refused)/);
    await Promise.race([sleep(context.between(100, 700)), worker.ended]);
    await worker.kill();
    const lines = worker.lines;
    const unnamed = lines.find((text) => /UNNAMED|^read WRONG/.test(text));
    if (unnamed !== undefined) throw new Error(`${call} ${fault} ${nth}: ${unnamed}`);
    const claims = claimsOf(lines);
    const file = join(context.folder, 'claims.json');
    writeFileSync(file, JSON.stringify(claims));
    const checker = context.worker('check-ledger', [path, file]);
    const verdict = await checker.line(/^(?:right|wrong)/);
    if (verdict?.startsWith('right ') !== true)
      throw new Error(`${call} ${fault} ${nth}: ${String(verdict)} ${checker.errors}`);
    const { done, refused, open } = countsOf(claims);
    return {
      acknowledged: done,
      lost: 0,
      'refused and not there': refused,
      unknown: open,
      'did not open': opened?.startsWith('refused') === true ? 1 : 0,
      'ended by the fault': fault === 'KILL' && opened === undefined ? 1 : 0,
    };
  },
};
