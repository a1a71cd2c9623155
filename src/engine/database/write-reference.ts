// References: keys that point to a key with a value, to its newest revision or to the one in a given transaction.

import { kvKey, referenceValue } from '../../proof/layout/entry.js';
import { illegalArguments, refused, ServiceFailure } from '../service-failure.js';
import type { Plan } from './commit-queue.js';
import type { NewEntry } from './new-transaction.js';
import { assertHold, assertMeant, assertPossible, type Precondition } from './preconditions.js';
import { type FoundEntry, readTarget, type ReadView } from './read-entry.js';
import type { DatabaseSettings } from './settings.js';
import { assertFits } from './write-keys.js';

/** A reference to be set, as applications have it. */
export interface ReferenceWrite {
  readonly key: Uint8Array;
  readonly referencedKey: Uint8Array;
  /** The transaction of the target to bind it to, or 0. */
  readonly atTx: bigint;
  readonly boundRef: boolean;
}

/** Sets a reference. @throws ServiceFailure, also from the plan */
export function planReference(
  { key, referencedKey, atTx, boundRef }: ReferenceWrite,
  preconditions: readonly Precondition[],
  settings: DatabaseSettings,
): Plan {
  if (key.length === 0 || referencedKey.length === 0 || atTx > 0n !== boundRef) throw illegalArguments();
  return (view) => {
    assertMayBeReference(view, key, atTx);
    assertMayBeReferenced(view, referencedKey, atTx);
    const entry = referenceEntry(key, referencedKey, atTx);
    assertFits(entry, settings);
    assertMeant(preconditions, settings, true);
    assertPossible(preconditions, settings);
    assertHold(view, preconditions);
    return { entries: [entry] };
  };
}

/** A reference as an entry. */
export function referenceEntry(key: Uint8Array, referencedKey: Uint8Array, atTx: bigint): NewEntry {
  return { key: kvKey(key), metadata: undefined, value: referenceValue(referencedKey, atTx) };
}

/** A key that holds a value of its own does not become a reference. @throws ServiceFailure */
export function assertMayBeReference(view: ReadView, key: Uint8Array, atTx: bigint): void {
  const present = found(view, key, atTx);
  if (present !== undefined && present.referencedBy === undefined) {
    throw refused('final key cannot be converted into a reference');
  }
}

function found(view: ReadView, key: Uint8Array, atTx: bigint): FoundEntry | undefined {
  try {
    return readTarget(view, kvKey(key), atTx, 0);
  } catch (error) {
    // Exactly this refusal: an expired key is refused as such.
    if (error instanceof ServiceFailure && error.message === 'tbtree: key not found') return undefined;
    throw error;
  }
}

/** What is referenced, or put into a set, is there and holds a value of its own. @throws ServiceFailure */
export function assertMayBeReferenced(view: ReadView, key: Uint8Array, atTx: bigint): void {
  const target = readTarget(view, kvKey(key), atTx, 0);
  if (target.referencedBy !== undefined) throw refused('referenced key cannot be a reference');
}
