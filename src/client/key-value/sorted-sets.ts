// Sorted sets: keys under a name, in order of a score.

import { NO_BYTES } from '../../bytes.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import type { ZAddRequest, ZEntry, ZScanRequest } from '../../wire/immudb/schema/sorted-set.js';
import type { OperationOptions } from '../call-scope.js';
import { callService } from '../call.js';
import type { Connection } from '../connection.js';
import { assertKey, assertTxId, assertWholeNumber, MAX_PAGE_SIZE } from '../limits.js';
import { assertOffset, type PageOptions } from '../listing.js';
import {
  fromWireEntry,
  fromWireHeader,
  type UnverifiedEntry,
  type UnverifiedTxHeader,
} from '../unverified.js';
import { assertOperations, assertScore, bindingOf, type MemberToAdd } from './operations.js';

const { zAdd: zAddMethod, zScan: zScanMethod } = ImmuServiceDefinition.methods;

/** To what a member leads. */
export interface ZAddOptions extends OperationOptions {
  /** Exactly the value this transaction wrote under the key. Default: whatever is the latest when it is read. */
  readonly atTx?: bigint;
  /** As {@link MemberToAdd} has it. Default false. */
  readonly negativeScore?: boolean;
}

/** A place in a sorted set: of the last member of a page, to go on behind it. */
export interface MemberCursor {
  readonly score: number;
  readonly key: Uint8Array;
  /** The transaction the member is bound to; absent for one that is not. */
  readonly atTx?: bigint | undefined;
}

/** Which members to list. */
export interface ZScanOptions extends PageOptions {
  /** The lowest score, itself included. Default: none. */
  readonly minScore?: number;
  /** The highest score, itself included; but backwards, where 1.11.1 leaves out members with exactly it. Default: none. */
  readonly maxScore?: number;
  /** Where to begin, exclusive: for the next page the last member. Default: at the first. */
  readonly after?: MemberCursor;
  /** Let the server answer from any state that has this transaction, however old. Default: the newest. */
  readonly sinceTx?: bigint;
}

/** A member of a sorted set, as the server says. */
export interface UnverifiedMember {
  readonly set: Uint8Array;
  readonly score: number;
  readonly key: Uint8Array;
  /** The transaction it is bound to; absent where it follows the latest value. */
  readonly atTx?: bigint;
  /** What it leads to; absent where the server sent none. */
  readonly entry?: UnverifiedEntry;
}

/**
 * Adds a key to a sorted set. The key must hold a value. Added again with another score it is in the set twice: nothing takes a
 * member out of a set, but for the deletion of its key.
 *
 * @param score a finite number; of a negative one see {@link MemberToAdd}
 * @throws ImmuError KEY_NOT_FOUND where the key, or that write of it, is not there · KEY_TOO_LARGE · INVALID_ARGUMENT where it
 *   is a reference: nothing was written
 * @throws UnknownOutcomeError where the answer was lost
 */
export async function zAdd(
  connection: Connection,
  set: Uint8Array,
  score: number,
  key: Uint8Array,
  options: ZAddOptions = {},
): Promise<UnverifiedTxHeader> {
  const { atTx, negativeScore } = options;
  const member: MemberToAdd = { kind: 'zAdd', set, score, key, atTx, negativeScore };
  assertOperations([member]);
  const request = toWireMember(member);
  return fromWireHeader(await callService(connection, zAddMethod, request, { ...options, kind: 'write' }));
}

/** The member as the wire has it. */
export function toWireMember({ set, score, key, atTx }: MemberToAdd): ZAddRequest {
  // The wire has one zero only.
  return { set, score: score === 0 ? 0 : score, key, ...bindingOf(atTx), noWait: false };
}

/**
 * Lists members in order of score, then of the key's length, then of the key: one page. A page may be short, and even empty,
 * although more follow: members whose key is gone count for its limit. Each page is a view of its own moment.
 *
 * @returns empty where there is no such set
 */
export async function zScan(
  connection: Connection,
  set: Uint8Array,
  options: ZScanOptions = {},
): Promise<UnverifiedMember[]> {
  const request = toWireZScan(set, options);
  const answer = await callService(connection, zScanMethod, request, {
    ...options,
    kind: 'read',
    spread: true,
  });
  return answer.entries.map(fromWireMember);
}

/** The scan as the wire has it. @throws TypeError, ImmuError KEY_TOO_LARGE for options that make no sense */
export function toWireZScan(set: Uint8Array, options: ZScanOptions): ZScanRequest {
  const { limit = MAX_PAGE_SIZE, offset, minScore, maxScore, after, sinceTx } = options;
  assertKey(set);
  assertWholeNumber('limit', limit, 1, MAX_PAGE_SIZE);
  assertOffset(offset);
  if (minScore !== undefined) assertScore('minScore', minScore);
  if (maxScore !== undefined) assertScore('maxScore', maxScore);
  if (sinceTx !== undefined) assertTxId('sinceTx', sinceTx);
  if (after !== undefined) assertCursor(after);
  return {
    set,
    seekKey: after?.key ?? NO_BYTES,
    seekScore: after?.score ?? 0,
    seekAtTx: after?.atTx ?? 0n,
    inclusiveSeek: false,
    limit: BigInt(limit),
    desc: options.desc ?? false,
    minScore: minScore === undefined ? undefined : { score: minScore },
    maxScore: maxScore === undefined ? undefined : { score: maxScore },
    sinceTx: sinceTx ?? 0n,
    noWait: false,
    offset: offset ?? 0n,
  };
}

function assertCursor({ key, score, atTx }: MemberCursor): void {
  assertKey(key);
  // Others may have stored scores that this client does not.
  if (typeof score !== 'number') throw new TypeError('after.score must be a number');
  if (atTx !== undefined) assertTxId('after.atTx', atTx);
}

/** The wire's member in this client's form. */
function fromWireMember({ set, score, key, atTx, entry }: ZEntry): UnverifiedMember {
  return {
    set,
    score,
    key,
    ...(atTx === 0n ? {} : { atTx }),
    ...(entry === undefined ? {} : { entry: fromWireEntry(entry) }),
  };
}
