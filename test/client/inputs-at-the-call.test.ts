// What a caller hands in is taken at the call, and calls go out in their order, whether their topic is loaded yet or not.

import { beforeAll, describe, expect, it } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import type { ImmuClient } from '../../src/client/immu-client.js';
import { changed, type Inputs, inputsOf } from './changed-inputs.js';
import { openRecording, type Sent } from './recording.js';

/** A method, what it is given, and the call. */
interface Method {
  readonly name: string;
  readonly given: Inputs;
  readonly call: (client: ImmuClient, given: never) => unknown;
}

function method<Given extends Inputs>(
  name: string,
  given: Given,
  call: (client: ImmuClient, given: Given) => unknown,
): Method {
  return { name, given, call };
}

const at = (name: string) => ({ key: utf8(name) });
const pair = (name: string) => ({ key: utf8(name), other: utf8(`${name}:other`) });
const entry = (name: string) => ({
  key: utf8(name),
  value: utf8('v'),
  metadata: { deleted: false, nonIndexable: true },
});
const written = (name: string) => ({ entries: [entry(name)], options: conditions(name) });
const conditions = (name: string) => ({
  preconditions: [{ kind: 'mustNotExist' as const, key: utf8(`${name}:not`) }],
});
const operations = (name: string) => [
  { kind: 'set' as const, ...entry(`${name}:a`) },
  { kind: 'setReference' as const, key: utf8(`${name}:b`), referencedKey: utf8(`${name}:a`) },
  { kind: 'zAdd' as const, set: utf8(`${name}:set`), score: 2, key: utf8(`${name}:a`) },
];
const page = (name: string) => ({ options: { prefix: utf8(name), limit: 7, desc: true } });
const member = (name: string) => ({ ...pair(name), options: { minScore: 1, limit: 9 } });

const PLAIN: readonly Method[] = [
  method('execAll', { ops: operations('execAll'), options: conditions('execAll') }, (c, g) =>
    c.execAll(g.ops, g.options),
  ),
  method('set', { ...entry('set'), options: conditions('set') }, (c, g) => c.set(g.key, g.value, g.options)),
  method('setReference', { ...pair('ref'), options: { atTx: 3n, ...conditions('ref') } }, (c, g) =>
    c.setReference(g.key, g.other, g.options),
  ),
  method('setAll', written('setAll'), (c, g) => c.setAll(g.entries, g.options)),
  method('zAdd', { ...pair('zAdd'), options: { atTx: 4n } }, (c, g) => c.zAdd(g.other, 2, g.key, g.options)),
  method('delete', { keys: [utf8('delete')] }, (c, g) => c.delete(g.keys)),
];

const READS: readonly Method[] = [
  method('get', { ...at('get'), options: { atTx: 2n } }, (c, g) => c.get(g.key, g.options)),
  method('getAll', { keys: [utf8('getAll')] }, (c, g) => c.getAll(g.keys)),
  method('scan', page('scan'), (c, g) => c.scan(g.options)),
  method('scanAll', page('scanAll'), (c, g) => c.scanAll(g.options)),
  method('history', { ...at('history'), options: { limit: 3 } }, (c, g) => c.history(g.key, g.options)),
  method('historyAll', { ...at('historyAll'), options: { limit: 4 } }, (c, g) =>
    c.historyAll(g.key, g.options),
  ),
  method('count', at('count'), (c, g) => c.count(g.key)),
  method('zScan', member('zScan'), (c, g) => c.zScan(g.key, g.options)),
  method('zScanAll', member('zScanAll'), (c, g) => c.zScanAll(g.key, g.options)),
  method('tx', { options: { values: true } }, (c, g) => c.tx(1n, g.options)),
  method('txScan', { options: { initialTx: 5n, limit: 11 } }, (c, g) => c.txScan(g.options)),
  method('txScanAll', { options: { initialTx: 5n, limit: 12 } }, (c, g) => c.txScanAll(g.options)),
  method('createDatabase', { options: { settings: { readTxPoolSize: 77 } } }, (c, g) =>
    c.createDatabase('inputs', g.options),
  ),
  method('unverifiedRpc', { request: { key: utf8('rpc') } }, (c, g) =>
    c.unverifiedRpc('ImmuService', 'get', g.request),
  ),
];

