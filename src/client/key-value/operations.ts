// What one transaction can be made of besides keys with values: references and members of sorted sets. Checked before it
// is sent.

import { toMapKey } from '../../bytes.js';
import { ImmuError } from '../../errors.js';
import { assertKey, assertTxId, CLIENT_LIMITS } from '../limits.js';
import { printableKey } from '../printable-key.js';
import { keyValueSize, preconditionSize, VERIFIABLE_OVERHEAD } from '../request-size.js';
import { assertEntry, assertPreconditions, type EntryToWrite, type Precondition } from '../writes.js';

/** A transaction to bind to: exactly what it wrote. */
export type Binding =
  /** Its id. */
  | bigint
  /** The transaction this very operation is part of: of a key that an earlier operation of the same list sets. */
  | 'this';

/** A reference to write. */
export interface ReferenceToSet {
  readonly kind: 'setReference';
  /** The reference's own key. */
  readonly key: Uint8Array;
  /** The key whose value it leads to: there already, or set by an earlier operation of the same list. */
  readonly referencedKey: Uint8Array;
  /** Lead to what this transaction wrote. Default: to the latest value, whenever it is read. */
  readonly atTx?: Binding | undefined;
}

/** A member to add to a sorted set. */
export interface MemberToAdd {
  readonly kind: 'zAdd';
  /** The set's name. With `key` at most 990 bytes. */
  readonly set: Uint8Array;
  /**
   * A finite number, which decides the member's place. Of a negative one see `negativeScore`. -0 is stored as 0.
   */
  readonly score: number;
  /** The key whose value is the member: there already, or set by an earlier operation of the same list. */
  readonly key: Uint8Array;
  /** Lead to what this transaction wrote. Default: to the latest value, whenever it is read. */
  readonly atTx?: Binding | undefined;
  /**
   * Take a negative score although immudb orders scores by their bits: all negative ones come after all positive ones, the
   * larger in magnitude the later, and scans that are bounded by a negative score or run backwards miss them. Default false:
   * refused.
   */
  readonly negativeScore?: boolean | undefined;
}

/** One operation of a transaction. */
export type Operation = (EntryToWrite & { readonly kind: 'set' }) | ReferenceToSet | MemberToAdd;

/** The most bytes of a set's name and a member's key together: both are part of one stored key of 1024. */
const MAX_MEMBER_BYTES = 990;

/** What an operation has on the wire beside its keys: numbers, flags, and what wraps it. */
const OPERATION_OVERHEAD = 64;

/**
 * Checks operations against the server's limits.
 *
 * @throws ImmuError KEY_TOO_LARGE, VALUE_TOO_LARGE, BATCH_TOO_LARGE, DUPLICATE_KEY, INVALID_ARGUMENT: nothing was sent
 * @throws TypeError for what is no operation, and for a score that is no finite number
 */
export function assertOperations(
  operations: readonly Operation[],
  preconditions: readonly Precondition[] = [],
): void {
  const max = CLIENT_LIMITS.maxEntriesPerTx;
  if (operations.length === 0)
    throw new ImmuError('INVALID_ARGUMENT', 'There are no operations: give at least one.');
  if (operations.length > max) throw tooLarge(`has ${operations.length} operations; the server takes ${max}`);
  const seen = new Set<string>();
  for (const operation of operations) {
    assertOperation(operation);
    const name = nameOf(operation);
    if (seen.has(name)) throw twice(operation);
    seen.add(name);
  }
  assertPreconditions(preconditions);
  assertSize(operations, preconditions);
}

function assertOperation(operation: Operation): void {
  const { kind, key }: { readonly kind: unknown; readonly key: Uint8Array } = operation;
  switch (operation.kind) {
    case 'set':
      assertEntry(operation);
      return;
    case 'setReference':
      assertKey(key);
      assertKey(operation.referencedKey);
      assertBinding(operation.atTx);
      return;
    case 'zAdd':
      assertMember(operation);
      return;
    default:
      throw new TypeError(`an operation is of kind "set", "setReference" or "zAdd", not ${String(kind)}`);
  }
}

