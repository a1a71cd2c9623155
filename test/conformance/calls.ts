// Which calls are checked, what their messages are called, and what of their answers is proven.

import type { LedgerState, VerificationPolicy } from '../../src/proof/index.js';
import { AuthorizationServiceDefinition } from '../../src/wire/immudb/model/authorization.js';
import { DocumentServiceDefinition } from '../../src/wire/immudb/model/service.js';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import { checkCurrentState, checkGet, checkTxById } from './check-reads.js';
import { checkSet, checkSetReference, checkZAdd } from './check-writes.js';
import { type ProvenResult, Rejection } from './verdict.js';

/** Checks an answer, throwing what is wrong with it. */
export type Check = (
  request: Uint8Array,
  response: Uint8Array,
  trusted: LedgerState | undefined,
  policy: VerificationPolicy,
) => ProvenResult;

/** A call whose answers can be checked. */
export interface Call {
  readonly requestType: string;
  readonly responseType: string;
  readonly check: Check;
}

const EMPTY = 'google.protobuf.Empty';

function schemaCall(requestType: string, responseType: string, check: Check): Call {
  return {
    requestType: requestType === EMPTY ? EMPTY : `immudb.schema.${requestType}`,
    responseType: `immudb.schema.${responseType}`,
    check,
  };
}

const checked: ReadonlyMap<string, Call> = new Map([
  ['CurrentState', schemaCall(EMPTY, 'ImmutableState', checkCurrentState)],
  ['VerifiableGet', schemaCall('VerifiableGetRequest', 'VerifiableEntry', checkGet)],
  ['VerifiableTxById', schemaCall('VerifiableTxRequest', 'VerifiableTx', checkTxById)],
  ['VerifiableSet', schemaCall('VerifiableSetRequest', 'VerifiableTx', checkSet)],
  ['VerifiableSetReference', schemaCall('VerifiableReferenceRequest', 'VerifiableTx', checkSetReference)],
  ['VerifiableZAdd', schemaCall('VerifiableZAddRequest', 'VerifiableTx', checkZAdd)],
]);

const existing: ReadonlySet<string> = new Set(
  [ImmuServiceDefinition, DocumentServiceDefinition, AuthorizationServiceDefinition].flatMap(({ methods }) =>
    Object.values(methods).map(({ name }: { name: string }) => name),
  ),
);

/**
 * The call of that name.
 *
 * @throws Rejection UNSUPPORTED if it exists but is not checked yet, or has nothing to check; UNKNOWN_RPC otherwise
 */
export function findCall(rpc: string): Call {
  const call = checked.get(rpc);
  if (call !== undefined) return call;
  if (existing.has(rpc)) throw new Rejection('UNSUPPORTED', `Answers of ${rpc} are not verified here.`);
  throw new Rejection('UNKNOWN_RPC', 'There is no such call.');
}
