// What programs do, with everything that it takes decided: the same for whoever does it and whoever says what must come
// of it.

import type { KeyPart } from '../../../src/codec/key-parts.js';
import type { Provenance } from '../../../src/codec/revision-facts.js';
import type { Kind, KindIndex } from '../expect/kinds.js';
import type { ModelWriteOptions } from '../expect/model-ledger.js';
import type { Conditions } from '../expect/queries.js';
import { show, type Values } from '../expect/values.js';

/** A condition, an order and a limit. */
export interface Query {
  readonly where: Conditions;
  readonly desc: boolean;
  readonly limit: number | undefined;
  /** Only this property. */
  readonly select: string | undefined;
}

/** A moment of the past: a transaction, or a time. */
export type When = { readonly tx: bigint } | { readonly date: Date };

type Id = readonly KeyPart[];

/** What is done to one class of entities. `slot` names one of the instances that a program holds. */
export type Deed =
  // Without the ledger.
  | { readonly op: 'create'; readonly slot: number; readonly values: Values }
  | { readonly op: 'edit'; readonly slot: number; readonly patch: Values }
  /** Two instances exchange their values of a property. */
  | { readonly op: 'swap'; readonly slots: readonly [number, number]; readonly property: string }
  // Instances.
  | { readonly op: 'load'; readonly slot: number; readonly id: Id }
  | { readonly op: 'refresh'; readonly slot: number }
  // Writes.
  | {
      readonly op: 'save' | 'insert' | 'plan';
      readonly slots: readonly number[];
      readonly options: ModelWriteOptions;
    }
  | {
      readonly op: 'update';
      readonly slot: number;
      readonly id: Id;
      readonly patch: Values;
      readonly options: ModelWriteOptions;
    }
  | { readonly op: 'delete'; readonly id: Id; readonly options: ModelWriteOptions }
  | { readonly op: 'delete-loaded'; readonly slot: number; readonly options: ModelWriteOptions }
  | {
      readonly op: 'upsert';
      readonly slot: number;
      /** With the id, unless that is generated. */
      readonly values: Values;
      /** The unique index that tells whether it is there. */
      readonly through: KindIndex | undefined;
      readonly options: ModelWriteOptions;
    }
  | {
      readonly op: 'restore';
      readonly slot: number;
      readonly id: Id;
      readonly revision: bigint;
      readonly options: ModelWriteOptions;
    }
  | { readonly op: 'reindex'; readonly check: boolean }
  // Reads.
  | { readonly op: 'find' | 'find-or-fail' | 'exists'; readonly id: Id }
  | { readonly op: 'history' | 'revisions'; readonly id: Id }
  | { readonly op: 'find-many'; readonly ids: readonly Id[] }
  | { readonly op: 'find-by' | 'find-one-by' | 'stream-by' | 'count-by'; readonly query: Query }
  | { readonly op: 'stream'; readonly desc: boolean }
  | { readonly op: 'count' }
  | { readonly op: 'diff'; readonly id: Id; readonly from: bigint; readonly to: bigint | undefined }
  | PagesDeed
  | { readonly op: 'past'; readonly when: When; readonly read: PastDeed }
  | TransactionDeed;

/** All pages of a list, with other things done between them. */
export interface PagesDeed {
  readonly op: 'pages';
  readonly query: Query | undefined;
  /** By this indexed property; undefined by id, or by the index of the query. */
  readonly orderBy: string | undefined;
  readonly desc: boolean;
  readonly size: number;
  readonly between: readonly Action[];
}

/** A read of the past. */
export type PastDeed =
  | { readonly op: 'find'; readonly id: Id }
  | Extract<Deed, { readonly op: 'find-many' | 'count' | 'stream' }>
  | { readonly op: 'find-by'; readonly query: Query }
  | { readonly op: 'list'; readonly size: number; readonly desc: boolean };

/** Several things that hold together. */
export interface TransactionDeed {
  readonly op: 'transaction';
  readonly inner: readonly Action[];
  /** Whether it goes on after one of them was refused. */
  readonly swallows: boolean;
  /** Whether it throws at its end. */
  readonly fails: boolean;
  /** What somebody else does before the inner one of this number, in the first attempt. */
  readonly meanwhile: { readonly at: number; readonly action: Action } | undefined;
}

/** A deed, and who does it. */
export type Action = Deed & {
  readonly kind: Kind;
  /** Which ledger. */
  readonly by: number;
  readonly provenance: Provenance;
};

/** How often a transaction is run at most. */
export const ATTEMPTS = 3;

/** An action in a line, and in one more for each that is within it. */
export function describeAction({ kind, by, op, provenance, ...details }: Action, indent = '  '): string {
  const who = Object.keys(provenance).length === 0 ? '' : ` as ${show(provenance)}`;
  const members = Object.entries(details)
    .map(([name, value]: [string, unknown]) => ` ${name}: ${describeMember(name, value, `${indent}  `)}`)
    .join(',');
  return `${by}: ${kind.name} ${op}${members}${who}`;
}

function describeMember(name: string, value: unknown, indent: string): string {
  if (name === 'through') return String((value as KindIndex | undefined)?.name);
  if (name === 'inner' || name === 'between') {
    const lines = (value as readonly Action[]).map(
      (action) => `\n${indent}${describeAction(action, indent)}`,
    );
    return `[${lines.join('')}]`;
  }
  if (name !== 'meanwhile' || value === undefined) return show(value);
  const { at, action } = value as { at: number; action: Action };
  return `before ${at} ${describeAction(action, indent)}`;
}
