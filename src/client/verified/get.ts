// Verified reads of one key: one round trip, proof included, or a plain read where the proof is known already.

import type { LedgerState, ProvenKeyValue, ProvenReference, ProvenTx } from '../../proof/index.js';
import { VerificationError } from '../../errors.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { callService } from '../call.js';
import { KeyRequest } from '../../wire/immudb/schema/kv.js';
import { printableKey } from '../printable-key.js';
import { assertAbsenceAllowed } from './absence.js';
import type { OperationOptions } from '../call-scope.js';
import type { VerifiedContext } from './context.js';
import type { ReadProof, VerifiedEntry, VerifiedValue } from './evidence.js';
import { absentIfNotFound, checked } from './failures.js';
import { assertNotStale, type Floor } from './floors.js';
import { hasExpired, memberOf } from './member.js';
import { proveTx } from './prove.js';
import { fetchEntry } from './rpc.js';

/** Which write of a key to read. */
export interface VerifiedGetOptions extends OperationOptions {
  /** Exactly the write of this transaction; the latest when left out. */
  readonly atTx?: bigint;
}

/**
 * Reads one key and proves it.
 *
 * @returns undefined if the server says the key is absent, which no server can prove
 */
export async function verifiedGet(
  context: VerifiedContext,
  key: Uint8Array,
  options: VerifiedGetOptions = {},
): Promise<VerifiedValue | undefined> {
  return checked(context, 'verifiedGet', async () => {
    // The floor of this moment: a write that is proven while the answer travels must not be held against it.
    const floor = options.atTx === undefined ? context.floors.of(key) : undefined;
    const expectedTx = options.atTx ?? floor?.txId;
    if (expectedTx !== undefined && context.cache.get(expectedTx) !== undefined) {
      const found = await getFromProven(context, key, floor, options);
      if (found !== 'is a reference') return found;
    }
    return getWithProof(context, key, floor, options);
  });
}

/** A plain read, checked against transactions that are proven already. */
async function getFromProven(
  context: VerifiedContext,
  key: Uint8Array,
  floor: Floor | undefined,
  options: VerifiedGetOptions,
): Promise<VerifiedValue | undefined | 'is a reference'> {
  const { get } = ImmuServiceDefinition.methods;
  const request = KeyRequest.create({ key, atTx: options.atTx ?? 0n });
  const entry = await absentIfNotFound(
    callService(context.connection, get, request, { ...options, kind: 'read' }),
  );
  if (entry === undefined) return absent(context, key, floor, options);
  if (entry.referencedBy !== undefined) return 'is a reference';
  assertAtTx(key, options.atTx, entry.tx);
  assertNotStale(key, entry.tx, floor);
  const digests = context.cache.get(entry.tx) ?? context.cache.add(await proveTx(context, entry.tx, options));
  const verified = memberOf(context, digests, key, entry);
  return released(context, verified, options);
}

async function getWithProof(
  context: VerifiedContext,
  key: Uint8Array,
  floor: Floor | undefined,
  options: VerifiedGetOptions,
): Promise<VerifiedValue | undefined> {
  const proven = await fetchEntry(context, { key, atTx: options.atTx }, context.keeper.head, options);
  if (proven === undefined) return absent(context, key, floor, options);
  await context.keeper.settle(proven);
  assertNotStale(key, proven.header.id, floor);
  if (proven.kind === 'reference') return throughReference(context, proven, options);
  context.cache.add(proven);
  return released(context, entryOf(context, proven), options);
}

/** The reference is proven; what it points to needs a proof of its own. One hop at most, as the server keeps it. */
async function throughReference(
  context: VerifiedContext,
  reference: ProvenReference,
  options: VerifiedGetOptions,
): Promise<VerifiedValue | undefined> {
  const bound = reference.atTx > 0n;
  const floor = bound ? undefined : context.floors.of(reference.target);
  const request = { key: reference.target, atTx: bound ? reference.atTx : undefined };
  const proven = await fetchEntry(context, request, context.keeper.head, options);
  if (proven === undefined) return absent(context, reference.target, floor, options);
  if (proven.kind === 'reference') {
    throw new VerificationError(
      'BINDING_MISMATCH',
      `Key ${printableKey(reference.key)} refers to ${printableKey(reference.target)}, which the server answered as a reference ` +
        'again. The ledger allows one step only; the answer is refused.',
      { details: { key: reference.key, target: reference.target } },
    );
  }
  await context.keeper.settle(proven);
  assertNotStale(reference.target, proven.header.id, floor);
  const target = released(context, entryOf(context, proven), {
    ...options,
    ...(bound ? { atTx: reference.atTx } : {}),
  });
  if (target === undefined) return undefined;
  const via = {
    key: reference.key,
    txId: reference.header.id,
    atTx: reference.atTx,
    proof: proofOf(context, reference, reference.index),
  };
  return { ...target, via };
}

function assertAtTx(key: Uint8Array, atTx: bigint | undefined, answered: bigint): void {
  if (atTx === undefined || atTx === answered) return;
  throw new VerificationError(
    'BINDING_MISMATCH',
    `Key ${printableKey(key)} was asked for at transaction ${String(atTx)} and answered from transaction ${String(answered)}.`,
    { details: { key, atTx, answeredTxId: answered } },
  );
}

async function absent(
  context: VerifiedContext,
  key: Uint8Array,
  floor: Floor | undefined,
  options: OperationOptions,
): Promise<undefined> {
  if (floor !== undefined) await assertAbsenceAllowed(context, key, floor, options);
  return undefined;
}

/** The last step of every read: the floor is raised, and what has expired is as absent as the server would say. */
function released(
  context: VerifiedContext,
  entry: VerifiedEntry,
  options: VerifiedGetOptions,
): VerifiedValue | undefined {
  if (options.atTx === undefined) context.floors.raise(entry.key, entry);
  return hasExpired(entry.metadata) ? undefined : { ...entry, via: undefined };
}

function entryOf(context: VerifiedContext, proven: ProvenKeyValue): VerifiedEntry {
  return {
    key: proven.key,
    value: proven.value,
    metadata: proven.metadata,
    txId: proven.header.id,
    index: proven.index,
    serverTime: proven.header.ts,
    proof: proofOf(context, proven, proven.index),
  };
}

function proofOf(context: VerifiedContext, proven: ProvenTx, index: number): ReadProof {
  const checkedAgainst: LedgerState = proven.trusted ?? proven.state;
  return { ...context.identity, txId: proven.header.id, alh: proven.alh, index, checkedAgainst };
}
