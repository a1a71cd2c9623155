// Writes without proof: one call, one transaction, and the header the server claims for it.

import { ImmuServiceDefinition } from '../wire/immudb/schema/service.js';
import type { OperationOptions } from './call-scope.js';
import { callService } from './call.js';
import type { Connection } from './connection.js';
import { assertKey } from './limits.js';
import { fromWireHeader, type UnverifiedTxHeader } from './unverified.js';
import {
  assertWritable,
  toWireEntry,
  toWirePrecondition,
  type EntryToWrite,
  type Precondition,
} from './writes.js';

const { set: setMethod, delete: deleteMethod } = ImmuServiceDefinition.methods;

/** Conditions of a write. */
export interface SetOptions extends OperationOptions {
  /** All must hold, or nothing is written. Default: none. */
  readonly preconditions?: readonly Precondition[];
}

/**
 * Writes entries in one transaction, all or none.
 *
 * @param entries 1 to 1024, no key twice
 * @throws ImmuError KEY_TOO_LARGE, VALUE_TOO_LARGE, BATCH_TOO_LARGE, DUPLICATE_KEY, PRECONDITION_FAILED: nothing was written
 * @throws UnknownOutcomeError where the answer was lost: read before writing again
 */
export async function setAll(
  connection: Connection,
  entries: readonly EntryToWrite[],
  options: SetOptions = {},
): Promise<UnverifiedTxHeader> {
  const { preconditions = [] } = options;
  assertWritable(entries, preconditions);
  const request = {
    KVs: entries.map(toWireEntry),
    noWait: false,
    preconditions: preconditions.map(toWirePrecondition),
  };
  return fromWireHeader(await callService(connection, setMethod, request, { ...options, kind: 'write' }));
}

/**
 * Deletes keys in one transaction, all or none: their history stays. This form of deletion cannot be proven; a verified
 * write of an entry with `deleted` metadata can.
 *
 * @throws ImmuError KEY_NOT_FOUND where one of them is not there: nothing was deleted
 * @throws UnknownOutcomeError where the answer was lost
 */
export async function deleteKeys(
  connection: Connection,
  keys: readonly Uint8Array[],
  options: OperationOptions = {},
): Promise<UnverifiedTxHeader> {
  keys.forEach(assertKey);
  const request = { keys: [...keys], sinceTx: 0n, noWait: false };
  return fromWireHeader(await callService(connection, deleteMethod, request, { ...options, kind: 'write' }));
}
