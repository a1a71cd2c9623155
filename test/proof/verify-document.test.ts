// Documents with proof: from every trusted state to every transaction, and every single thing that can be wrong.

import { describe, expect, it } from 'vitest';
import {
  parseStateKey,
  type RawDocumentProof,
  verifyDocument,
  type DocumentRequest,
} from '../../src/proof/index.js';
import { expectRefused, refusalOf } from './expect-refused.js';
import { bitMutants, everyBit, shapeMutants } from './mutate.js';
import { documentProof, naiveDocument, naiveRow, naiveStruct, dualProofV2 } from './naive-documents.js';
import {
  bytes,
  filledLedger,
  type Mutable,
  type NaiveEntry,
  naiveAlh,
  newSigningKey,
  plain,
} from './naive-ledger.js';

const policy = { database: 'defaultdb' };
const ID = 'aabbccdd00000000000000000000000f';
const DOCUMENT = { name: 'Ada', age: 36, _id: ID };
const everyFifthBit = (count: number) => [...everyBit(count)].filter((bit) => bit % 5 === 0);
const pinned: DocumentRequest = { documentId: ID, collectionId: 1, idField: '_id' };

/** Nine transactions, of which the fifth writes the document, between others. */
function ledgerWith(entry: NaiveEntry = naiveDocument(1, ID, DOCUMENT), options = {}) {
  const ledger = filledLedger(4, options);
  const extra = { metadata: { truncatedTxID: 0n, extra: bytes('ada') } };
  const id = ledger.commit([plain('a', 'one'), entry, naiveDocument(1, 'ff', { other: 1 })], extra);
  for (let more = 0; more < 4; more++) ledger.commit([plain(`later ${more}`, 'x')]);
  return { ledger, id, entry };
}