const VERIFIED: readonly Method[] = [
  method('verifiedExecAll', { ops: operations('vExecAll'), options: conditions('vExecAll') }, (c, g) =>
    c.verifiedExecAll(g.ops, g.options),
  ),
  method('verifiedSet', written('vSet'), (c, g) => c.verifiedSet(g.entries, g.options)),
  method('verifiedSetReference', { ...pair('vRef'), options: { atTx: 3n, ...conditions('vRef') } }, (c, g) =>
    c.verifiedSetReference(g.key, g.other, g.options),
  ),
  method('verifiedSet again', written('vSet2'), (c, g) => c.verifiedSet(g.entries, g.options)),
  method('verifiedZAdd', { ...pair('vzAdd'), options: { atTx: 4n } }, (c, g) =>
    c.verifiedZAdd(g.other, 2, g.key, g.options),
  ),
];

const VERIFIED_READS: readonly Method[] = [
  method('verifiedGet', at('vGet'), (c, g) => c.verifiedGet(g.key)),
  method('verifiedGetAll', { keys: [utf8('vGetAll')] }, (c, g) => c.verifiedGetAll(g.keys)),
  method('verifiedHistory', at('vHistory'), (c, g) => c.verifiedHistory(g.key)),
  method('verifiedScan', page('vScan'), (c, g) => c.verifiedScan(g.options)),
  method('verifiedScanAll', page('vScanAll'), (c, g) => c.verifiedScanAll(g.options)),
  method('verifiedZScan', member('vZScan'), (c, g) => c.verifiedZScan(g.key, g.options)),
  method('verifiedZScanAll', member('vZScanAll'), (c, g) => c.verifiedZScanAll(g.key, g.options)),
  method('proofs.merklePath', at('vPath'), (c, g) => c.proofs.merklePath(g.key)),
];

const ADMIN: readonly Method[] = [
  method('createUser', { options: { permission: 'read' as const, database: 'one' } }, ({ admin }, g) =>
    admin.createUser('mary', 'Secret-1234', g.options),
  ),
  method('updateDatabase', { settings: { readTxPoolSize: 55 } }, ({ admin }, g) =>
    admin.updateDatabase('two', g.settings),
  ),
  method('changePassword', { options: { oldPassword: 'Old-12345' } }, ({ admin }, g) =>
    admin.changePassword('mary', 'Secret-12345', g.options),
  ),
  method('grantPermission', { options: { database: 'three' } }, ({ admin }, g) =>
    admin.grantPermission('mary', 'read', g.options),
  ),
  method('truncateDatabase', { options: { retentionMs: 90_000_000 } }, ({ admin }, g) =>
    admin.truncateDatabase('four', g.options),
  ),
  method(
    'grantSqlPrivileges',
    { kinds: ['SELECT' as const], options: { database: 'five' } },
    ({ admin }, g) => admin.grantSqlPrivileges('mary', g.kinds, g.options),
  ),
  method('deleteDatabase', { options: { confirm: 'six' } }, ({ admin }, g) =>
    admin.deleteDatabase('six', g.options),
  ),
  method('revokePermission', { options: { database: 'seven' } }, ({ admin }, g) =>
    admin.revokePermission('mary', 'read', g.options),
  ),
  method('flushIndex', { options: { cleanupPercentage: 12, synced: false } }, ({ admin }, g) =>
    admin.flushIndex(g.options),
  ),
  method(
    'revokeSqlPrivileges',
    { kinds: ['DROP' as const], options: { database: 'eight' } },
    ({ admin }, g) => admin.revokeSqlPrivileges('mary', g.kinds, g.options),
  ),
];

