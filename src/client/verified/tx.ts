// A verified transaction: its header and the complete list of its entries, as digests.

import type { ProvenEntries } from '../../proof/index.js';
import type { CallScope } from '../call-scope.js';
import type { VerifiedContext } from './context.js';
import type { VerifiedTx } from './evidence.js';
import { checkedRead } from './fail-over.js';
import { proveTx } from './prove.js';
import { stateCopy } from './read-proof.js';
import { digestsOf } from './proven-cache.js';

/** Reads and proves one transaction. @throws ImmuError TX_NOT_FOUND if there is none with this id */
export async function verifiedTx(
  context: VerifiedContext,
  txId: bigint,
  scope: CallScope,
): Promise<VerifiedTx> {
  return checkedRead(context, 'verifiedTx', scope, async () => {
    const proven = await proveTx(context, txId, scope);
    context.cache.add(digestsOf(proven));
    return transactionOf(context, proven);
  });
}

function transactionOf(context: VerifiedContext, proven: ProvenEntries): VerifiedTx {
  return {
    ...context.identity,
    txId: proven.header.id,
    alh: new Uint8Array(proven.alh),
    // The cache goes on with this one.
    header: structuredClone(proven.header),
    entries: proven.entries.map(({ key, metadata, hValue }) => ({
      storedKey: key,
      metadata,
      valueHash: hValue,
    })),
    checkedAgainst: stateCopy(proven.trusted ?? proven.state),
  };
}