describe('a document with proof', () => {
  const { ledger, id, entry } = ledgerWith();
  const answer = (since: number) => documentProof(ledger, id, entry, since);
  type Change = (raw: Mutable<RawDocumentProof>) => void;

  /** Refused because of one change, from a trusted state before and after the document. */
  function refuses(
    code: Parameters<typeof expectRefused>[1],
    message: RegExp,
    change: Change,
    sinces = [3, 8],
  ): void {
    for (const since of sinces) {
      const raw = answer(since);
      change(raw);
      expectRefused(() => verifyDocument(pinned, raw, ledger.state(since), policy), code, message);
    }
  }

  it('is taken from every trusted state, and on first contact', () => {
    for (let since = 1; since <= ledger.size; since++) {
      const proven = verifyDocument(
        { ...pinned, atTx: BigInt(id) },
        answer(since),
        ledger.state(since),
        policy,
      );
      expect(proven).toMatchObject({
        document: DOCUMENT,
        documentId: ID,
        collectionId: 1,
        idField: '_id',
        index: 1,
        alh: ledger.state(id).alh,
      });
      expect(proven.header).toMatchObject({ id: BigInt(id), metadata: { extra: bytes('ada') } });
    }
    expect(verifyDocument({ documentId: ID }, answer(1), undefined, policy).document).toEqual(DOCUMENT);
    expect(
      verifyDocument({ documentId: ID.toUpperCase() }, answer(1), ledger.state(0), policy).documentId,
    ).toBe(ID);
  });

  it('is taken where the document is the first transaction', () => {
    const first = filledLedger(0);
    const own = naiveDocument(7, 'ab', { n: 1 });
    first.commit([own]);
    for (let more = 1; more <= 5; more++) {
      for (const since of Array.from({ length: more }, (_, index) => index + 1)) {
        const raw = documentProof(first, 1, own, since, { collectionId: 7 });
        expect(verifyDocument({ documentId: 'ab' }, raw, first.state(since), policy).document).toEqual({
          n: 1,
        });
      }
      first.commit([plain(`${more}`, 'x')]);
    }
  });

  it('is refused for another question', () => {
    refuses('DATABASE_MISMATCH', /the field database/, (raw) => (raw.database = 'other'));
    refuses(
      'BINDING_MISMATCH',
      /number of the collection.*forgetCollection/,
      (raw) => (raw.collectionId = 2),
    );
    refuses('BINDING_MISMATCH', /name of the id field/, (raw) => (raw.documentIdFieldName = 'key'));
    const state = ledger.state(3);
    const ask = (request: Partial<DocumentRequest>) =>
      verifyDocument({ ...pinned, ...request }, answer(3), state, policy);
    expectRefused(() => ask({ atTx: 4n }), 'BINDING_MISMATCH', /transaction of the document/);
    expectRefused(() => ask({ documentId: `${ID}00` }), 'BINDING_MISMATCH', /entry of the document/);
    expectRefused(() => ask({ documentId: 'ff' }), 'BINDING_MISMATCH', /hash of the document/);
    // Without a pin, another number leads to another key, which the transaction does not have.
    const other = { ...answer(3), collectionId: 2 };
    expectRefused(
      () => verifyDocument({ documentId: ID }, other, state, policy),
      'BINDING_MISMATCH',
      /entry of the/,
    );
  });

  it('is refused with a proof between other transactions', () => {
    refuses(
      'BINDING_MISMATCH',
      /source of the dual/,
      (raw) => (raw.verifiableTx!.dualProof = dualProofV2(ledger, 2, id)),
      [3],
    );
    refuses(
      'BINDING_MISMATCH',
      /target of the dual/,
      (raw) => (raw.verifiableTx!.dualProof = dualProofV2(ledger, 3, 9)),
      [3],
    );
    refuses(
      'BINDING_MISMATCH',
      /target of the dual/,
      (raw) => (raw.verifiableTx!.dualProof = dualProofV2(ledger, id, 9)),
      [8],
    );
    // On first contact the proof begins with transaction 1.
    const raw = answer(3);
    expectRefused(
      () => verifyDocument(pinned, raw, undefined, policy),
      'BINDING_MISMATCH',
      /source of the dual/,
    );
  });

  it('is refused with trees that do not hold each other', () => {
    const flip = (terms: Uint8Array[]) => (terms[0]![0]! ^= 1);
    refuses('PROOF_INVALID', /root of the inclusion proof/, (raw) =>
      flip(raw.verifiableTx!.dualProof!.inclusionProof),
    );
    refuses('PROOF_INVALID', /root of the consistency proof/, (raw) =>
      flip(raw.verifiableTx!.dualProof!.consistencyProof),
    );
    refuses('PROOF_INVALID', /length of the inclusion/, (raw) =>
      raw.verifiableTx!.dualProof!.inclusionProof.pop(),
    );
    refuses('PROOF_INVALID', /length of the consistency/, (raw) =>
      raw.verifiableTx!.dualProof!.consistencyProof.pop(),
    );
    const same = answer(id);
    same.verifiableTx!.dualProof!.inclusionProof.push(new Uint8Array(32));
    expectRefused(
      () => verifyDocument(pinned, same, ledger.state(id), policy),
      'MALFORMED_PROOF',
      /inclusionProof/,
    );
    const two = answer(id);
    two.verifiableTx!.dualProof!.sourceTxHeader!.ts++;
    expectRefused(
      () => verifyDocument(pinned, two, ledger.state(id), policy),
      'PROOF_INVALID',
      /are one transaction/,
    );
  });

  it('is refused with headers whose trees lag behind', () => {
    for (const end of ['sourceTxHeader', 'targetTxHeader'] as const)
      refuses(
        'PROOF_INVALID',
        /transactions in the tree/,
        (raw) => raw.verifiableTx!.dualProof![end]!.blTxId--,
      );
  });

  it('of another history is told apart as a fork', () => {
    const other = ledgerWith(entry).ledger.fork();
    const forked = filledLedger(3);
    forked.commit([plain('another', 'history')]);
    forked.commit([plain('a', 'one'), entry]);
    for (let more = 0; more < 4; more++) forked.commit([plain('x', 'x')]);
    for (const since of [4, 8]) {
      const raw = documentProof(forked, 5, entry, since);
      const error = expectRefused(
        () => verifyDocument(pinned, raw, other.state(since), policy),
        'FORK_DETECTED',
      );
      expect(error.trusted).toEqual(other.state(since));
    }
  });

  it('is refused with another header beside the proof', () => {
    refuses(
      'BINDING_MISMATCH',
      /header shown with the transaction/,
      (raw) => raw.verifiableTx!.tx!.header!.ts++,
    );
  });

  it('is refused with other entries', () => {
    refuses('PROOF_INVALID', /number of entries/, (raw) => raw.verifiableTx!.tx!.entries.pop());
    refuses('PROOF_INVALID', /root over the entries/, (raw) => raw.verifiableTx!.tx!.entries.reverse());
    refuses('BINDING_MISMATCH', /length of the value/, (raw) => raw.verifiableTx!.tx!.entries[1]!.vLen++);
  });

  it('is refused if it is not what was written', () => {
    refuses(
      'BINDING_MISMATCH',
      /hash of the document/,
      (raw) => (raw.encodedDocument = naiveDocument(1, ID, { name: 'Eve' }).value),
    );
  });

  it('that is a deletion is none', () => {
    const deleted = { ...naiveDocument(1, ID, DOCUMENT), metadata: { deleted: true, nonIndexable: false } };
    const { ledger: other } = ledgerWith(deleted);
    const raw = documentProof(other, id, deleted, 3);
    expectRefused(
      () => verifyDocument(pinned, raw, other.state(3), policy),
      'BINDING_MISMATCH',
      /without metadata/,
    );
  });

  it('has a signed state where a key is pinned, for this database', () => {
    const { privateKey, publicKey } = newSigningKey();
    const keys = [parseStateKey(publicKey)];
    const signed = ledgerWith(entry, { signingKey: privateKey }).ledger;
    for (const since of [3, 8]) {
      const raw = documentProof(signed, id, entry, since);
      const check = () => verifyDocument(pinned, raw, signed.state(since), { ...policy, keys });
      expect(check().document).toEqual(DOCUMENT);
      raw.verifiableTx!.signature!.signature[10]! ^= 1;
      expectRefused(check, 'SIGNATURE_INVALID');
      raw.verifiableTx!.signature = undefined;
      expectRefused(check, 'SIGNATURE_MISSING');
    }
  });

  describe('as it is stored', () => {
    const idBytes = Buffer.from(ID, 'hex');
    const struct = naiveStruct(DOCUMENT);
    const rows: [string, RegExp, Uint8Array][] = [
      [
        'with another id',
        /id in the stored document/,
        naiveRow([
          [1, Buffer.from('ff', 'hex')],
          [2, struct],
        ]),
      ],
      [
        'with bytes behind',
        /nothing after the last/,
        Buffer.concat([
          naiveRow([
            [1, idBytes],
            [2, struct],
          ]),
          Buffer.of(0),
        ]),
      ],
      [
        'with a column twice',
        /ascending order/,
        naiveRow([
          [1, idBytes],
          [2, struct],
          [2, struct],
        ]),
      ],
      [
        'in another order',
        /ascending order/,
        naiveRow([
          [2, struct],
          [1, idBytes],
        ]),
      ],
      [
        'with another first column',
        /ascending order/,
        naiveRow([
          [1, idBytes],
          [3, struct],
        ]),
      ],
      ['without the document', /columns of the stored/, naiveRow([[1, idBytes]])],
      [
        'cut short',
        /whole columns/,
        naiveRow([
          [1, idBytes],
          [2, struct],
        ]).subarray(0, -1),
      ],
      [
        'cut in a number',
        /whole columns/,
        naiveRow([
          [1, idBytes],
          [2, struct],
        ]).subarray(0, 6),
      ],
      ['with no columns at all', /whole columns/, new Uint8Array(2)],
      [
        'with a field twice',
        /each field once/,
        naiveRow([
          [1, idBytes],
          [2, Buffer.concat([struct, struct])],
        ]),
      ],
    ];
    it.each(rows)('%s it is refused, whatever was proven', (_, message, value) => {
      const stored = { key: entry.key, value: new Uint8Array(value) };
      const { ledger: other } = ledgerWith(stored);
      const raw = documentProof(other, id, stored, 3);
      const error = refusalOf(() => verifyDocument(pinned, raw, other.state(3), policy));
      expect(error?.message).toMatch(message);
    });

    it('is taken with more columns or fewer', () => {
      for (const columns of [
        [],
        [
          [3, Buffer.of(1)],
          [9, Buffer.of()],
        ],
      ] as [number, Uint8Array][][]) {
        const stored = { key: entry.key, value: naiveRow([[1, idBytes], [2, struct], ...columns]) };
        const { ledger: other } = ledgerWith(stored);
        const raw = documentProof(other, id, stored, 3);
        expect(verifyDocument(pinned, raw, other.state(3), policy).document).toEqual(DOCUMENT);
      }
    });
  });

  it('stands no single change', () => {
    for (const since of [3, 8]) {
      const raw = answer(since);
      const honest = JSON.stringify(
        verifyDocument(pinned, raw, ledger.state(since), policy),
        (_, v: unknown) => String(v),
      );
      let changes = 0;
      for (const mutant of [...bitMutants(raw, everyFifthBit), ...shapeMutants(raw)]) {
        const undo = mutant.apply();
        const error = refusalOf(() => {
          const found = verifyDocument(pinned, raw, ledger.state(since), policy);
          // What was accepted must be what was there: a change that means nothing.
          expect([mutant.field, mutant.change, JSON.stringify(found, (_, v: unknown) => String(v))]).toEqual([
            mutant.field,
            mutant.change,
            honest,
          ]);
        });
        if (error === undefined)
          expect(mutant.field).toMatch(
            /^(?:verifiableTx\.(?:signature|tx\.(?:kvEntries|zEntries)|.*metadata)|verifiableTx\.tx\.entries\[\]\.(?:value|vLen|metadata))/,
          );
        changes++;
        undo();
      }
      expect(changes).toBeGreaterThan(1_000);
      expect(naiveAlh(raw.verifiableTx!.tx!.header!)).toEqual(ledger.state(id).alh);
    }
  });

  it('cannot be asked for by a slip', () => {
    for (const documentId of ['', 'xyz', 'abc', 'ab'.repeat(33), 7 as unknown as string])
      expect(() => verifyDocument({ documentId }, answer(3), ledger.state(3), policy)).toThrow(TypeError);
    expect(() => verifyDocument({ ...pinned, atTx: 0n }, answer(3), ledger.state(3), policy)).toThrow(
      TypeError,
    );
  });
});
