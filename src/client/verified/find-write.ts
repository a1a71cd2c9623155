// A write whose answer was lost, looked for among the transactions since it was sent: of members of sorted sets, and of what is
// written without being indexed, no history tells.

import { ImmuError } from '../../errors.js';
import type { ProvenEntries, ProvenTxEntry } from '../../proof/index.js';
import { parseKeyMetadata } from '../../proof/verify/parse-metadata.js';
import type { Tx } from '../../wire/immudb/schema/tx.js';
import { readTxs } from '../key-value/tx-scan.js';
import { leftOf } from './bounds.js';
import { proveTx } from './prove.js';
import type { Sight, SentWrite } from './unknown-outcome.js';

/** Transactions read in one call at first, and in all. */
const PAGE = 50;
const TRANSACTIONS_LOOKED_AT = 2_000;

/** Whether a transaction is the write, by what it holds. */
export type IsWrite = (txId: bigint, transaction: Pick<ProvenEntries, 'entries'>) => boolean;

/**
 * Looks through the transactions after the write's baseline.
 *
 * @returns its transaction, proven and claimed
 */
export function findAmongTransactions(isWrite: IsWrite): (write: SentWrite) => Promise<Sight> {
  return async (write) => {
    const { context, request, baseline, scope } = write;
    const end = baseline + BigInt(TRANSACTIONS_LOOKED_AT);
    let limit = PAGE;
    for (let next = baseline + 1n; next <= end;) {
      const page = await pageThatFits(write, next, limit);
      if (page === 'too large') {
        limit = Math.ceil(limit / 8);
        continue;
      }
      for (const tx of page) {
        const txId = tx.header?.id ?? 0n;
        // What the server says is a hint: the proof decides.
        if (txId < next || !isWrite(txId, { entries: tx.entries.map(hinted) })) continue;
        const proven = await proveTx(context, txId, scope);
        if (!isWrite(txId, proven)) continue;
        if (context.claims.isTwinOnItsWay(request)) return 'not yet';
        if (context.claims.claim(txId, request)) return proven;
      }
      const last = page.at(-1)?.header?.id;
      if (last === undefined || last < next) return 'absent';
      next = last + 1n;
    }
    return 'cannot tell';
  };
}

async function pageThatFits(
  { context, scope }: SentWrite,
  initialTx: bigint,
  limit: number,
): Promise<readonly Tx[] | 'too large'> {
  try {
    return await readTxs(context.connection, { ...leftOf(scope), initialTx, limit });
  } catch (error) {
    if (!(error instanceof ImmuError) || error.code !== 'MESSAGE_TOO_LARGE' || limit === 1) throw error;
    return 'too large';
  }
}

function hinted({ key, metadata, hValue }: Tx['entries'][number]): ProvenTxEntry {
  return { key, metadata: parseKeyMetadata(metadata), hValue, digest: hValue };
}