function assertBinding(atTx: Binding | undefined): void {
  if (atTx !== undefined && atTx !== 'this') assertTxId('atTx', atTx);
}

function assertMember({ set, score, key, atTx, negativeScore }: MemberToAdd): void {
  assertKey(set);
  assertKey(key);
  assertBinding(atTx);
  assertScore('score', score);
  const bytes = set.length + key.length;
  if (bytes > MAX_MEMBER_BYTES) {
    throw new ImmuError(
      'KEY_TOO_LARGE',
      `Set ${printableKey(set)} and key ${printableKey(key)} have ${bytes} bytes together; the server takes ${MAX_MEMBER_BYTES}.` +
        ' Shorten one of them.',
      { details: { bytes, maxBytes: MAX_MEMBER_BYTES } },
    );
  }
  if (score < 0 && negativeScore !== true) {
    throw new ImmuError(
      'INVALID_ARGUMENT',
      `The score ${score} of key ${printableKey(key)} is negative: immudb puts negative scores after all positive ones and does ` +
        'not find them in bounded or descending scans. Add a constant to all scores of the set, or say negativeScore: true.',
      { details: { score } },
    );
  }
}

/** @throws TypeError unless the value is a finite number: what else a double can be has no place in an order */
export function assertScore(name: string, value: number): void {
  if (typeof value !== 'number' || !Number.isFinite(value))
    throw new TypeError(`${name} must be a finite number`);
}

/** What may be there once in a transaction. Members are told apart as the server does it: not by their score. */
function nameOf(operation: Operation): string {
  if (operation.kind !== 'zAdd') return `key ${toMapKey(operation.key)}`;
  const { set, key, atTx } = operation;
  const binding = atTx === undefined || atTx === 'this' ? '0' : String(atTx);
  return `member ${toMapKey(set)}${toMapKey(key)}${binding}`;
}

function twice(operation: Operation): ImmuError {
  const what =
    operation.kind === 'zAdd'
      ? `${printableKey(operation.key)} is added to set ${printableKey(operation.set)}, or to one the server takes for the same,`
      : `${printableKey(operation.key)} is written`;
  return new ImmuError('DUPLICATE_KEY', `Key ${what} twice in one transaction: keep one of the two.`);
}

function assertSize(operations: readonly Operation[], preconditions: readonly Precondition[]): void {
  const max = CLIENT_LIMITS.maxMessageBytes;
  let bytes = VERIFIABLE_OVERHEAD;
  for (const operation of operations) {
    const size = sizeOf(operation);
    if (operation.kind === 'set' && size + VERIFIABLE_OVERHEAD > max) {
      throw new ImmuError(
        'VALUE_TOO_LARGE',
        `The value of key ${printableKey(operation.key)} has ${operation.value.length} bytes; with its key it must fit a request of ` +
          `${max}. Store it in pieces.`,
        { details: { bytes: operation.value.length, maxBytes: max } },
      );
    }
    bytes += size;
  }
  for (const condition of preconditions) bytes += preconditionSize(condition);
  if (bytes > max) throw tooLarge(`has ${bytes} bytes; a request may have ${max}`);
}

/** An upper bound of the operation's bytes in a request. */
function sizeOf(operation: Operation): number {
  if (operation.kind === 'set') return OPERATION_OVERHEAD + keyValueSize(operation);
  const other = operation.kind === 'zAdd' ? operation.set : operation.referencedKey;
  return OPERATION_OVERHEAD + operation.key.length + other.length;
}

function tooLarge(why: string): ImmuError {
  return new ImmuError('BATCH_TOO_LARGE', `A transaction ${why}. Split it into several.`);
}

/** The binding as the wire has it: bound to transaction 0 means to this one. */
export function bindingOf(atTx: Binding | undefined): { readonly atTx: bigint; readonly boundRef: boolean } {
  if (atTx === undefined) return { atTx: 0n, boundRef: false };
  return { atTx: atTx === 'this' ? 0n : atTx, boundRef: true };
}
