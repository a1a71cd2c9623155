// What came of an action, in plain values: of the real ledger and, as expected, of the model.

import type { ImmuError } from 'immurepo';
import type { KeyPart } from '../../../src/codec/key-parts.js';
import { parseKey } from '../../../src/codec/record-key.js';
import type { Failure } from '../expect/model-ledger.js';
import { nameOfParts, type Values } from '../expect/values.js';

/** An instance, and what proves it. */
export interface Shown {
  readonly values: Values;
  /** Undefined for one that is not committed yet. */
  readonly revision: bigint | undefined;
  readonly txId: bigint | undefined;
}

/** Evidence without an instance. */
export type Proof = Omit<Shown, 'values'>;

/** One revision as history tells it. */
export interface HistoryLine extends Shown {
  readonly deleted: boolean;
  readonly actor: string | undefined;
  readonly reason: string | undefined;
  readonly correlationId: string | undefined;
  readonly expiresAt: number | undefined;
}

/** A property that differs. */
export interface Change {
  readonly property: string;
  readonly kind: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What an action gave. */
export interface Given {
  /** It had nothing to work on. */
  readonly skipped?: true;
  readonly failure?: Failure;
  readonly seen?: readonly (Shown | undefined)[];
  readonly proof?: Proof | undefined;
  readonly count?: number;
  readonly isThere?: boolean;
  readonly history?: readonly HistoryLine[];
  readonly changes?: readonly Change[];
  readonly forecast?: Readonly<Record<string, number | boolean>>;
}

/** What an action gave on the real ledger, and what is needed to say what it should have given. */
export interface Outcome extends Given {
  /** When the server says it committed what was written. */
  readonly committedAt?: Date | undefined;
  /** As of which transaction it read. */
  readonly asOf?: bigint;
  /** What was done between two pages, and what came of it. */
  readonly pages?: readonly PageOutcome[];
  readonly attempts?: readonly Attempt[];
  readonly error?: unknown;
}

/** One page, and what was done after it. */
export interface PageOutcome {
  readonly items: readonly (Shown | undefined)[];
  readonly asOf: bigint;
  readonly hasNext: boolean;
  readonly after: Outcome | undefined;
}

/** One run of a transaction's callback: what each of its actions gave, as far as it came. */
export interface Attempt {
  readonly inner: readonly Outcome[];
  readonly meanwhile: Outcome | undefined;
}

/** The text a program throws to break off a transaction. */
export const BROKEN_OFF = 'broken off by the program';

/** An error as the model knows errors. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TypeError) return { code: 'TypeError' };
  if (!(error instanceof Error)) throw error as Error;
  if (error.message === BROKEN_OFF) return { code: BROKEN_OFF };
  if (!('code' in error)) throw error;
  const { code, details } = error as ImmuError;
  const { changed, index, key, ownerKey } = details as Partial<{
    changed: readonly Uint8Array[];
    index: string;
    key: Uint8Array;
    ownerKey: Uint8Array;
  }>;
  if (changed !== undefined) return { code, changed: changed.map(nameOfKey).sort() };
  if (index === undefined || key === undefined || ownerKey === undefined) return { code };
  return { code, violations: [`${index}: ${nameOfKey(key)}, ${nameOfKey(ownerKey)}`] };
}

/** The name of the entity, or of the index entry, that a key belongs to. */
export function nameOfKey(key: Uint8Array): string {
  const { entity, name, parts } = parseKey(key);
  return name === undefined ? `${entity} ${nameOfParts(parts)}` : `${entity} ${entryName(name, parts)}`;
}

/** An index entry by its index and the parts of its key. */
export function entryName(index: string, parts: readonly KeyPart[]): string {
  return `${index}: ${nameOfParts(parts)}`;
}
