// Several operations of different kinds in one transaction. A reference or a member may point to a key that is written
// earlier in the same list.

import { toMapKey } from '../../bytes.js';
import { kvKey, kvValue } from '../../proof/layout/entry.js';
import { illegalArguments, refused, ServiceFailure, Status } from '../service-failure.js';
import type { Plan } from './commit-queue.js';
import type { NewEntry } from './new-transaction.js';
import { assertHold, assertMeant, assertPossible, type Precondition } from './preconditions.js';
import type { ReadView } from './read-entry.js';
import type { DatabaseSettings } from './settings.js';
import { memberEntry, type MemberWrite } from './sorted-set.js';
import {
  assertCommittable,
  assertFits,
  DUPLICATED_KEYS,
  type KeyWrite,
  normalMetadata,
} from './write-keys.js';
import {
  assertMayBeReference,
  assertMayBeReferenced,
  referenceEntry,
  type ReferenceWrite,
} from './write-reference.js';

/** One operation; `undefined` where a request has one that says nothing. */
export type Operation =
  | { readonly kind: 'set'; readonly write: KeyWrite }
  | { readonly kind: 'reference'; readonly write: ReferenceWrite }
  | { readonly kind: 'member'; readonly write: MemberWrite }
  | undefined;

/** What the operations of one call share. */
interface Context {
  readonly view: ReadView;
  /** Keys written by this list so far. */
  readonly written: Set<string>;
  /** Whether nothing but the list itself may be looked at. */
  readonly selfContained: boolean;
}

const invalid = (text: string) => new ServiceFailure(Status.INVALID_ARGUMENT, text);
const text = (key: Uint8Array) => Buffer.from(key).toString();

/**
 * Executes operations in their order, in one transaction.
 *
 * @param noWait only references and members whose key is in the list, bound to its transaction
 * @throws ServiceFailure, also from the plan
 */
export function planExecAll(
  operations: readonly Operation[],
  preconditions: readonly Precondition[],
  noWait: boolean,
  settings: DatabaseSettings,
): Plan {
  assertDistinct(operations);
  return (view) => {
    const context = {
      view: { ...view, deletedFirst: true },
      written: new Set<string>(),
      selfContained: noWait,
    };
    const entries = operations.map((operation) => entryOf(context, operation));
    assertMeant(preconditions, settings, false);
    assertCommittable(entries, settings);
    for (const entry of entries) assertFits(entry, settings);
    if (new Set(entries.map(({ key }) => toMapKey(key))).size < entries.length)
      throw refused('duplicated key');
    assertPossible(preconditions, settings);
    assertHold(view, preconditions);
    return { entries };
  };
}

/** immudb tells members apart by set, key and transaction run together, and not by their score. */
function assertDistinct(operations: readonly Operation[]): void {
  if (operations.length === 0) throw invalid('empty set');
  const seen = new Set<string>();
  const taken = (name: string) => seen.size === seen.add(name).size;
  for (const operation of operations) {
    if (operation === undefined) throw invalid('operation is not set');
    const { kind, write } = operation;
    if (kind === 'member') {
      if (taken(toMapKey(write.set) + toMapKey(write.key) + String(write.atTx))) {
        throw invalid(
          'duplicated index inside zAdd insertions are not supported in single batch transaction',
        );
      }
      continue;
    }
    if (taken(toMapKey(write.key))) {
      throw invalid(
        `rpc error: code = InvalidArgument desc = ${DUPLICATED_KEYS}: key/reference '${text(write.key)}'`,
      );
    }
    if (
      kind === 'reference' &&
      taken(toMapKey(write.key) + toMapKey(write.referencedKey) + String(write.atTx))
    ) {
      throw invalid('duplicated references insertions are not supported in single batch transaction');
    }
  }
}

function entryOf(context: Context, operation: Operation): NewEntry {
  if (operation?.kind === 'set') return keyEntry(context, operation.write);
  if (operation?.kind === 'reference') return reference(context, operation.write);
  if (operation?.kind === 'member') return member(context, operation.write);
  throw invalid('operation is not set');
}

function keyEntry({ written }: Context, { key, value, metadata }: KeyWrite): NewEntry {
  written.add(toMapKey(key));
  if (key.length === 0) throw illegalArguments();
  return { key: kvKey(key), metadata: normalMetadata(metadata), value: kvValue(value) };
}

function reference(context: Context, write: ReferenceWrite): NewEntry {
  const { key, referencedKey, atTx, boundRef } = write;
  if (key.length === 0 || referencedKey.length === 0 || (atTx > 0n && !boundRef)) throw illegalArguments();
  const inList = assertSelfContained(context, referencedKey, write, 'create a reference to a key');
  if (!context.selfContained) {
    assertMayBeReference(context.view, key, 0n);
    if (!inList || atTx > 0n) assertMayBeReferenced(context.view, referencedKey, atTx);
  }
  return referenceEntry(key, referencedKey, boundTo(context, write));
}

function member(context: Context, write: MemberWrite): NewEntry {
  const { set, key, atTx, boundRef } = write;
  if (set.length === 0 || key.length === 0 || (atTx > 0n && !boundRef)) throw illegalArguments();
  const inList = assertSelfContained(context, key, write, 'create a reference into a set for a key');
  if (!context.selfContained && (!inList || atTx > 0n)) assertMayBeReferenced(context.view, key, atTx);
  return memberEntry(write, boundTo(context, write));
}

type Bound = Pick<ReferenceWrite, 'atTx' | 'boundRef'>;

/** Bound to no transaction in particular means to this one. */
function boundTo({ view }: Context, { atTx, boundRef }: Bound): bigint {
  return boundRef && atTx === 0n ? view.lastTxId + 1n : atTx;
}

/** @returns whether the key is written by this list */
function assertSelfContained(
  context: Context,
  key: Uint8Array,
  { atTx, boundRef }: Bound,
  what: string,
): boolean {
  const inList = context.written.has(toMapKey(key));
  if (!context.selfContained) return inList;
  if (atTx !== 0n || !boundRef) {
    throw notSelfContained(
      'can only set references to keys added within same transaction, please use bound references with AtTx set to 0',
    );
  }
  if (!inList) throw notSelfContained(`can not ${what} that was not set in the same transaction`);
  return inList;
}

const notSelfContained = (problem: string) =>
  refused(`no wait operation must be self-contained: illegal arguments: ${problem}`);
