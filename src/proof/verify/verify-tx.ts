// A whole transaction by its id with proof.

import { type LedgerState, verifyAgainstTrusted } from './against-trusted.js';
import { withContext } from './failure.js';
import { parseMessage } from './parse-fields.js';
import type { ProvenEntries, ProvenTx } from './proven.js';
import type { RawVerifiableTx } from './raw.js';
import { requireTrusted, requireTxId } from './request-fields.js';
import type { VerificationPolicy } from './signature.js';
import { verifyAllEntries, verifySomeEntries } from './tx-entries.js';

/** Which transaction was asked for. */
export interface TxRequest {
  /** ≥ 1 */
  readonly txId: bigint;
}

/**
 * Checks the answer to a verifiable transaction request without `entriesSpec`: the transaction and all its entries, as
 * keys, metadata and hashes of values.
 *
 * @param trusted undefined on first contact
 * @throws VerificationError
 */
export function verifyTx(
  request: TxRequest,
  response: RawVerifiableTx | undefined,
  trusted: LedgerState | undefined,
  policy: VerificationPolicy,
): ProvenEntries {
  return verified(request, response, trusted, policy, (proven) => {
    const tx = parseMessage(response?.tx, 'tx');
    return { ...proven, entries: verifyAllEntries(tx, proven.header) };
  });
}

/**
 * Checks the answer to a verifiable transaction request with an `entriesSpec`. The server then lists what entries it
 * likes, so only the header is proven; entries that are listed must be consistent in themselves and are not returned.
 *
 * @param trusted undefined on first contact
 * @throws VerificationError
 */
export function verifyTxHeader(
  request: TxRequest,
  response: RawVerifiableTx | undefined,
  trusted: LedgerState | undefined,
  policy: VerificationPolicy,
): ProvenTx {
  return verified(request, response, trusted, policy, (proven) => {
    verifySomeEntries(parseMessage(response?.tx, 'tx'), proven.header);
    return proven;
  });
}

function verified<T>(
  { txId }: TxRequest,
  response: RawVerifiableTx | undefined,
  trusted: LedgerState | undefined,
  policy: VerificationPolicy,
  finish: (proven: ProvenTx) => T,
): T {
  requireTxId(txId, 'txId');
  requireTrusted(trusted);
  return withContext({ trusted, evidence: response }, () =>
    finish(verifyAgainstTrusted(response, txId, trusted, policy)),
  );
}
