// What can be written, and under which conditions: checked before it is sent, and turned into the wire's form.

import { toMapKey } from '../bytes.js';
import { ImmuError } from '../errors.js';
import type { KeyMetadata } from '../proof/index.js';
import type { KeyValue } from '../wire/immudb/schema/kv.js';
import type { KVMetadata } from '../wire/immudb/schema/metadata.js';
import type { Precondition as WirePrecondition } from '../wire/immudb/schema/precondition.js';
import { assertKey, assertTxId, CLIENT_LIMITS } from './limits.js';
import { printableKey } from './printable-key.js';
import { keyValueSize, preconditionSize, VERIFIABLE_OVERHEAD } from './request-size.js';

/** A key with its new value. */
export interface EntryToWrite {
  /** 1 to 1023 bytes, once per write. */
  readonly key: Uint8Array;
  /** Any bytes, none included. */
  readonly value: Uint8Array;
  /** Deletion, expiry, visibility. Default: none of them. */
  readonly metadata?: KeyMetadata | undefined;
}

/**
 * A condition of a write, evaluated by the server against the state before it. That the server did so cannot be proven.
 *
 * - `mustExist`, `mustNotExist`: a deleted or expired key does not exist
 * - `notModifiedAfter`: neither written nor deleted after transaction `txId`; a key never written passes
 */
export type Precondition =
  | { readonly kind: 'mustExist'; readonly key: Uint8Array }
  | { readonly kind: 'mustNotExist'; readonly key: Uint8Array }
  | { readonly kind: 'notModifiedAfter'; readonly key: Uint8Array; readonly txId: bigint };

/**
 * Checks a write against the server's limits.
 *
 * @throws ImmuError KEY_TOO_LARGE, VALUE_TOO_LARGE, BATCH_TOO_LARGE, DUPLICATE_KEY, INVALID_ARGUMENT: nothing was sent
 */
export function assertWritable(
  entries: readonly EntryToWrite[],
  preconditions: readonly Precondition[] = [],
): void {
  const { maxEntriesPerTx } = CLIENT_LIMITS;
  if (entries.length === 0)
    throw new ImmuError('INVALID_ARGUMENT', 'A write has no entries: give it at least one.');
  if (entries.length > maxEntriesPerTx) throw tooMany('entries', entries.length, maxEntriesPerTx);
  const seen = new Set<string>();
  for (const entry of entries) {
    assertEntry(entry);
    const { key } = entry;
    if (seen.size === seen.add(toMapKey(key)).size) {
      throw new ImmuError(
        'DUPLICATE_KEY',
        `Key ${printableKey(key)} occurs twice in one write: keep one of the two.`,
      );
    }
  }
  assertPreconditions(preconditions);
  assertSize(entries, preconditions);
}

/** Checks one entry, but for its size. @throws ImmuError KEY_TOO_LARGE, INVALID_ARGUMENT · TypeError */
export function assertEntry({ key, value, metadata }: EntryToWrite): void {
  assertKey(key);
  if (!(value instanceof Uint8Array))
    throw new TypeError(`the value of key ${printableKey(key)} must be a Uint8Array`);
  assertExpiry(metadata);
}

/** Checks the conditions of a write. @throws ImmuError BATCH_TOO_LARGE, KEY_TOO_LARGE, INVALID_ARGUMENT · TypeError */
export function assertPreconditions(preconditions: readonly Precondition[]): void {
  const { maxPreconditions } = CLIENT_LIMITS;
  if (preconditions.length > maxPreconditions)
    throw tooMany('preconditions', preconditions.length, maxPreconditions);
  for (const condition of preconditions) {
    assertKey(condition.key);
    if (condition.kind === 'notModifiedAfter') assertTxId('notModifiedAfter', condition.txId);
  }
}

function tooMany(what: string, count: number, max: number): ImmuError {
  return new ImmuError(
    'BATCH_TOO_LARGE',
    `A write has ${count} ${what}; the server takes ${max}. Split it into several.`,
    {
      details: { [what]: count, max },
    },
  );
}

function assertExpiry(metadata: KeyMetadata | undefined): void {
  const expiresAt = metadata?.expiresAt;
  if (expiresAt === undefined) return;
  if (typeof expiresAt !== 'bigint' || BigInt.asIntN(64, expiresAt) !== expiresAt) {
    throw new TypeError('expiresAt must be a bigint: seconds since 1970, of 64 bits');
  }
}

function assertSize(entries: readonly EntryToWrite[], preconditions: readonly Precondition[]): void {
  const max = CLIENT_LIMITS.maxMessageBytes;
  let bytes = VERIFIABLE_OVERHEAD;
  for (const entry of entries) {
    const size = keyValueSize(entry);
    if (size + VERIFIABLE_OVERHEAD > max) {
      throw new ImmuError(
        'VALUE_TOO_LARGE',
        `The value of key ${printableKey(entry.key)} has ${entry.value.length} bytes; with its key it must fit a request of ${max}. ` +
          'Store it in pieces.',
        { details: { bytes: entry.value.length, maxBytes: max } },
      );
    }
    bytes += size;
  }
  for (const condition of preconditions) bytes += preconditionSize(condition);
  if (bytes <= max) return;
  throw new ImmuError(
    'BATCH_TOO_LARGE',
    `A write of ${entries.length} entries and ${preconditions.length} preconditions has ${bytes} bytes; a request may have ${max}. ` +
      'Split it into several.',
    { details: { entries: entries.length, preconditions: preconditions.length, bytes, maxBytes: max } },
  );
}

/** The entry as the wire has it. */
export function toWireEntry({ key, value, metadata }: EntryToWrite): KeyValue {
  return { key, value, metadata: metadata === undefined ? undefined : toWireMetadata(metadata) };
}

function toWireMetadata({ deleted, expiresAt, nonIndexable }: KeyMetadata): KVMetadata {
  return { deleted, expiration: expiresAt === undefined ? undefined : { expiresAt }, nonIndexable };
}

/** The condition as the wire has it. */
export function toWirePrecondition(condition: Precondition): WirePrecondition {
  const { key } = condition;
  switch (condition.kind) {
    case 'mustExist':
      return { precondition: { $case: 'keyMustExist', value: { key } } };
    case 'mustNotExist':
      return { precondition: { $case: 'keyMustNotExist', value: { key } } };
    case 'notModifiedAfter':
      return { precondition: { $case: 'keyNotModifiedAfterTX', value: { key, txID: condition.txId } } };
  }
}
