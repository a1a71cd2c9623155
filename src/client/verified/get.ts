// Verified reads of one key: one round trip, proof included, or a plain read where the proof is known already.

import type { ProvenKeyValue, ProvenReference } from '../../proof/index.js';
import { VerificationError } from '../../errors.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { KeyRequest } from '../../wire/immudb/schema/kv.js';
import { callService } from '../call.js';
import type { CallScope, OperationOptions } from '../call-scope.js';
import { printableKey } from '../printable-key.js';
import { leftOf } from './bounds.js';
import type { VerifiedContext } from './context.js';
import { digestsOf } from './proven-cache.js';
import type { VerifiedEntry, VerifiedValue } from './evidence.js';
import { checkedRead } from './fail-over.js';
import { absentIfNotFound } from './failures.js';
import { assertNotStale, type Floor, mayBeAbsent, omission } from './floors.js';
import { claimedTx, claimedTxId, hasExpired, memberOf } from './member.js';
import { readNotBefore } from './not-before.js';
import { proveClaimed } from './prove.js';
import { readProof } from './read-proof.js';
import { type EntryRequest, fetchEntry } from './rpc.js';
import { settle } from './settle.js';

/** Which write of a key to read. */
export interface VerifiedGetOptions extends OperationOptions {
  /** Exactly the write of this transaction; the latest when left out. */
  readonly atTx?: bigint;
  /**
   * Refuse to answer from before this transaction (SERVER_BEHIND, where the server does not have it): what one process
   * wrote, another can so be sure to see. Not together with `atTx`. Default: whatever the server has committed.
   */
  readonly sinceTx?: bigint;
  /**
   * This key was written in this transaction or later, the caller knows: an older write is STALE_READ, and none
   * OMISSION_DETECTED, unless what came after explains it. Where the server does not have the transaction yet, SERVER_BEHIND,
   * and a retry may help. For this read only: nothing is remembered of it. Through a reference, it speaks of the
   * reference. Not together with `atTx`. Default: what was proven here before.
   */
  readonly notBefore?: bigint;
}

/** What to read, and what the caller knows of it. */
export interface ReadRequest extends EntryRequest {
  /** As {@link VerifiedGetOptions} has it. */
  readonly notBefore?: bigint | undefined;
}

/** One read: what is wanted, and the floor its answer is held against. */
interface Read extends EntryRequest {
  /** Of the moment the request was sent: a write that is proven while the answer travels is not held against it. */
  readonly floor: Floor | undefined;
  readonly scope: CallScope;
}

/**
 * Reads one key and proves it.
 *
 * @returns undefined if the server says the key is absent, which no server can prove
 */
export async function verifiedGet(
  context: VerifiedContext,
  request: ReadRequest,
  scope: CallScope,
): Promise<VerifiedValue | undefined> {
  return checkedRead(context, 'verifiedGet', scope, () => readOne(context, request, scope));
}

/** {@link verifiedGet} as a part of another operation, which looks into failures itself. */
export async function readOne(
  context: VerifiedContext,
  { key, atTx, sinceTx, notBefore }: ReadRequest,
  scope: CallScope,
): Promise<VerifiedValue | undefined> {
  const floor = context.floors.of(key, notBefore);
  // An answer as of an older moment than the floor's would honestly be stale.
  const asked = sinceTx === undefined ? undefined : latest(sinceTx, floor?.txId ?? 0n);
  return readNotBefore([floor], (again) =>
    readAgainst(context, { key, atTx, sinceTx: again ?? asked, floor, scope }),
  );
}

async function readAgainst(context: VerifiedContext, read: Read): Promise<VerifiedValue | undefined> {
  const expectedTx = read.atTx ?? read.floor?.txId;
  if (expectedTx !== undefined && context.cache.get(expectedTx) !== undefined) {
    const found = await getFromProven(context, read);
    if (found !== 'is a reference') return found;
  }
  return getWithProof(context, read);
}

function latest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

