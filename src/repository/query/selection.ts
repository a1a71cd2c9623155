// Some properties of a proven entity, as an object of their own: no instance, nothing to save, and with the entity's
// evidence. `evidenceOf` consults this file.
import { hash } from 'node:crypto';

import { equalBytes } from '../../bytes.js';
import { canonicalSuperjson } from '../../codec/canonical-superjson.js';
import type { PlainRecord } from '../../codec/codec.js';
import type { Evidence } from '../evidence.js';

/** What is known of a selection. */
export interface TrackedSelection {
  /** What proves the entity it is a part of. */
  readonly evidence: Evidence;
  /** Whether it holds what it held when it was made. Never throws. */
  isUnchanged(): boolean;
}

const selections = new WeakMap<object, TrackedSelection>();

/**
 * Freezes a selection and binds the entity's evidence to it. What is nested in it cannot be frozen (dates, bytes, maps), so
 * a hash of it is kept.
 *
 * @param selection decoded properties of a proven entity, held by nobody else
 * @param stored what is stored of some properties
 * @param isAsProven whether they are what was proven; default true. Otherwise it counts as changed from the start
 */
export function trackSelection(
  selection: object,
  evidence: Evidence,
  stored: (properties: object) => PlainRecord,
  isAsProven = true,
): void {
  Object.freeze(selection);
  if (!isAsProven) {
    selections.set(selection, { evidence, isUnchanged: () => false });
    return;
  }
  const nested = nestedIn(selection);
  const digest = nested === undefined ? undefined : digestOf(stored(nested));
  selections.set(selection, {
    evidence,
    isUnchanged: () => digest === undefined || isSame(digest, () => stored(nestedIn(selection) ?? {})),
  });
}

/** What is known of this very object; undefined for one that is no selection, copies included. */
export function selectionOf(object: object): TrackedSelection | undefined {
  return selections.get(object);
}

type Values = Readonly<Record<string, unknown>>;

/** The properties that can be changed within; undefined if there is none. */
function nestedIn(selection: object): Values | undefined {
  const nested = Object.entries(selection).filter(([, value]) => typeof value === 'object' && value !== null);
  return nested.length === 0 ? undefined : Object.fromEntries(nested);
}

function digestOf(values: PlainRecord): Uint8Array {
  return hash('sha256', canonicalSuperjson.encode(values), 'buffer');
}

function isSame(digest: Uint8Array, values: () => PlainRecord): boolean {
  try {
    return equalBytes(digest, digestOf(values()));
  } catch {
    // What cannot even be encoded any more was certainly changed.
    return false;
  }
}
