// The verified round trips: one request, one answer, checked against the state trusted when the request was sent.
// Nothing here moves the trusted state.

import {
  type LedgerState,
  type ProvenEntries,
  type ProvenKeyValue,
  type ProvenReference,
  verifyEntry,
  verifyTx,
} from '../../proof/index.js';
import { KeyRequest } from '../../wire/immudb/schema/kv.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { callService } from '../call.js';
import {
  VerifiableGetRequest,
  type VerifiableTx,
  VerifiableTxRequest,
} from '../../wire/immudb/schema/verifiable.js';
import type { OperationOptions } from '../call-scope.js';
import type { VerifiedContext } from './context.js';
import { absentIfNotFound, checked } from './failures.js';

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
  options: OperationOptions,
): Promise<VerifiableTx> {
  return checked(context, 'verifiedTx', () => {
    const request = VerifiableTxRequest.create({
      tx: txId,
      proveSinceTx: sinceTxId ?? 0n,
      // The entries are wanted as they were written, and then no index has to catch up first.
      keepReferencesUnresolved: true,
    });
    return callService(context.connection, verifiableTxById, request, {
      ...options,
      kind: 'read',
      sinceTx: sinceTxId,
    });
  });
}

/** Checks what {@link requestTx} brought against the state whose transaction id was named in the request. */
export async function checkTx(
  context: VerifiedContext,
  txId: bigint,
  since: LedgerState | undefined,
  answer: VerifiableTx,
): Promise<ProvenEntries> {
  return checked(context, 'verifiedTx', () => verifyTx({ txId }, answer, since, context.policy));
}

/** What to read: the latest write of a key, or exactly the one of transaction `atTx`. */
export interface EntryRequest {
  readonly key: Uint8Array;
  readonly atTx: bigint | undefined;
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
  options: OperationOptions,
): Promise<ProvenKeyValue | ProvenReference | undefined> {
  return checked(context, 'verifiedGet', async () => {
    const wanted = VerifiableGetRequest.create({
      keyRequest: KeyRequest.create({ key: request.key, atTx: request.atTx ?? 0n }),
      proveSinceTx: since?.txId ?? 0n,
    });
    const answer = await absentIfNotFound(
      callService(context.connection, verifiableGet, wanted, {
        ...options,
        kind: 'read',
        sinceTx: since?.txId,
      }),
    );
    if (answer === undefined) return undefined;
    const asked =
      request.atTx === undefined ? { key: request.key } : { key: request.key, atTx: request.atTx };
    return verifyEntry(asked, answer, since, context.policy);
  });
}