/** A plain read, checked against transactions that are proven already. */
async function getFromProven(
  context: VerifiedContext,
  read: Read,
): Promise<VerifiedValue | undefined | 'is a reference'> {
  const { key, atTx, sinceTx, floor, scope } = read;
  const { get } = ImmuServiceDefinition.methods;
  const request = KeyRequest.create({ key, atTx: atTx ?? 0n, sinceTx: sinceTx ?? 0n });
  const entry = await absentIfNotFound(
    callService(context.connection, get, request, { ...leftOf(scope), kind: 'read', sinceTx }),
  );
  if (entry === undefined) return confirmAbsent(context, read);
  if (entry.referencedBy !== undefined) return 'is a reference';
  const txId = claimedTxId(key, entry);
  if (atTx === undefined) assertNotStale(key, txId, floor);
  else assertAtTx(key, atTx, txId);
  const member = await proveClaimed(context, { txIds: new Set([txId]) }, scope, (transactions) =>
    memberOf(context, claimedTx(transactions, entry), key, entry),
  );
  return released(context, read, member);
}

async function getWithProof(context: VerifiedContext, read: Read): Promise<VerifiedValue | undefined> {
  const { key, atTx, floor, scope } = read;
  const proven = await fetchEntry(context, read, context.keeper.head, scope);
  if (proven === undefined) return confirmAbsent(context, read);
  if (atTx === undefined) assertNotStale(key, proven.header.id, floor);
  if (proven.kind === 'reference') return throughReference(context, read, proven);
  await settle(context, proven, scope);
  context.cache.add(digestsOf(proven));
  return released(context, read, entryOf(context, proven));
}

/**
 * The reference is proven; what it points to needs a proof of its own. One hop at most, as the server keeps it. The
 * trusted state moves when both are proven.
 */
async function throughReference(
  context: VerifiedContext,
  { atTx, scope }: Read,
  reference: ProvenReference,
): Promise<VerifiedValue | undefined> {
  const { key, target, header, metadata, index } = reference;
  const bound = reference.atTx > 0n ? reference.atTx : undefined;
  const hop: Read = { key: target, atTx: bound, floor: context.floors.of(target), scope };
  const proven = await fetchEntry(context, hop, context.keeper.head, scope);
  if (proven === undefined) await confirmAbsent(context, hop);
  else if (proven.kind === 'reference') throw secondHop(key, target);
  else if (bound === undefined) assertNotStale(target, proven.header.id, hop.floor);
  await settle(context, reference, scope);
  if (atTx === undefined) context.floors.raise(key, { txId: header.id, metadata });
  if (proven === undefined) return undefined;
  await settle(context, proven, scope);
  const found = released(context, hop, entryOf(context, proven));
  if (found === undefined) return undefined;
  const proof = readProof(context, reference, index, reference.trusted ?? reference.state);
  return { ...found, via: { key, txId: header.id, atTx: reference.atTx, proof } };
}

function secondHop(key: Uint8Array, target: Uint8Array): VerificationError {
  return new VerificationError(
    'BINDING_MISMATCH',
    `Key ${printableKey(key)} refers to ${printableKey(target)}, which the server answered as a reference again. The ledger ` +
      'allows one step only; the answer is refused.',
    { details: { key, target } },
  );
}

function assertAtTx(key: Uint8Array, atTx: bigint, answered: bigint): void {
  if (atTx === answered) return;
  throw new VerificationError(
    'BINDING_MISMATCH',
    `Key ${printableKey(key)} was asked for at transaction ${String(atTx)} and answered from transaction ${String(answered)}.`,
    { details: { key, atTx, answeredTxId: answered } },
  );
}

/**
 * Accepts that a key is absent, as far as it can be refuted.
 *
 * @throws VerificationError OMISSION_DETECTED where a live write of it was proven before
 */
export async function confirmAbsent(
  context: VerifiedContext,
  { key, atTx, floor, scope }: Pick<Read, 'key' | 'atTx' | 'floor' | 'scope'>,
): Promise<undefined> {
  if (floor === undefined) return undefined;
  if (atTx === undefined) {
    const { assertAbsenceAllowed } = await import('./absence.js');
    await assertAbsenceAllowed(context, key, floor, scope);
    return undefined;
  }
  // What a transaction wrote stays readable there, whatever was written later, until it expires.
  if (atTx === floor.txId && floor.metadata?.expiresAt === undefined && !mayBeAbsent(floor, 0n))
    throw omission(key, floor);
  return undefined;
}

/** The last step of every read: the floor is raised, and what has expired is as absent as the server would say. */
function released(context: VerifiedContext, { atTx }: Read, entry: VerifiedEntry): VerifiedValue | undefined {
  if (atTx === undefined) context.floors.raise(entry.key, entry);
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
    proof: readProof(context, proven, proven.index, proven.trusted ?? proven.state),
  };
}
