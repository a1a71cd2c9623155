// The transactions the recorded database holds, one kind after another. Every function leaves the state recorded, so
// that each transaction is one that answers can be proven against.
import { utf8 } from '../../../src/bytes.js';
import { DocumentServiceDefinition } from '../../../src/wire/immudb/model/service.js';
import { FieldType } from '../../../src/wire/immudb/model/collection.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import type { RawClient } from '../raw-client.js';
import type { Recording } from './recording.js';

const methods = ImmuServiceDefinition.methods;
const documents = DocumentServiceDefinition.methods;

/** The year 2100: far enough that no run of the tests sees it pass. */
export const FAR_FUTURE = { expiresAt: 4_102_444_800n };

/** More entries than a tree with full levels has, and enough for several levels. */
const LARGE = 37;

/** An entry to write. */
export function kv(key: string, value: string) {
  return { key: utf8(key), value: utf8(value) };
}

/** Plain entries: one, an empty value, several, many. */
export async function writePlain(client: RawClient, recording: Recording): Promise<void> {
  const many = Array.from({ length: LARGE }, (_, index) =>
    kv(`many/${String(index).padStart(2, '0')}`, `value ${index}`),
  );
  const writes = [
    [kv('plain', 'first')],
    [kv('empty', '')],
    [kv('one', '1'), kv('two', '2'), kv('three', '3')],
    [kv('plain', 'second')],
    many,
    [kv('plain', 'third')],
  ];
  for (const KVs of writes) {
    await client.call(methods.set, { KVs });
    await recording.state();
  }
}

/** A reference to the newest value, one to a fixed one, and members of a sorted set of either kind. */
export async function writeReferences(client: RawClient, recording: Recording): Promise<void> {
  const referencedKey = utf8('plain');
  await client.call(methods.setReference, { key: utf8('unbound'), referencedKey });
  await recording.state();
  await client.call(methods.setReference, { key: utf8('bound'), referencedKey, atTx: 1n, boundRef: true });
  await recording.state();
  await client.call(methods.zAdd, { set: utf8('set'), score: 1.5, key: referencedKey });
  await recording.state();
  await client.call(methods.zAdd, {
    set: utf8('set'),
    score: -2,
    key: referencedKey,
    atTx: 4n,
    boundRef: true,
  });
  await recording.state();
}

/** Entries with attributes, which headers of version 0 cannot carry. */
export async function writeAttributes(client: RawClient, recording: Recording): Promise<void> {
  const expiring = { ...kv('expiring', 'until 2100'), metadata: { expiration: FAR_FUTURE } };
  await client.call(methods.set, { KVs: [expiring] });
  await recording.state();
  await client.call(methods.set, { KVs: [kv('deleted', 'soon gone'), kv('kept', 'stays')] });
  await recording.state();
  await client.call(methods.delete, { keys: [utf8('deleted')] });
  await recording.state();
  const hidden = { ...kv('hidden', 'no key leads here'), metadata: { nonIndexable: true } };
  await client.call(methods.set, { KVs: [hidden, kv('shown', 'beside it')] });
  await recording.state();
}

/** Several kinds in one transaction, with a reference to a key of the same transaction. */
export async function writeMixed(client: RawClient, recording: Recording): Promise<void> {
  await client.call(methods.execAll, {
    Operations: [
      { operation: { $case: 'kv', value: kv('mixed', 'value') } },
      { operation: { $case: 'ref', value: { key: utf8('mixed/ref'), referencedKey: utf8('mixed') } } },
      { operation: { $case: 'zAdd', value: { set: utf8('set'), score: 7, key: utf8('mixed') } } },
    ],
  });
  await recording.state();
}

/** A collection and a document: their transactions carry the writer's name as `extra` metadata. */
export async function writeDocument(client: RawClient, recording: Recording): Promise<void> {
  const service = DocumentServiceDefinition.fullName;
  const fields = [{ name: 'title', type: FieldType.STRING }];
  await client.answer(documents.createCollection, { name: 'notes', fields }, service);
  await recording.state();
  await client.answer(
    documents.insertDocuments,
    { collectionName: 'notes', documents: [{ title: 'a note' }] },
    service,
  );
  await recording.state();
}
