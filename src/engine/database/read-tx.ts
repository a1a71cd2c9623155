// Whole transactions, shown as a call asks for: every entry as it is hashed, or by kind left out, as digests, with
// stored values, or resolved to what applications wrote.

import { illegalArguments } from '../service-failure.js';
import type { ChainLink } from '../tree/dual-proof.js';
import { readEntries, readTx, readValue } from './log.js';
import { type FoundEntry, isExpired, parseReference, readFound, type ReadView } from './read-entry.js';
import { isKeyNotFound, pageLimit, txNotFound } from './refusals.js';
import type { ListedEntry } from './rows.js';
import { type FoundMember, parseMember, targetOf } from './sorted-set.js';

/** What is done with entries of one kind. */
export type EntryAction = 'exclude' | 'digest' | 'raw' | 'resolve';

/** What is done with entries, by kind; kinds left out are excluded. */
export interface EntriesSpec {
  readonly kv: EntryAction;
  readonly sortedSet: EntryAction;
}

/** An entry as it is hashed, with its stored value where that was asked for. */
export interface ShownEntry extends ListedEntry {
  readonly value?: Uint8Array;
}

/** A transaction as a call asked for it. */
export interface ShownTx extends ChainLink {
  readonly entries: readonly ShownEntry[];
  readonly keys: readonly (FoundEntry | UnresolvedReference)[];
  readonly members: readonly FoundMember[];
}

/** A reference whose target was not asked for: what is known of it without. */
export type UnresolvedReference = Omit<FoundEntry, 'value'> & { readonly value: undefined };

/** How transactions are shown. */
export interface TxShape {
  /** `undefined`: every entry as it is hashed. */
  readonly spec: EntriesSpec | undefined;
  /** Whether references and members are shown without what they point to. */
  readonly unresolved: boolean;
}

/** A page of transactions. */
export interface TxRange {
  readonly initialTx: bigint;
  readonly limit: number;
  readonly desc: boolean;
  /** The index must have come this far. */
  readonly sinceTx: bigint;
}

/** A transaction. @throws ServiceFailure if there is none of that id */
export function showTx(view: ReadView, txId: bigint, shape: TxShape): ShownTx {
  if (txId === 0n) throw illegalArguments();
  if (txId > view.lastTxId) throw txNotFound();
  return shown(view, txId, shape);
}

/** A page of transactions; empty beyond the newest. @throws ServiceFailure */
export function scanTxs(
  view: ReadView,
  { initialTx, limit, desc, sinceTx }: TxRange,
  shape: TxShape,
): ShownTx[] {
  const size = pageLimit(limit);
  if (sinceTx > view.lastTxId || initialTx === 0n) throw illegalArguments();
  const txs: ShownTx[] = [];
  for (let id = initialTx; id >= 1n && id <= view.lastTxId && txs.length < size; id += desc ? -1n : 1n) {
    txs.push(shown(view, id, shape));
  }
  return txs;
}

const KV = 0;
const SORTED_SET = 1;

function shown(view: ReadView, txId: bigint, { spec, unresolved }: TxShape): ShownTx {
  const link = readTx(view.rows, txId);
  const listed = readEntries(view.rows, link);
  if (spec === undefined) return { ...link, entries: listed, keys: [], members: [] };
  const entries: ShownEntry[] = [];
  const keys: (FoundEntry | UnresolvedReference)[] = [];
  const members: FoundMember[] = [];
  for (const [index, entry] of listed.entries()) {
    const kind = entry.key[0];
    const action = kind === KV ? spec.kv : kind === SORTED_SET ? spec.sortedSet : 'exclude';
    const place = { txId, index, valueLength: entry.valueLength, metadata: entry.metadata };
    if (action === 'digest') entries.push(entry);
    if (action === 'raw' && !isExpired(entry.metadata, view.now)) {
      entries.push({ ...entry, value: readValue(view.rows, place) });
    }
    if (action !== 'resolve') continue;
    if (kind === KV) keys.push(...resolvedKey(view, entry, place, unresolved));
    else members.push(...resolvedMember(view, entry, unresolved));
  }
  return { ...link, entries, keys, members };
}

type Place = Parameters<typeof readFound>[2];

function resolvedKey(
  view: ReadView,
  { key }: ListedEntry,
  place: Place,
  unresolved: boolean,
): (FoundEntry | UnresolvedReference)[] {
  try {
    const reference = unresolved ? unresolvedReference(view, key, place) : undefined;
    return [reference ?? readFound(view, key, place, 0n, 0)];
  } catch (error) {
    // Deleted or expired, or a reference to what is.
    if (isKeyNotFound(error)) return [];
    throw error;
  }
}

function unresolvedReference(view: ReadView, key: Uint8Array, place: Place): UnresolvedReference | undefined {
  const { txId, metadata } = place;
  if (isExpired(metadata, view.now) || metadata?.deleted === true) return undefined;
  const stored = readValue(view.rows, place);
  if (stored[0] !== 1) return undefined;
  const { atTx, target } = parseReference(stored, txId);
  const referencedBy = { txId, key: key.slice(1), atTx, metadata, revision: 0n };
  return {
    txId: atTx,
    key: target.slice(1),
    value: undefined,
    metadata: undefined,
    revision: 0n,
    referencedBy,
  };
}

function resolvedMember(view: ReadView, { key }: ListedEntry, unresolved: boolean): FoundMember[] {
  const { target, ...member } = parseMember(key);
  if (unresolved) return [{ ...member, entry: undefined }];
  const entry = targetOf(view, target, member.atTx);
  return entry === undefined ? [] : [{ ...member, entry }];
}