const EXPORTED = { txId: 9n, alh: new Uint8Array(32), content: utf8('content') };
const STREAMS: readonly Method[] = [
  method('importTx', { tx: EXPORTED, options: { waitForIndexing: false } }, ({ admin }, g) =>
    admin.importTx(g.tx as never, g.options),
  ),
  method('exportTxs', { options: { fromTx: 41n, toTx: 42n } }, ({ admin }, g) => admin.exportTxs(g.options)),
  method('streams.setAll', { entries: [entry('s.setAll')] }, ({ streams }, g) => streams.setAll(g.entries)),
  method('streams.execAll', { ops: operations('s.execAll') }, ({ streams }, g) =>
    streams.execAll([g.ops[0], g.ops[2]] as never),
  ),
  method('streams.get', at('s.get'), ({ streams }, g) => streams.get(g.key)),
  method('streams.scan', page('s.scan'), ({ streams }, g) => streams.scan(g.options)),
  method('streams.history', at('s.history'), ({ streams }, g) => streams.history(g.key)),
  method('streams.zScan', at('s.zScan'), ({ streams }, g) => streams.zScan(g.key)),
  method('streams.verifiedSetAll', { entries: [entry('s.vSetAll')] }, ({ streams }, g) =>
    streams.verifiedSetAll(g.entries),
  ),
  method('streams.verifiedGet', at('s.vGet'), ({ streams }, g) => streams.verifiedGet(g.key)),
];

const field = (name: string) => ({ name, type: 'string' as const });
const query = (name: string) => ({ query: { where: { [name]: { eq: 'x' } }, limit: 3 } });
const COLLECTIONS: readonly Method[] = [
  method(
    'createCollection',
    { options: { idField: 'no', fields: [field('f')], indexes: [{ fields: ['f'] }] } },
    ({ documents }, g) => documents.createCollection('made', g.options),
  ),
  method('addField', { field: field('added') }, ({ documents }, g) => documents.addField('c', g.field)),
  method('createIndex', { index: { fields: ['f', 'g'], unique: true } }, ({ documents }, g) =>
    documents.createIndex('c', g.index),
  ),
  method('count documents', query('counted'), ({ documents }, g) => documents.count('c', g.query)),
  method('deleteIndex', { fields: ['f', 'h'] }, ({ documents }, g) => documents.deleteIndex('c', g.fields)),
  method('updateCollection', { options: { idField: 'other' } }, ({ documents }, g) =>
    documents.updateCollection('c', g.options),
  ),
];
const DOCUMENTS: readonly Method[] = [
  method('verifiedInsert', { documents: [{ a: 'verified' }] }, ({ documents }, g) =>
    documents.verifiedInsert('c', g.documents),
  ),
  method('verifiedReplace', { ...query('proven'), to: { b: 2 } }, ({ documents }, g) =>
    documents.verifiedReplace('c', g.query, g.to),
  ),
];
const DOCUMENT_WRITES: readonly Method[] = [
  method('insert', { documents: [{ a: 'insert' }] }, ({ documents }, g) =>
    documents.insert('c', g.documents),
  ),
  method('replace', { ...query('replaced'), to: { b: 1 } }, ({ documents }, g) =>
    documents.replace('c', g.query, g.to),
  ),
  method('delete documents', query('deleted'), ({ documents }, g) => documents.delete('c', g.query)),
];
const DOCUMENT_LISTS: readonly Method[] = [
  method('search', { ...query('sought'), options: { pageSize: 5 } }, ({ documents }, g) =>
    documents.search('c', g.query, g.options),
  ),
  method('audit', { options: { pageSize: 6, desc: true } }, ({ documents }, g) =>
    documents.audit('c', '0'.repeat(32), g.options),
  ),
];

