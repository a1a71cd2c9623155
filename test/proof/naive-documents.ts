// Documents as immudb stores and proves them, written from the description of its formats, sharing no line with the code
// under test.

import type { RawDocumentProof, RawDualProofV2 } from '../../src/proof/index.js';
import { be, bytes, type Mutable, mutable, type NaiveEntry, type NaiveLedger } from './naive-ledger.js';

/** A varint. */
export function varint(value: number): Uint8Array {
  const out: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Uint8Array.from([...out, rest]);
    out.push((rest % 128) + 128);
  }
}

/** A field of bytes. */
export function field(number: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([varint(number * 8 + 2), varint(content.length), content]);
}

/** A `google.protobuf.Value`. */
export function naiveValue(value: unknown): Uint8Array {
  if (value === null) return Uint8Array.of(8, 0);
  if (typeof value === 'boolean') return Uint8Array.of(32, Number(value));
  if (typeof value === 'string') return field(3, bytes(value));
  if (Array.isArray(value)) return field(6, Buffer.concat(value.map((item) => field(1, naiveValue(item)))));
  if (typeof value === 'object') return field(5, naiveStruct(value));
  const double = Buffer.alloc(8);
  double.writeDoubleLE(value as number);
  return Buffer.concat([Uint8Array.of(17), double]);
}

/** One field of a `google.protobuf.Struct`. */
export function naiveField(name: string, value: unknown): Uint8Array {
  return field(1, Buffer.concat([field(1, bytes(name)), field(2, naiveValue(value))]));
}

/** A `google.protobuf.Struct`. */
export function naiveStruct(object: object): Uint8Array {
  return Buffer.concat(Object.entries(object).map(([name, value]) => naiveField(name, value)));
}

/** A row of columns by their number. */
export function naiveRow(columns: readonly (readonly [column: number, value: Uint8Array])[]): Uint8Array {
  const parts = columns.map(([column, value]) => Buffer.concat([be(column, 4), be(value.length, 4), value]));
  return new Uint8Array(Buffer.concat([be(columns.length, 4), ...parts]));
}

/** The entry of a document. @param id hexadecimal */
export function naiveDocument(collection: number, id: string, document: object): NaiveEntry {
  const idBytes = Buffer.from(id, 'hex');
  const filled = Buffer.concat([idBytes, Buffer.alloc(32 - idBytes.length)]);
  const key = [
    Buffer.from('\u0003R.'),
    be(1, 4),
    be(collection, 4),
    be(0, 4),
    Uint8Array.of(0x80),
    filled,
    be(idBytes.length, 4),
  ];
  const value = naiveRow([
    [1, idBytes],
    [2, naiveStruct(document)],
    [4, be(36, 8)],
  ]);
  return { key: new Uint8Array(Buffer.concat(key)), value };
}

/** The dual proof by trees alone, from what the other one is made of. */
export function dualProofV2(ledger: NaiveLedger, source: number, target: number): Mutable<RawDualProofV2> {
  const { sourceTxHeader, targetTxHeader, ...proof } = ledger.dualProof(source, target);
  // Nor may a change of one header change the other, where both are of one transaction.
  const headers = { sourceTxHeader: mutable(sourceTxHeader), targetTxHeader };
  if (source === target)
    return mutable<RawDualProofV2>({ ...headers, inclusionProof: [], consistencyProof: [] });
  const inclusion = source === target - 1 ? proof.lastInclusionProof : proof.inclusionProof;
  const fromFirst = target > 2 ? ledger.dualProof(2, target).consistencyProof : [];
  // Both paths may hold the same node: a change of one must not change the other.
  return mutable<RawDualProofV2>({
    ...headers,
    inclusionProof: inclusion.map((term) => new Uint8Array(term)),
    consistencyProof: (source > 1 ? proof.consistencyProof : fromFirst).map((term) => new Uint8Array(term)),
  });
}

/** The answer to `ProofDocument` for a document that transaction `id` wrote. */
export function documentProof(
  ledger: NaiveLedger,
  id: number,
  { value }: NaiveEntry,
  since: number,
  { database = 'defaultdb', collectionId = 1, documentIdFieldName = '_id' } = {},
): Mutable<RawDocumentProof> {
  const { tx, signature } = ledger.verifiableTx(id, since);
  return mutable<RawDocumentProof>({
    database,
    collectionId,
    documentIdFieldName,
    encodedDocument: value,
    verifiableTx: { tx, dualProof: dualProofV2(ledger, Math.min(id, since), Math.max(id, since)), signature },
  });
}
