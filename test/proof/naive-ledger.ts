// A ledger in memory that answers as immudb does, written from the description of its formats and sharing no line with the
// code under test. It can lie: every answer is a plain object to be changed, and two ledgers may share a beginning.

import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type {
  RawDualProof,
  RawImmutableState,
  RawKeyMetadata,
  RawLinearAdvanceProof,
  RawSignature,
  RawTxEntry,
  RawTxHeader,
  RawVerifiableEntry,
  RawVerifiableTx,
} from '../../src/proof/index.js';
import { NaiveTree } from './naive-tree.js';

/** Answers that a test may change. */
export type Mutable<T> = T extends Uint8Array
  ? T
  : T extends readonly (infer U)[]
    ? Mutable<U>[]
    : T extends object
      ? { -readonly [K in keyof T]: Mutable<T[K]> }
      : T;

/** An entry to commit, as stored. */
export interface NaiveEntry {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly metadata?: RawKeyMetadata;
}

/** How a ledger is made. */
export interface NaiveOptions {
  readonly version?: 0 | 1;
  readonly database?: string;
  readonly signingKey?: KeyObject;
}

interface NaiveTx {
  readonly header: RawTxHeader;
  readonly alh: Uint8Array;
  readonly entries: readonly RawTxEntry[];
  readonly values: readonly Uint8Array[];
}

const ZEROS = new Uint8Array(32);

/** A new signing key. */
export function newSigningKey(): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** Big-endian bytes of an integer. */
export function be(value: bigint | number, bytes: number): Buffer {
  const hex = BigInt.asUintN(bytes * 8, BigInt(value)).toString(16);
  return Buffer.from(hex.padStart(bytes * 2, '0'), 'hex');
}

/** SHA-256 of parts. */
export function h(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest());
}

/** A copy that may be changed. */
export function mutable<T>(value: T): Mutable<T> {
  return structuredClone(value) as unknown as Mutable<T>;
}

/** A text's bytes. */
export function bytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text));
}

/** A plain key and value as stored. */
export function plain(key: string, value: string, metadata?: RawKeyMetadata): NaiveEntry {
  const entry = { key: bytes(`\0${key}`), value: bytes(`\0${value}`) };
  return metadata === undefined ? entry : { ...entry, metadata };
}

function metadataBytes(metadata: RawKeyMetadata | undefined): Uint8Array {
  const parts = [];
  if (metadata?.deleted === true) parts.push(be(0, 1));
  if (metadata?.expiration !== undefined) parts.push(be(1, 1), be(metadata.expiration.expiresAt, 8));
  if (metadata?.nonIndexable === true) parts.push(be(2, 1));
  return Buffer.concat(parts);
}

function digestOf(version: number, { key, value, metadata }: NaiveEntry): Uint8Array {
  if (version === 0) return h(key, h(value));
  const md = metadataBytes(metadata);
  return h(be(md.length, 2), md, be(key.length, 2), key, h(value));
}

/** The alh of a header, whatever it says. */
export function naiveAlh(header: RawTxHeader): Uint8Array {
  return h(be(header.id, 8), header.prevAlh, innerOf(header));
}

function innerOf({ ts, version, nentries, eH, blTxId, blRoot, metadata }: RawTxHeader): Uint8Array {
  const parts = [];
  if (metadata !== undefined && metadata.truncatedTxID > 0n)
    parts.push(be(0, 1), be(metadata.truncatedTxID, 8));
  if (metadata !== undefined && metadata.extra.length > 0)
    parts.push(be(1, 1), be(metadata.extra.length, 2), metadata.extra);
  const md = Buffer.concat(parts);
  const counted = version === 0 ? [be(nentries, 2)] : [be(md.length, 2), md, be(nentries, 4)];
  return h(be(ts, 8), be(version, 2), ...counted, eH, be(blTxId, 8), blRoot);
}

/** A ledger that tests write and read. */
export class NaiveLedger {
  readonly #txs: NaiveTx[] = [];
  readonly #version: 0 | 1;
  readonly #database: string;
  readonly #signingKey: KeyObject | undefined;

  constructor({ version = 1, database = 'defaultdb', signingKey }: NaiveOptions = {}) {
    this.#version = version;
    this.#database = database;
    this.#signingKey = signingKey;
  }

  get size(): number {
    return this.#txs.length;
  }

