// Verified reads of many keys: one snapshot, and one proof for every transaction that is not proven yet.

import { toMapKey } from '../../bytes.js';
import { ImmuError, VerificationError } from '../../errors.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { callService } from '../call.js';
import { type Entry, KeyListRequest } from '../../wire/immudb/schema/kv.js';
import { concurrently } from '../concurrently.js';
import { printableKey } from '../printable-key.js';
import { assertAbsenceAllowed } from './absence.js';
import type { OperationOptions } from '../call-scope.js';
import type { VerifiedContext } from './context.js';
import type { VerifiedEntry } from './evidence.js';
import { checked } from './failures.js';
import { assertNotStale, type Floor } from './floors.js';
import { verifiedGet } from './get.js';
import { hasExpired, memberOf } from './member.js';
import { proveAll } from './prove.js';

/** Reads under way at once where the server does not let this user read many keys in one call. */
const READS_AT_ONCE = 16;

/**
 * Reads and proves many keys of one snapshot.
 *
 * @returns in the order of `keys`; undefined where the server says the key is absent, which it cannot prove
 */
export async function verifiedGetAll(
  context: VerifiedContext,
  keys: readonly Uint8Array[],
  options: OperationOptions = {},
): Promise<(VerifiedEntry | undefined)[]> {
  if (keys.length === 0) return [];
  return checked(context, 'verifiedGetAll', async () => {
    const floors = keys.map((key) => context.floors.of(key));
    const answers = await readAll(context, keys, options);
    if (answers === 'not permitted')
      return concurrently(keys, READS_AT_ONCE, (key) => verifiedGet(context, key, options));
    return proveAnswers(context, keys, floors, answers, options);
  });
}

/** One call for all keys. The server wants write permission for it; a read-only user reads them one by one. */
async function readAll(
  context: VerifiedContext,
  keys: readonly Uint8Array[],
  options: OperationOptions,
): Promise<readonly Entry[] | 'not permitted'> {
  const { getAll } = ImmuServiceDefinition.methods;
  try {
    const request = KeyListRequest.create({ keys: [...keys] });
    return (await callService(context.connection, getAll, request, { ...options, kind: 'read' })).entries;
  } catch (error) {
    if (error instanceof ImmuError && error.code === 'PERMISSION_DENIED') return 'not permitted';
    throw error;
  }
}

async function proveAnswers(
  context: VerifiedContext,
  keys: readonly Uint8Array[],
  floors: readonly (Floor | undefined)[],
  answers: readonly Entry[],
  options: OperationOptions,
): Promise<(VerifiedEntry | undefined)[]> {
  const byKey = answersByKey(keys, answers);
  const plain = [...byKey.values()].filter((answer) => answer.referencedBy === undefined);
  keys.forEach((key, index) => {
    const answer = byKey.get(toMapKey(key));
    if (answer !== undefined && answer.referencedBy === undefined)
      assertNotStale(key, answer.tx, floors[index]);
  });
  const proven = await proveAll(context, new Set(plain.map((answer) => answer.tx)), options);
  return Promise.all(
    keys.map(async (key, index) => {
      const answer = byKey.get(toMapKey(key));
      const floor = floors[index];
      if (answer === undefined) {
        if (floor !== undefined) await assertAbsenceAllowed(context, key, floor, options);
        return undefined;
      }
      const digests = proven.get(answer.tx);
      // A reference is proven by itself, and so is its target: the plain answer is only a hint that it is one.
      if (answer.referencedBy !== undefined || digests === undefined)
        return verifiedGet(context, key, options);
      const entry = memberOf(context, digests, key, answer);
      context.floors.raise(key, entry);
      return hasExpired(entry.metadata) ? undefined : entry;
    }),
  );
}

/** The answers by the key that was asked for: the server leaves out what is absent and says no position. */
function answersByKey(keys: readonly Uint8Array[], answers: readonly Entry[]): ReadonlyMap<string, Entry> {
  const asked = new Set(keys.map(toMapKey));
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
