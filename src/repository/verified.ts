// What a proven entity is typed as, and what proves it. The type is a lint; the authority is the evidence, which hangs
// on the object itself and on no copy of it.

import { equalBytes } from '../bytes.js';
import type { Verified } from '../entity/verified-type.js';
import { ModifiedEntityError, NoEvidenceError } from '../errors.js';
import { payloadOf, type StoredSchema } from './entity-bytes.js';
import type { Evidence } from './evidence.js';
import { codecsOf } from './payload-codecs.js';
import { selectionOf, type TrackedSelection } from './query/selection.js';
import type { RecordBase } from './stored-revision.js';

export type { Verified } from '../entity/verified-type.js';

/** What the repository knows of an instance it loaded or saved. */
export interface Tracked {
  readonly schema: StoredSchema;
  readonly evidence: Evidence;
  /** The revision a save builds on. */
  readonly base: RecordBase;
}

const tracked = new WeakMap<object, Tracked>();

/** Binds evidence to the one instance it speaks of. */
export function track(entity: object, known: Tracked): void {
  tracked.set(entity, known);
}

/** Binds the evidence of one instance to another that holds the same, in its place. */
export function moveEvidence(from: object, to: object): void {
  const known = tracked.get(from);
  if (known !== undefined) tracked.set(to, known);
}

/** What is known of this very instance; undefined for one that was never loaded or saved. */
export function trackedOf(entity: object): Tracked | undefined {
  return tracked.get(entity);
}

/** Whether an instance still encodes to the bytes that were proven. */
export function isUnchanged(entity: object, { schema, base }: Tracked): boolean {
  // By the codec that wrote what was proven, whichever writes what is new.
  const codec = codecsOf(schema).reader(base.codec);
  return equalBytes(payloadOf(schema, entity, base.undeclared, codec), base.asRead ?? base.payload);
}

/** How strict {@link evidenceOf} is. */
export interface EvidenceOptions {
  /** Give the evidence of the revision the entity was loaded at even though it was changed since. Default false. */
  readonly allowModified?: boolean;
}

/**
 * What proves this entity: the transaction, its position, and the trusted state it was checked against.
 *
 * @param entity an instance that a repository returned
 * @throws NoEvidenceError for a copy, a clone, parsed JSON, or an instance that was never loaded or saved
 * @throws ModifiedEntityError if it no longer encodes to the proven bytes
 * @example
 * const account = await accounts.findOrFail(id);
 * evidenceOf(account).txId; // bigint
 */
export function evidenceOf(entity: object, options: EvidenceOptions = {}): Evidence {
  const known = tracked.get(entity) ?? selectionOf(entity);
  if (known === undefined) {
    throw new NoEvidenceError(
      `There is no proof behind this ${entity.constructor.name}: it is a copy, or it was never loaded from or saved to a ` +
        'ledger. Ask for the evidence of the very object the repository returned.',
    );
  }
  const { evidence } = known;
  if (options.allowModified !== true && !holdsWhatWasProven(entity, known)) {
    throw new ModifiedEntityError(
      `This ${evidence.entity} was changed after revision ${String(evidence.revision)} was proven. Save it first, or pass ` +
        '{ allowModified: true } for the evidence of that revision.',
      { details: { entity: evidence.entity, revision: evidence.revision, txId: evidence.txId } },
    );
  }
  return evidence;
}

/** Whether there is evidence for exactly what this object holds now. Never throws. */
export function isVerified<T>(entity: T): entity is Verified<T> {
  if (typeof entity !== 'object' || entity === null) return false;
  const known = tracked.get(entity) ?? selectionOf(entity);
  if (known === undefined) return false;
  try {
    return holdsWhatWasProven(entity, known);
  } catch {
    // What cannot even be encoded any more was certainly changed.
    return false;
  }
}

function holdsWhatWasProven(entity: object, known: Tracked | TrackedSelection): boolean {
  return 'isUnchanged' in known ? known.isUnchanged() : isUnchanged(entity, known);
}