  /** Commits entries and gives the transaction's id. */
  commit(entries: readonly NaiveEntry[], header: Partial<RawTxHeader> = {}): number {
    const id = this.#txs.length + 1;
    const version = header.version ?? this.#version;
    const digests = entries.map((entry) => digestOf(version, entry));
    const full: RawTxHeader = {
      id: BigInt(id),
      prevAlh: this.#txs.at(-1)?.alh ?? h(),
      ts: 1_700_000_000n + BigInt(id),
      nentries: entries.length,
      eH: new NaiveTree(digests).root(digests.length),
      blTxId: BigInt(id - 1),
      blRoot: id === 1 ? ZEROS : this.#tree().root(id - 1),
      version,
      metadata: { truncatedTxID: 0n, extra: new Uint8Array(0) },
      ...header,
    };
    const listed = entries.map(({ key, value, metadata }) => ({
      key,
      hValue: h(value),
      vLen: value.length,
      metadata,
      value: new Uint8Array(0),
    }));
    this.#txs.push({
      header: full,
      alh: naiveAlh(full),
      entries: listed,
      values: entries.map(({ value }) => value),
    });
    return id;
  }

  /** A ledger with the same transactions so far. */
  fork(): NaiveLedger {
    const other = new NaiveLedger({
      version: this.#version,
      database: this.#database,
      ...(this.#signingKey && { signingKey: this.#signingKey }),
    });
    other.#txs.push(...this.#txs);
    return other;
  }

  /** The state after transaction `id`; of the empty ledger for 0. */
  state(id: number = this.size): { txId: bigint; alh: Uint8Array } {
    return { txId: BigInt(id), alh: id === 0 ? h() : this.#tx(id).alh };
  }

  /** Root of the tree over transactions 1 to `id`. */
  root(id: number): Uint8Array {
    return this.#tree().root(id);
  }

  /** The answer to `CurrentState`. */
  currentState(id: number = this.size): Mutable<RawImmutableState> {
    const { txId, alh } = this.state(id);
    return { db: this.#database, txId, txHash: alh, signature: this.#sign(id) };
  }

  /** The answer to `VerifiableTxById`, or to a write: transaction `id` with a proof from or to `since` (0: none). */
  verifiableTx(id: number, since = 0): Mutable<RawVerifiableTx> {
    const { header, entries } = this.#tx(id);
    const [source, target] = since === 0 ? [id, id] : [Math.min(id, since), Math.max(id, since)];
    return mutable<RawVerifiableTx>({
      tx: { header, entries, kvEntries: [], zEntries: [] },
      dualProof: this.dualProof(source, target),
      signature: this.#sign(target),
    });
  }

  /** The answer to `VerifiableGet` for the plain entry at `index` of transaction `id`. */
  verifiableEntry(id: number, index: number, since = 0): Mutable<RawVerifiableEntry> {
    const { header, entries, values } = this.#tx(id);
    const { key, metadata } = entries[index]!;
    const digests = entries.map((entry, i) =>
      digestOf(header.version, { ...entry, value: values[i]! } as NaiveEntry),
    );
    return mutable<RawVerifiableEntry>({
      entry: { tx: BigInt(id), key: key.slice(1), value: values[index]!.slice(1), metadata, expired: false },
      verifiableTx: this.verifiableTx(id, since),
      inclusionProof: {
        leaf: index,
        width: entries.length,
        terms: new NaiveTree(digests).inclusion(index, entries.length),
      },
    });
  }

  /**
   * The dual proof from one transaction to another, each field left out exactly where the server leaves it out. Trees may
   * lag behind, as the headers say.
   */
  dualProof(source: number, target: number): Mutable<RawDualProof> {
    const tree = this.#tree();
    const [s, t] = [this.#tx(source), this.#tx(target)];
    const [sourceTree, last] = [Number(s.header.blTxId), Number(t.header.blTxId)];
    const linearFrom = Math.max(source, last);
    return mutable<RawDualProof>({
      sourceTxHeader: s.header,
      targetTxHeader: t.header,
      inclusionProof: source < last ? tree.inclusion(source - 1, last) : [],
      consistencyProof: sourceTree > 0 ? tree.consistency(sourceTree, last) : [],
      targetBlTxAlh: last > 0 ? this.#tx(last).alh : ZEROS,
      lastInclusionProof: last > 0 ? tree.inclusion(last - 1, last) : [],
      linearProof: {
        sourceTxId: BigInt(linearFrom),
        TargetTxId: BigInt(target),
        terms: [this.#tx(linearFrom).alh, ...this.#inner(linearFrom, target)],
      },
      LinearAdvanceProof: this.#linearAdvance(sourceTree, Math.min(source, last), last),
    });
  }

  #linearAdvance(start: number, end: number, size: number): RawLinearAdvanceProof | undefined {
    if (end <= start + 1) return undefined;
    const between = Array.from({ length: end - start - 1 }, (_, at) => start + 1 + at);
    return {
      linearProofTerms: [this.#tx(start + 1).alh, ...this.#inner(start + 1, end)],
      inclusionProofs: between.map((id) => ({
        leaf: 0,
        width: 0,
        terms: this.#tree().inclusion(id - 1, size),
      })),
    };
  }

  /** Inner hashes of the transactions after `from` up to `to`. */
  #inner(from: number, to: number): Uint8Array[] {
    return this.#txs.slice(from, to).map(({ header }) => innerOf(header));
  }

  #sign(id: number): RawSignature | undefined {
    if (this.#signingKey === undefined) return undefined;
    const { txId, alh } = this.state(id);
    const name = bytes(this.#database);
    const payload = Buffer.concat([be(name.length, 4), name, be(txId, 8), alh]);
    return {
      publicKey: new Uint8Array(65),
      signature: new Uint8Array(sign('sha256', payload, this.#signingKey)),
    };
  }

  #tree(): NaiveTree {
    return new NaiveTree(this.#txs.map(({ alh }) => alh));
  }

  #tx(id: number): NaiveTx {
    const tx = this.#txs[id - 1];
    if (tx === undefined) throw new Error(`There is no transaction ${id}.`);
    return tx;
  }
}

/** A ledger of `size` transactions with one to three entries each. */
export function filledLedger(size: number, options: NaiveOptions = {}): NaiveLedger {
  const ledger = new NaiveLedger(options);
  for (let id = 1; id <= size; id++) {
    ledger.commit(
      Array.from({ length: 1 + (id % 3) }, (_, i) => plain(`key ${id}/${i}`, `value ${id}/${i}`)),
    );
  }
  return ledger;
}
