// The verified round trips: one request, one answer, checked against the state trusted when the request was sent.
// Nothing here moves the trusted state.

import type { LedgerState, ProvenEntries, ProvenKeyValue, ProvenReference } from '../../proof/index.js';
import { verifyEntry } from '../../proof/verify/verify-entry.js';
import { verifyTx } from '../../proof/verify/verify-tx.js';
import { KeyRequest } from '../../wire/immudb/schema/kv.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import {
  type VerifiableEntry,
  VerifiableGetRequest,
  type VerifiableTx,
  VerifiableTxRequest,
} from '../../wire/immudb/schema/verifiable.js';
import { callService } from '../call.js';
import type { CallScope } from '../call-scope.js';
import { leftOf } from './bounds.js';
import type { VerifiedContext } from './context.js';
import { absentIfNotFound } from './failures.js';

const { verifiableGet, verifiableTxById } = ImmuServiceDefinition.methods;

/**
 * Asks for a whole transaction as digests, with a proof from or to transaction `sinceTxId`.
 *
 * @param sinceTxId undefined only on first contact
 */
export async function requestTx(
  context: VerifiedContext,
  txId: bigint,
  sinceTxId: bigint | undefined,
  scope: CallScope,
): Promise<VerifiableTx> {
  const request = VerifiableTxRequest.create({
    tx: txId,
    proveSinceTx: sinceTxId ?? 0n,
    // The entries are wanted as they were written, and then no index has to catch up first.
    keepReferencesUnresolved: true,
  });
  return callService(context.connection, verifiableTxById, request, {
    ...leftOf(scope),
    kind: 'read',
    sinceTx: sinceTxId,
  });
}

/** Checks what {@link requestTx} brought against the state whose transaction id was named in the request. */
export function checkTx(
  context: VerifiedContext,
  txId: bigint,
  since: LedgerState | undefined,
  answer: VerifiableTx,
): ProvenEntries {
  return verifyTx({ txId }, answer, since, context.policy);
}

/** What to read: the latest write of a key, or exactly the one of transaction `atTx`. */
export interface EntryRequest {
  readonly key: Uint8Array;
  readonly atTx?: bigint | undefined;
  /** The latest as of a moment when this transaction was committed already. Not together with `atTx`. */
  readonly sinceTx?: bigint | undefined;
}

/**
 * Asks for one entry, with a proof from or to transaction `since`.
 *
 * @returns untrusted; undefined if the server says there is none, which it cannot prove
 */
export async function requestEntry(
  context: VerifiedContext,
  { key, atTx, sinceTx }: EntryRequest,
  since: LedgerState | undefined,
  scope: CallScope,
): Promise<VerifiableEntry | undefined> {
  const wanted = VerifiableGetRequest.create({
    keyRequest: KeyRequest.create({ key, atTx: atTx ?? 0n, sinceTx: sinceTx ?? 0n }),
    proveSinceTx: since?.txId ?? 0n,
  });
  return absentIfNotFound(
    callService(context.connection, verifiableGet, wanted, {
      ...leftOf(scope),
      kind: 'read',
      sinceTx: sinceTx ?? since?.txId,
    }),
  );
}

/**
 * Fetches one entry and proves it against `since`.
 *
 * @returns undefined if the server says there is none, which it cannot prove
 */
export async function fetchEntry(
  context: VerifiedContext,
  request: EntryRequest,
  since: LedgerState | undefined,
  scope: CallScope,
): Promise<ProvenKeyValue | ProvenReference | undefined> {
  const { key, atTx } = request;
  const answer = await requestEntry(context, request, since, scope);
  if (answer === undefined) return undefined;
  return verifyEntry(atTx === undefined ? { key } : { key, atTx }, answer, since, context.policy);
}
