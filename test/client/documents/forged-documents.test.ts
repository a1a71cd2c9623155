// A server that lies about documents: for each check one answer that only this check refuses. Nothing of it is returned, and
// what is trusted stays where it was.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../../src/client/connect.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import { RpcFailure, GrpcStatus } from '../../../src/client/transport.js';
import type {
  InsertDocumentsResponse,
  ProofDocumentResponse,
  ReplaceDocumentsResponse,
} from '../../../src/wire/immudb/model/document.js';
import type { VerifiableTx } from '../../../src/wire/immudb/schema/verifiable.js';
import { describeReal } from '../../support/describe-real.js';
import { rejection } from '../fake-transport.js';
import { FrozenTransport } from '../verified/frozen-transport.js';
import { createDatabase } from '../verified/verified-client.js';

interface Answers {
  readonly ProofDocument: ProofDocumentResponse;
  readonly InsertDocuments: InsertDocumentsResponse;
  readonly ReplaceDocuments: ReplaceDocumentsResponse;
  readonly VerifiableTxById: VerifiableTx;
}
type Lie<Name extends keyof Answers> = (answer: Answers[Name]) => unknown;

describeReal('a server that lies about documents', (server) => {
  let transport: FrozenTransport;
  let client: ImmuClient;
  let writer: ImmuClient;
  let id: string;
  let older: string;

  beforeAll(async () => {
    const database = await createDatabase(server);
    transport = new FrozenTransport(server.address);
    const trust = () => ({ key: server.publicKeyPem, store: new MemoryTrustStore(), ledgerId: 'test' });
    client = await connect({ url: `immudb://${server.address}`, database, trust: trust(), transport });
    writer = await connect({ url: `immudb://${server.address}`, database, trust: trust() });
    await writer.documents.createCollection('people', { fields: [{ name: 'name', type: 'string' }] });
    await writer.documents.createCollection('others');
    await writer.documents.createCollection('named', { idField: 'name' });
    await writer.documents.createCollection('indexed', {
      fields: [{ name: 'name', type: 'string' }],
      indexes: [{ fields: ['name'] }],
    });
    const { ids } = await writer.documents.insert('people', [{ name: 'old' }, { name: 'beside' }]);
    older = ids[0]!;
    await client.verifiedState();
  });
  beforeEach(async () => {
    transport.change = undefined;
    [id] = (await writer.documents.insert('people', [{ name: 'new', age: 36 }])).ids as [string];
  });
  afterAll(async () => {
    transport.change = undefined;
    await client.close();
    await writer.close();
  });

  /** Tells one lie in every answer of an RPC. */
  function lie<Name extends keyof Answers>(name: Name, tell: Lie<Name>): void {
    transport.change = (rpc, honest) => {
      if (rpc === name) tell(honest as Answers[Name]);
      return honest;
    };
  }

  /** Refused, nothing trusted by it, and the client goes on with an honest server. */
  async function refused(code: string, message: RegExp, call: () => Promise<unknown>): Promise<void> {
    const before = await client.trustedState();
    const error = await rejection(call());
    expect({ name: error.name, code: error.code, message: error.message }).toMatchObject({
      name: 'VerificationError',
      code,
    });
    expect(error.message).toMatch(message);
    expect(await client.trustedState()).toEqual(before);
    transport.change = undefined;
  }

  const get = () => client.documents.verifiedGet('people', id);
  const getOlder = () => client.documents.verifiedGet('people', older);

  describe('of a document it proves', () => {
    const lies: [string, string, RegExp, Lie<'ProofDocument'>][] = [
      ['the database', 'DATABASE_MISMATCH', /field database/, (proof) => (proof.database = 'other')],
      [
        'the collection',
        'BINDING_MISMATCH',
        /number of the collection|entry of the document/,
        (proof) => proof.collectionId++,
      ],
      ['the bytes', 'BINDING_MISMATCH', /hash of the document/, (proof) => proof.encodedDocument[60]!++],
      ['the header', 'BINDING_MISMATCH', /header shown/, (proof) => proof.verifiableTx!.tx!.header!.ts++],
      [
        'the entries',
        'PROOF_INVALID',
        /root over the entries/,
        (proof) => (proof.verifiableTx!.tx!.entries[0]!.hValue = new Uint8Array(32)),
      ],
      [
        'the tree',
        'PROOF_INVALID',
        /consistency proof/,
        (proof) => (proof.verifiableTx!.dualProof!.consistencyProof[0] = new Uint8Array(32)),
      ],
      [
        'the position',
        'PROOF_INVALID',
        /inclusion proof/,
        (proof) => (proof.verifiableTx!.dualProof!.inclusionProof[0] = new Uint8Array(32)),
      ],
      [
        'the signature',
        'SIGNATURE_MISSING',
        /signature/,
        (proof) => (proof.verifiableTx!.signature = undefined),
      ],
      ['all of it', 'MALFORMED_PROOF', /verifiableTx/, (proof) => (proof.verifiableTx = undefined)],
    ];
    it.each(lies)('it forges %s', async (_, code, message, tell) => {
      for (const read of [get, getOlder]) {
        lie('ProofDocument', tell);
        await refused(code, message, read);
        expect(await read()).toMatchObject({ id: read === get ? id : older });
      }
    });

    it('it calls the id field otherwise, once it was pinned', async () => {
      await get();
      lie('ProofDocument', (proof) => (proof.documentIdFieldName = 'name'));
      await refused('BINDING_MISMATCH', /name of the id field/, get);
    });

    it('it answers for another document', async () => {
      const honest = await client.documents.verifiedGet('people', older);
      expect(honest!.document.name).toBe('old');
      let other: ProofDocumentResponse | undefined;
      transport.change = (rpc, answer) =>
        rpc === 'ProofDocument' ? (other ??= structuredClone(answer) as ProofDocumentResponse) : answer;
      await getOlder();
      await refused('BINDING_MISMATCH', /entry of the document|dual proof/, get);
    });

    it('it answers from another transaction than was asked for', async () => {
      const { txId } = (await client.documents.verifiedGet('people', id))!;
      const [written] = await writer.documents.replace('people', { where: { _id: id } }, { name: 'newer' });
      let latest: unknown;
      transport.change = (rpc, answer) =>
        rpc === 'ProofDocument' ? (latest ??= structuredClone(answer)) : answer;
      expect((await get())!.txId).toBe(written!.txId);
      await refused('BINDING_MISMATCH', /transaction of the document/, () =>
        client.documents.verifiedGet('people', id, { atTx: txId }),
      );
    });

    it('it proves the transaction by trees and shows another chain', async () => {
      lie('VerifiableTxById', (answer) => {
        // Signed by nobody, and right in itself, it would be another history.
        answer.dualProof!.targetTxHeader!.prevAlh = new Uint8Array(32);
      });
      await refused('PROOF_INVALID', /alh of the last|linear/, get);
    });
  });

  describe('of what was inserted', () => {
    const insert = () => client.documents.verifiedInsert('people', [{ name: 'a' }, { name: 'b' }]);
    const lies: [string, RegExp, Lie<'InsertDocuments'>][] = [
      ['the order', /not stored as it was sent/, (answer) => answer.documentIds.reverse()],
      [
        'one id for both',
        /one id for two documents/,
        (answer) => (answer.documentIds[1] = answer.documentIds[0]!),
      ],
      ['fewer ids', /1 ids for 2 documents/, (answer) => answer.documentIds.pop()],
      ['an id that is none', /an id that can be none/, (answer) => (answer.documentIds[0] = 'x')],
      ['no transaction', /no such transaction/, (answer) => (answer.transactionId = 0n)],
      ['an old transaction', /there before the documents were sent/, (answer) => (answer.transactionId = 1n)],
    ];
    it.each(lies)('it tells %s', async (_, message, tell) => {
      lie('InsertDocuments', tell);
      await refused('BINDING_MISMATCH', message, insert);
    });

    it('it hides that it wrote more', async () => {
      // What an honest server committed in one transaction, it now says of a request for one of the two.
      const { txId, ids } = await writer.documents.insert('people', [
        { name: 'asked' },
        { name: 'smuggled' },
      ]);
      lie('InsertDocuments', (answer) =>
        Object.assign(answer, { transactionId: txId, documentIds: [ids[0]] }),
      );
      await refused('BINDING_MISMATCH', /it wrote 2 documents, and 1 were sent/, () =>
        client.documents.verifiedInsert('people', [{ name: 'asked' }]),
      );
    });

    it('it stored something else', async () => {
      const { txId, ids } = await writer.documents.insert('people', [{ name: 'stored', extra: null }]);
      lie('InsertDocuments', (answer) => Object.assign(answer, { transactionId: txId, documentIds: ids }));
      await refused('BINDING_MISMATCH', /not stored as it was sent/, () =>
        client.documents.verifiedInsert('people', [{ name: 'stored' }]),
      );
    });

    it('it stored it in another collection', async () => {
      await get();
      const { txId, ids } = await writer.documents.insert('others', [{ name: 'stored' }]);
      lie('InsertDocuments', (answer) => Object.assign(answer, { transactionId: txId, documentIds: ids }));
      // Asked for it in this collection, the server says by itself that there is none.
      const error = await rejection(client.documents.verifiedInsert('people', [{ name: 'stored' }]));
      expect(error).toMatchObject({
        code: 'DOCUMENT_NOT_FOUND',
        details: { executed: 'yes', txId, documentIds: ids },
      });
      expect(error.message).toContain('Do not write them again');
    });
  });

  it('hides that it overwrote a field, by calling it that of the id', async () => {
    const { txId, ids } = await writer.documents.insert('named', [{ age: 36 }]);
    const message: InsertDocumentsResponse = { transactionId: txId, documentIds: [...ids] };
    const honest = transport.unary.bind(transport);
    // An honest server refuses a document that has the field of the id, and is not asked.
    transport.unary = (method, request, options) =>
      method.name === 'InsertDocuments'
        ? Promise.resolve({ message: message as never, serverUuid: undefined })
        : honest(method, request, options);
    await refused('BINDING_MISMATCH', /not stored as it was sent/, () =>
      client.documents.verifiedInsert('named', [{ name: 'Ada', age: 36 }]),
    ).finally(() => (transport.unary = honest));
  });

  it('tells an insertion of what replaced a document that was there', async () => {
    const { ids } = await writer.documents.insert('indexed', [{ name: 'was there' }]);
    const [written] = await writer.documents.replace('indexed', { where: { _id: ids[0]! } }, { name: 'new' });
    lie('InsertDocuments', (answer) =>
      Object.assign(answer, { transactionId: written!.txId, documentIds: ids }),
    );
    await refused('BINDING_MISMATCH', /more than the insertion/, () =>
      client.documents.verifiedInsert('indexed', [{ name: 'new' }]),
    );
  });

  it('replaces another document than the one named', async () => {
    const { ids } = await writer.documents.insert('people', [{ name: 'named' }, { name: 'another' }]);
    await client.verifiedState();
    const [written] = await writer.documents.replace('people', { where: { _id: ids[1]! } }, { name: 'z' });
    lie('ReplaceDocuments', (answer) => {
      Object.assign(answer.revisions[0]!, { transactionId: written!.txId, documentId: ids[1] });
    });
    const where = { _id: ids[0]!.toUpperCase() };
    await refused('BINDING_MISMATCH', /none of those that were to be replaced/, () =>
      client.documents.verifiedReplace('people', { where }, { name: 'z' }),
    );
    lie('ReplaceDocuments', (answer) => {
      Object.assign(answer.revisions[0]!, { transactionId: written!.txId, documentId: ids[1] });
    });
    await refused('BINDING_MISMATCH', /not stored as it was sent/, () =>
      client.documents.verifiedReplace(
        'people',
        { where: { name: { like: '%' } } },
        { _id: ids[0]!, name: 'z' },
      ),
    );
    expect(
      await client.documents.verifiedReplace('people', { where }, { _id: where._id, name: 'honest' }),
    ).toMatchObject([{ id: ids[0], document: { _id: where._id, name: 'honest' } }]);
  });

  it('answers two first reads from two collections', async () => {
    const other = await writer.documents.insert('others', [{ name: 'of another collection' }]);
    client.documents.forgetCollection('people');
    const honest = transport.unary.bind(transport);
    transport.unary = async (method, request, options) => {
      const asked = request as { readonly documentId?: string };
      if (method.name !== 'ProofDocument' || asked.documentId !== other.ids[0])
        return honest(method, request, options);
      const answer = await honest(method, { ...request, collectionName: 'others' }, options);
      await first;
      return answer;
    };
    const first = get();
    const second = client.documents.verifiedGet('people', other.ids[0]!);
    second.catch(() => undefined);
    await first;
    await refused('BINDING_MISMATCH', /one of collection/, () => second).finally(
      () => (transport.unary = honest),
    );
    expect(await get()).toMatchObject({ id });
  });

  it('tells of a replacement what was there before', async () => {
    const before = await writer.documents.insert('people', [{ name: 'replace me' }]);
    await client.verifiedState();
    lie('ReplaceDocuments', (answer) => {
      answer.revisions[0]!.transactionId = before.txId;
    });
    await refused('BINDING_MISMATCH', /there before the documents were sent/, () =>
      client.documents.verifiedReplace('people', { where: { name: 'replace me' } }, { name: 'replaced' }),
    );
    lie('ReplaceDocuments', (answer) => {
      answer.revisions.push({ ...answer.revisions[0]!, documentId: older, transactionId: 1n });
    });
    await refused('BINDING_MISMATCH', /or it is not one/, () =>
      client.documents.verifiedReplace('people', { where: { name: 'replaced' } }, { name: 'replaced again' }),
    );
  });

  it('is held to the chain of hashes too where trees may lag behind', async () => {
    const lying = new FrozenTransport(server.address);
    const linear = await connect({
      url: `immudb://${server.address}`,
      database: client.database,
      trust: { key: server.publicKeyPem, store: new MemoryTrustStore(), ledgerId: 'test', linearAdvance: 9 },
      transport: lying,
    });
    const { txId } = (await linear.verifiedState())!;
    expect((await linear.documents.verifiedGet('people', older))!.txId).toBeLessThan(txId);
    const tell = (name: string, change: (answer: never) => unknown) => {
      lying.change = (rpc, honest) => {
        if (rpc === name) change(honest as never);
        return honest;
      };
    };
    // What is trusted may have no proof of this form: the document is held against the first transaction.
    const sources: bigint[] = [];
    tell('ProofDocument', (proof: ProofDocumentResponse) =>
      sources.push(proof.verifiableTx!.dualProof!.sourceTxHeader!.id),
    );
    expect((await linear.documents.verifiedGet('people', older))!.document.name).toBe('old');
    expect(sources).toEqual([1n]);
    tell('VerifiableTxById', (answer: VerifiableTx) => (answer.dualProof!.sourceTxHeader!.ts += 1n));
    const error = await rejection(linear.documents.verifiedGet('people', older));
    expect(error).toMatchObject({ name: 'VerificationError', code: 'PROOF_INVALID' });
    lying.change = undefined;
    await linear.close();
  });

  it('that fails after a write is no reason to write again', async () => {
    transport.change = (rpc, honest) => {
      if (rpc === 'ProofDocument') throw new RpcFailure(GrpcStatus.UNKNOWN, 'something unheard of');
      return honest;
    };
    const error = await rejection(client.documents.verifiedInsert('people', [{ name: 'written' }]));
    transport.change = undefined;
    expect(error).toMatchObject({ code: 'SERVER_ERROR', retryable: false, details: { executed: 'yes' } });
    const { txId, documentIds } = error.details as { txId: bigint; documentIds: string[] };
    expect(await client.documents.verifiedGet('people', documentIds[0]!, { atTx: txId })).toMatchObject({
      document: { name: 'written' },
    });
  });
});
