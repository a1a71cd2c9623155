// Verified reads of many keys: one snapshot, and one proof for every transaction that is not proven yet.

import { toMapKey } from '../../bytes.js';
import { ImmuError, VerificationError } from '../../errors.js';
import { type Entry, KeyListRequest } from '../../wire/immudb/schema/kv.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { callService } from '../call.js';
import type { CallScope, OperationOptions } from '../call-scope.js';
import { concurrently } from '../concurrently.js';
import { assertTxId } from '../limits.js';
import { printableKey } from '../printable-key.js';
import { leftOf } from './bounds.js';
import type { VerifiedContext } from './context.js';
import type { VerifiedEntry } from './evidence.js';
import { checkedRead } from './fail-over.js';
import { assertNotStale, type Floor } from './floors.js';
import { confirmAbsent, readOne } from './get.js';
import { claimedTx, claimedTxId, hasExpired, memberOf } from './member.js';
import { readNotBefore } from './not-before.js';
import { proveClaimed } from './prove.js';

/** Reads under way at once of keys that have to be looked at one by one. */
const READS_AT_ONCE = 16;

/** What the caller knows of the keys. */
export interface VerifiedGetAllOptions extends OperationOptions {
  /**
   * The keys were written in this transaction or later, as with `verifiedGet`: one for all keys, or a list with one for each,
   * undefined where nothing is known.
   */
  readonly notBefore?: bigint | readonly (bigint | undefined)[];
}

/** The floor named for each of `count` keys. @throws TypeError for what is none, or not one for each */
export function floorsNamed(
  count: number,
  named: VerifiedGetAllOptions['notBefore'],
): readonly (bigint | undefined)[] {
  const floors = typeof named === 'object' ? named : Array.from({ length: count }, () => named);
  if (floors.length !== count) {
    throw new TypeError(
      'verifiedGetAll: notBefore must be one transaction id, or a list with one for each key',
    );
  }
  for (const floor of floors) if (floor !== undefined) assertTxId('notBefore', floor);
  return floors;
}

/** A key asked for, and what the caller knows of it. */
export interface KeyRequest {
  readonly key: Uint8Array;
  readonly notBefore: bigint | undefined;
}

/** A key asked for, and the floor held when the request was sent. */
interface Wanted extends KeyRequest {
  readonly floor: Floor | undefined;
}

/**
 * Reads and proves many keys of one snapshot.
 *
 * @returns in the order of `requests`; undefined where the server says the key is absent, which it cannot prove
 */
export async function verifiedGetAll(
  context: VerifiedContext,
  requests: readonly KeyRequest[],
  scope: CallScope,
): Promise<(VerifiedEntry | undefined)[]> {
  return checkedRead(context, 'verifiedGetAll', scope, async () => {
    if (requests.length === 0) return [];
    const wanted = requests.map((request) => ({
      ...request,
      floor: context.floors.of(request.key, request.notBefore),
    }));
    const floors = wanted.map(({ floor }) => floor);
    const found = await readNotBefore(floors, async (sinceTx) => {
      const answers = await readAll(context, wanted, sinceTx, scope);
      return answers === 'not permitted' ? answers : proveAnswers(context, wanted, answers, scope);
    });
    if (found !== 'not permitted') return found;
    return concurrently(requests, READS_AT_ONCE, (request) => readOne(context, request, scope));
  });
}

/** One call for all keys. The server wants write permission for it; a read-only user reads them one by one. */
async function readAll(
  context: VerifiedContext,
  wanted: readonly Wanted[],
  sinceTx: bigint | undefined,
  scope: CallScope,
): Promise<readonly Entry[] | 'not permitted'> {
  const { getAll } = ImmuServiceDefinition.methods;
  try {
    const request = KeyListRequest.create({ keys: wanted.map(({ key }) => key), sinceTx: sinceTx ?? 0n });
    const options = { ...leftOf(scope), kind: 'read', sinceTx } as const;
    return (await callService(context.connection, getAll, request, options)).entries;
  } catch (error) {
    if (error instanceof ImmuError && error.code === 'PERMISSION_DENIED') return 'not permitted';
    throw error;
  }
}

async function proveAnswers(
  context: VerifiedContext,
  wanted: readonly Wanted[],
  answers: readonly Entry[],
  scope: CallScope,
): Promise<(VerifiedEntry | undefined)[]> {
  const byKey = answersByKey(wanted, answers);
  const plain = wanted.flatMap(({ key, floor }) => {
    const answer = byKey.get(toMapKey(key));
    if (answer === undefined || answer.referencedBy !== undefined) return [];
    assertNotStale(key, answer.tx, floor);
    return [{ key, answer, txId: claimedTxId(key, answer) }];
  });
  const txIds = new Set(plain.map(({ txId }) => txId));
  const members = await proveClaimed(context, { txIds }, scope, (transactions) =>
    plain.map(({ key, answer }) => memberOf(context, claimedTx(transactions, answer), key, answer)),
  );
  const entries = new Map(members.map((entry) => [toMapKey(entry.key), entry]));
  return concurrently(wanted, READS_AT_ONCE, async ({ key, floor, notBefore }) => {
    const entry = entries.get(toMapKey(key));
    if (entry !== undefined) {
      context.floors.raise(key, entry);
      return hasExpired(entry.metadata) ? undefined : entry;
    }
    // A reference is proven by itself, and so is its target: the plain answer is only a hint that it is one.
    if (byKey.has(toMapKey(key))) return readOne(context, { key, notBefore }, scope);
    return confirmAbsent(context, { key, atTx: undefined, floor, scope });
  });
}

/** The answers by the key that was asked for: the server leaves out what is absent and says no position. */
function answersByKey(wanted: readonly Wanted[], answers: readonly Entry[]): ReadonlyMap<string, Entry> {
  const asked = new Set(wanted.map(({ key }) => toMapKey(key)));
  const byKey = new Map<string, Entry>();
  for (const answer of answers) {
    const key = answer.referencedBy?.key ?? answer.key;
    const name = toMapKey(key);
    const before = byKey.get(name);
    if (!asked.has(name) || (before !== undefined && before.tx !== answer.tx)) {
      throw new VerificationError(
        'BINDING_MISMATCH',
        `The server answered key ${printableKey(key)}, ${before === undefined ? 'which was not asked for' : 'twice and differently'}.`,
        { details: { key, txId: answer.tx } },
      );
    }
    byKey.set(name, answer);
  }
  return byKey;
}