const SCHEMA = {
  table: 't',
  tableId: 1,
  primaryKey: [1],
  columns: [{ id: 1, name: 'id', type: 'BLOB' as const, maxLength: 16, autoIncrement: false, notNull: true }],
};
const SQL: readonly Method[] = [
  method('exec', { parameters: { b: utf8('exec') } }, ({ sql }, g) =>
    sql.exec('INSERT INTO t (id) VALUES (@b)', g.parameters),
  ),
  method('query', { parameters: [utf8('query')], options: { unary: true } }, ({ sql }, g) =>
    sql.query('SELECT id FROM t WHERE id = ?', g.parameters, g.options),
  ),
  method('begin', { options: { mode: 'read-only' as const, unsafeMvcc: true } }, ({ sql }, g) =>
    sql.begin(g.options),
  ),
  method('transaction', { options: { snapshotRenewalPeriodMs: 7 } }, ({ sql }, g) =>
    sql.transaction(() => Promise.resolve(), g.options),
  ),
  method('verifiedRow', { key: [utf8('row')], options: { schema: SCHEMA } }, ({ sql }, g) =>
    sql.verifiedRow('t', g.key, g.options as never),
  ),
];

const ALL = [
  ...[...PLAIN, ...READS, ...VERIFIED, ...VERIFIED_READS],
  ...[...ADMIN, ...STREAMS, ...COLLECTIONS, ...DOCUMENTS, ...DOCUMENT_WRITES, ...DOCUMENT_LISTS, ...SQL],
];

/** All calls in one tick, each with its inputs changed right after it. */
async function atOnce(client: ImmuClient): Promise<void> {
  const results = ALL.map(({ given, call }) => {
    const inputs = inputsOf(given);
    const result = call(client, inputs as never);
    changed(inputs);
    return result;
  });
  await Promise.allSettled(results.map(finished));
}

/** One call after another, with inputs that nobody changes. */
async function inTurn(client: ImmuClient): Promise<Map<string, Sent[]>> {
  const { sent } = recording;
  const by = new Map<string, Sent[]>();
  for (const { name, given, call } of ALL) {
    const before = sent.length;
    await Promise.allSettled([finished(call(client, inputsOf(given) as never))]);
    by.set(name, sent.slice(before));
  }
  return by;
}

/** Lists are begun after all was changed. */
async function finished(result: unknown): Promise<void> {
  if (typeof result === 'object' && result !== null && Symbol.asyncIterator in result)
    for await (const _ of result as AsyncIterable<unknown>);
  else await result;
}

let recording: Awaited<ReturnType<typeof openRecording>>;
const rounds: Sent[][] = [];
let asked: Map<string, Sent[]>;

beforeAll(async () => {
  // The first round loads every topic: it must be the first to do anything.
  for (let round = 0; round < 2; round++) {
    recording = await openRecording();
    await atOnce(recording.client);
    rounds.push(recording.sent);
    await recording.close();
  }
  recording = await openRecording();
  asked = await inTurn(recording.client);
  await recording.close();
});

describe.each([
  ['while its topic is loaded', 0],
  ['when it is there', 1],
])('%s', (_, round) => {
  it.each(ALL.map(({ name }) => name))('%s sends what it was given at the call', (name) => {
    const texts = rounds[round]?.map(({ text }) => text);
    // Of what is sent to prove things, some depends on what was written before.
    const [first] = (asked.get(name) ?? []).filter(({ given }) => given);
    expect(first).toBeDefined();
    expect(texts).toContain(first?.text);
  });

  it.each([
    ['plain writes', PLAIN],
    ['verified writes', VERIFIED],
    ['administration', ADMIN],
    ['collections', COLLECTIONS],
    ['documents', DOCUMENT_WRITES],
    ['documents with proof', DOCUMENTS],
  ])('%s go out in the order of their calls', (_name, methods) => {
    const inOrder = methods.map(({ name }) => asked.get(name)?.find(({ given }) => given)?.text);
    const found = rounds[round]?.map(({ text }) => text).filter((text) => inOrder.includes(text));
    expect([...new Set(found)]).toEqual(inOrder);
  });
});
