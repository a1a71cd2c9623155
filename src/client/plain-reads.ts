// Reads without proof, of keys one knows.

import { toMapKey } from '../bytes.js';
import { ImmuError } from '../errors.js';
import type { KeyRequest } from '../wire/immudb/schema/kv.js';
import { ImmuServiceDefinition } from '../wire/immudb/schema/service.js';
import type { OperationOptions } from './call-scope.js';
import { callService } from './call.js';
import type { Connection } from './connection.js';
import { assertKey, assertTxId } from './limits.js';
import { fromWireEntry, type UnverifiedEntry } from './unverified.js';

const { get: getMethod, getAll: getAllMethod } = ImmuServiceDefinition.methods;

/** Which write of a key to read. At most one of `atTx`, `atRevision` and `sinceTx` may be given. */
export interface GetOptions extends OperationOptions {
  /** Exactly the one of this transaction. */
  readonly atTx?: bigint;
  /** n > 0: the n-th. n < 0: so many before the latest. */
  readonly atRevision?: bigint;
  /** The latest, as of this transaction or any newer. Default: as of the newest committed. */
  readonly sinceTx?: bigint;
}

/** `undefined` where the server answers that the key was not found. */
export async function undefinedIfAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ImmuError && error.code === 'KEY_NOT_FOUND') return undefined;
    throw error;
  }
}

/**
 * Reads one key.
 *
 * @returns undefined where it was never written, is deleted or has expired, or where that transaction did not write it
 * @throws ImmuError TX_NOT_FOUND, INVALID_REVISION, SERVER_BEHIND where sinceTx is not committed
 */
export async function get(
  connection: Connection,
  key: Uint8Array,
  options: GetOptions = {},
): Promise<UnverifiedEntry | undefined> {
  const request = toWireKeyRequest(key, options);
  const entry = await undefinedIfAbsent(
    callService(connection, getMethod, request, { ...options, kind: 'read', spread: true }),
  );
  return entry === undefined ? undefined : fromWireEntry(entry);
}

/** The request as the wire has it. @throws TypeError, ImmuError KEY_TOO_LARGE for what makes no sense */
export function toWireKeyRequest(key: Uint8Array, options: Omit<GetOptions, 'timeoutMs'>): KeyRequest {
  assertKey(key);
  const { atTx, atRevision, sinceTx } = options;
  if ([atTx, atRevision, sinceTx].filter((one) => one !== undefined).length > 1) {
    throw new TypeError('get: at most one of atTx, atRevision and sinceTx may be given');
  }
  if (atTx !== undefined) assertTxId('atTx', atTx);
  if (sinceTx !== undefined) assertTxId('sinceTx', sinceTx);
  assertRevision(atRevision);
  return {
    key,
    atTx: atTx ?? 0n,
    sinceTx: sinceTx ?? 0n,
    noWait: false,
    atRevision: atRevision ?? 0n,
  };
}

function assertRevision(value: bigint | undefined): void {
  if (value === undefined) return;
  if (typeof value !== 'bigint' || value === 0n || BigInt.asIntN(64, value) !== value) {
    throw new TypeError(
      'atRevision must be a bigint other than 0n: 1n is the first, -1n the one before the latest',
    );
  }
}

/**
 * Reads many keys as of one moment. The server asks for write permission for this.
 *
 * @param keys duplicates are fine
 * @returns in the order of `keys`; undefined where a key is absent. An entry reached through a reference has its target's key
 * @throws ImmuError PERMISSION_DENIED for a user who may only read: read the keys one by one
 */
export async function getAll(
  connection: Connection,
  keys: readonly Uint8Array[],
  options: OperationOptions = {},
): Promise<(UnverifiedEntry | undefined)[]> {
  keys.forEach(assertKey);
  if (keys.length === 0) return [];
  const request = { keys: [...keys], sinceTx: 0n };
  const answer = await callService(connection, getAllMethod, request, {
    ...options,
    kind: 'read',
    spread: true,
  });
  // Absent keys are left out of the answer, so position says nothing.
  const byKey = new Map<string, UnverifiedEntry>();
  for (const entry of answer.entries)
    byKey.set(toMapKey(entry.referencedBy?.key ?? entry.key), fromWireEntry(entry));
  return keys.map((key) => byKey.get(toMapKey(key)));
}
