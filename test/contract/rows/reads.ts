// What is read, and what there is not to read.
import { NO_BYTES, fromUtf8, utf8 } from '../../../src/bytes.js';
import type { Entry } from '../../../src/wire/immudb/schema/kv.js';
import { freshDatabase, group, type Probe, type Row } from './table.js';

const key = utf8;
const text = (bytes: Uint8Array) => fromUtf8(bytes) ?? '?';
/** `live=v2@2 r2`: key, value, transaction and revision. */
const brief = (entry: Entry | undefined) =>
  entry &&
  `${text(entry.key)}=${text(entry.value)}@${entry.tx} r${entry.revision}` +
    (entry.referencedBy ? ` by ${text(entry.referencedBy.key)}@${entry.referencedBy.tx}` : '') +
    (entry.metadata?.deleted ? ' deleted' : '') +
    (entry.expired ? ' expired' : '');
const briefs = ({ entries }: { entries: readonly Entry[] }) => entries.map(brief).join(', ');

/** Nothing is committed after this: transactions are 1 to 13. */
async function prepare(db: Probe): Promise<Probe> {
  const set = (name: string, value: string, metadata = {}) =>
    db.must('set', { KVs: [{ key: key(name), value: key(value), metadata }] });
  await set('live', 'v1');
  await set('live', 'v2');
  await set('future', 'f', { expiration: { expiresAt: 4_000_000_000n } });
  await set('past', 'p', { expiration: { expiresAt: 1n } });
  await set('hidden', 'h', { nonIndexable: true });
  await set('gone', 'g');
  await db.must('delete', { keys: [key('gone')] });
  await set('tomb', 'readable', { deleted: true });
  await db.must('setReference', { key: key('ref'), referencedKey: key('live') });
  await set('gone', 'again');
  await db.must('zAdd', { set: key('zset'), score: 1, key: key('live') });
  await db.must('zAdd', { set: key('zset'), score: -1, key: key('gone') });
  await db.must('zAdd', { set: key('zset'), score: 0, key: key('future') });
  return db;
}

const HEAD = 13n;
const BEYOND = 14n;
const get = (request: object) => (db: Probe) => db.ask('get', request, brief);
const proven = (request: object) => (db: Probe) =>
  db.ask('verifiableGet', request, ({ entry }) => brief(entry));
const history = (request: object) => (db: Probe) => db.ask('history', request, briefs);
const scan = (request: object) => (db: Probe) => db.ask('scan', request, briefs);
const getAll =
  (keys: string[], more = {}) =>
  (db: Probe) =>
    db.ask('getAll', { keys: keys.map(key), ...more }, briefs);

const SINGLE: readonly Row<Probe>[] = [
  ['Get', get({ key: key('live') }), '"live=v2@2 r2"'],
  ['Get of a key never set', get({ key: key('never') }), 'UNKNOWN | tbtree: key not found'],
  ['Get of the empty key', get({}), 'UNKNOWN | illegal arguments: empty key'],
  ['Get of an expired key', get({ key: key('past') }), 'UNKNOWN | tbtree: key not found: expired entry'],
  ['Get of a key that will expire', get({ key: key('future') }), '"future=f@3 r1"'],
  ['Get of a key not indexed', get({ key: key('hidden') }), 'UNKNOWN | tbtree: key not found'],
  [
    'Get of a key not indexed, where it was written',
    get({ key: key('hidden'), atTx: 5n }),
    '"hidden=h@5 r0"',
  ],
  ['Get of a key set as deleted', get({ key: key('tomb') }), 'UNKNOWN | tbtree: key not found'],
  [
    'Get of a key set as deleted, where it was',
    get({ key: key('tomb'), atTx: 8n }),
    'UNKNOWN | tbtree: key not found',
  ],
  ['Get of a deleted key set again', get({ key: key('gone') }), '"gone=again@10 r3"'],
  [
    'Get of a deleted key, where it was deleted',
    get({ key: key('gone'), atTx: 7n }),
    'UNKNOWN | tbtree: key not found',
  ],
  [
    'Get of an expired key, where it was written',
    get({ key: key('past'), atTx: 4n }),
    'UNKNOWN | tbtree: key not found: expired entry',
  ],
  ['Get of a reference', get({ key: key('ref') }), '"live=v2@2 r2 by ref@9"'],
  ['Get atTx', get({ key: key('live'), atTx: 1n }), '"live=v1@1 r0"'],
  ['Get atTx without that key', get({ key: key('live'), atTx: 3n }), 'UNKNOWN | tbtree: key not found'],
  ['Get atTx beyond', get({ key: key('live'), atTx: BEYOND }), 'UNKNOWN | tx not found'],
  [
    'Get atTx with sinceTx',
    get({ key: key('live'), atTx: 1n, sinceTx: 1n }),
    'UNKNOWN | illegal arguments: SinceTx should not be specified when AtTx is used',
  ],
  [
    'Get atTx with atRevision',
    get({ key: key('live'), atTx: 1n, atRevision: 1n }),
    'UNKNOWN | illegal arguments: AtRevision should not be specified when AtTx is used',
  ],
  ['Get atRevision 1', get({ key: key('live'), atRevision: 1n }), '"live=v1@1 r1"'],
  ['Get atRevision -1', get({ key: key('live'), atRevision: -1n }), '"live=v1@1 r1"'],
  [
    'Get atRevision 3 of 2',
    get({ key: key('live'), atRevision: 3n }),
    'UNKNOWN | invalid key revision number',
  ],
  [
    'Get atRevision -2 of 2',
    get({ key: key('live'), atRevision: -2n }),
    'UNKNOWN | invalid key revision number',
  ],
  [
    'Get atRevision that is a delete',
    get({ key: key('gone'), atRevision: 2n }),
    'UNKNOWN | tbtree: key not found',
  ],
  [
    'Get atRevision of a key never set',
    get({ key: key('never'), atRevision: 1n }),
    'UNKNOWN | tbtree: key not found',
  ],
  ['Get sinceTx at the head', get({ key: key('live'), sinceTx: HEAD }), '"live=v2@2 r2"'],
  [
    'Get sinceTx beyond',
    get({ key: key('live'), sinceTx: BEYOND }),
    'UNKNOWN | illegal arguments: SinceTx must not be greater than the current transaction ID',
  ],
  [
    'Get sinceTx beyond, without waiting',
    get({ key: key('live'), sinceTx: BEYOND, noWait: true }),
    'UNKNOWN | illegal arguments: SinceTx must not be greater than the current transaction ID',
  ],
  ['VerifiableGet', proven({ keyRequest: { key: key('live') } }), '"live=v2@2 r2"'],
  ['VerifiableGet without a request', proven({}), 'UNKNOWN | illegal arguments: empty request'],
  [
    'VerifiableGet of a key never set',
    proven({ keyRequest: { key: key('never') } }),
    'UNKNOWN | tbtree: key not found',
  ],
  [
    'VerifiableGet of an expired key',
    proven({ keyRequest: { key: key('past') } }),
    'UNKNOWN | tbtree: key not found: expired entry',
  ],
  [
    'VerifiableGet of a key set as deleted',
    proven({ keyRequest: { key: key('tomb') } }),
    'UNKNOWN | tbtree: key not found',
  ],
  [
    'VerifiableGet of a key not indexed',
    proven({ keyRequest: { key: key('hidden'), atTx: 5n } }),
    '"hidden=h@5 r0"',
  ],
  [
    'VerifiableGet atRevision',
    proven({ keyRequest: { key: key('live'), atRevision: 1n } }),
    '"live=v1@1 r1"',
  ],
  [
    'VerifiableGet of a reference',
    proven({ keyRequest: { key: key('ref') }, proveSinceTx: 1n }),
    '"live=v2@2 r2 by ref@9"',
  ],
  [
    'VerifiableGet proven since beyond',
    proven({ keyRequest: { key: key('live') }, proveSinceTx: BEYOND }),
    'INVALID_ARGUMENT | illegal state',
  ],
  [
    'the same of a key never set',
    proven({ keyRequest: { key: key('never') }, proveSinceTx: BEYOND }),
    'INVALID_ARGUMENT | illegal state',
  ],
];

const SEVERAL: readonly Row<Probe>[] = [
  ['History', history({ key: key('gone') }), '"gone=g@6 r1, gone=@7 r2 deleted, gone=again@10 r3"'],
  [
    'History from the newest',
    history({ key: key('gone'), desc: true, offset: 1n, limit: 2 }),
    '"gone=@7 r2 deleted, gone=g@6 r1"',
  ],
  ['History of an expired key', history({ key: key('past') }), '"past=@4 r1 expired"'],
  ['History of a key set as deleted', history({ key: key('tomb') }), '"tomb=readable@8 r1 deleted"'],
  ['History of a key not indexed', history({ key: key('hidden') }), 'UNKNOWN | tbtree: key not found'],
  ['History of a key never set', history({ key: key('never') }), 'UNKNOWN | tbtree: key not found'],
  ['History of the empty key', history({}), 'UNKNOWN | tbtree: key not found'],
  [
    'History from its very end',
    history({ key: key('live'), offset: 2n }),
    'UNKNOWN | tbtree: no more entries',
  ],
  ['History from beyond its end', history({ key: key('live'), offset: 3n }), '""'],
  ['History with limit -1', history({ key: key('live'), limit: -1 }), 'UNKNOWN | tbtree: illegal arguments'],
  [
    'History with limit 2501',
    history({ key: key('live'), limit: 2501 }),
    'UNKNOWN | result size limit exceeded: the specified limit (2501) is larger than the maximum allowed one (2500)',
  ],
  [
    'History sinceTx beyond',
    history({ key: key('live'), sinceTx: BEYOND }),
    'INVALID_ARGUMENT | illegal arguments',
  ],
  [
    'GetAll',
    getAll(['ref', 'live', 'never', 'past', 'tomb', 'hidden', 'gone', 'live', '']),
    '"live=v2@2 r2 by ref@9, live=v2@2 r2, gone=again@10 r3, live=v2@2 r2"',
  ],
  ['GetAll of nothing', getAll([]), '""'],
  ['GetAll of 2501 keys', getAll(Array.from({ length: 2501 }, (_, index) => `k${index}`)), '""'],
  ['GetAll sinceTx beyond', getAll(['live'], { sinceTx: BEYOND }), 'INVALID_ARGUMENT | illegal arguments'],
  ['Scan', scan({}), '"future=f@3 r1, gone=again@10 r3, live=v2@2 r2, live=v2@2 r2 by ref@9"'],
  ['Scan by prefix', scan({ prefix: key('g') }), '"gone=again@10 r3"'],
  ['Scan from a key that is there', scan({ seekKey: key('gone') }), '"live=v2@2 r2, live=v2@2 r2 by ref@9"'],
  [
    'Scan from it inclusively, to another',
    scan({ seekKey: key('gone'), inclusiveSeek: true, endKey: key('ref') }),
    '"gone=again@10 r3, live=v2@2 r2"',
  ],
  [
    'Scan to it inclusively, downwards',
    scan({ desc: true, endKey: key('live'), inclusiveEnd: true }),
    '"live=v2@2 r2 by ref@9, live=v2@2 r2"',
  ],
  ['Scan with limit and offset', scan({ limit: 1n, offset: 1n }), '"gone=again@10 r3"'],
  [
    'Scan with limit 2501',
    scan({ limit: 2501n }),
    'UNKNOWN | result size limit exceeded: the specified limit (2501) is larger than the maximum allowed one (2500)',
  ],
  [
    'Scan with a prefix too long',
    scan({ prefix: new Uint8Array(1024) }),
    'UNKNOWN | tbtree: illegal arguments',
  ],
  ['Scan sinceTx beyond', scan({ sinceTx: BEYOND }), 'INVALID_ARGUMENT | illegal arguments'],
  [
    'ZScan',
    (db) => db.ask('zScan', { set: key('zset') }, ({ entries }) => entries.map((entry) => entry.score)),
    '[0, 1, -1]',
  ],
  [
    'ZScan downwards',
    (db) =>
      db.ask('zScan', { set: key('zset'), desc: true }, ({ entries }) => entries.map((entry) => entry.score)),
    '[1, 0]',
  ],
  [
    'ZScan with a least score',
    (db) => db.ask('zScan', { set: key('zset'), minScore: { score: -2 } }, ({ entries }) => entries.length),
    '0',
  ],
  ['ZScan of no set', (db) => db.ask('zScan', { set: NO_BYTES }), 'INVALID_ARGUMENT | illegal arguments'],
  [
    'ZScan of a set that is not there',
    (db) => db.ask('zScan', { set: key('none') }, ({ entries }) => entries.length),
    '0',
  ],
  [
    'ZScan with limit 2501',
    (db) => db.ask('zScan', { set: key('zset'), limit: 2501n }),
    'UNKNOWN | result size limit exceeded: the specified limit (2501) is larger than the maximum allowed one (2500)',
  ],
  [
    'ZScan sinceTx beyond',
    (db) => db.ask('zScan', { set: key('zset'), sinceTx: BEYOND }),
    'INVALID_ARGUMENT | illegal arguments',
  ],
  ['Count', (db) => db.ask('count', { prefix: key('t') }, ({ count }) => count), '1n'],
  ['CountAll, the dead among them', (db) => db.ask('countAll', {}, ({ count }) => count), '6n'],
];

const txById = (request: object) => (db: Probe) => db.ask('txById', request, ({ header }) => header?.id);
const provenTx = (request: object) => (db: Probe) =>
  db.ask('verifiableTxById', request, ({ tx }) => tx?.header?.id);
const txScan = (request: object) => (db: Probe) =>
  db.ask('txScan', request, ({ txs }) => txs.map(({ header }) => header?.id));

const TRANSACTIONS: readonly Row<Probe>[] = [
  ['TxById', txById({ tx: HEAD }), '13n'],
  ['TxById 0', txById({}), 'INVALID_ARGUMENT | illegal arguments'],
  ['TxById beyond', txById({ tx: BEYOND }), 'UNKNOWN | tx not found'],
  ['TxById sinceTx beyond', txById({ tx: 1n, sinceTx: BEYOND }), 'INVALID_ARGUMENT | illegal arguments'],
  [
    'TxById sinceTx beyond, unresolved',
    txById({ tx: 1n, sinceTx: BEYOND, keepReferencesUnresolved: true }),
    '1n',
  ],
  ['VerifiableTxById', provenTx({ tx: HEAD, proveSinceTx: 1n }), '13n'],
  ['VerifiableTxById 0', provenTx({}), 'INVALID_ARGUMENT | illegal arguments'],
  ['VerifiableTxById beyond', provenTx({ tx: BEYOND }), 'UNKNOWN | tx not found'],
  [
    'VerifiableTxById proven since beyond',
    provenTx({ tx: 1n, proveSinceTx: BEYOND }),
    'UNKNOWN | illegal state: latest txID=13 is lower than specified as initial tx=14',
  ],
  ['TxScan', txScan({ initialTx: 12n }), '[12n, 13n]'],
  ['TxScan downwards', txScan({ initialTx: 2n, desc: true }), '[2n, 1n]'],
  ['TxScan from 0', txScan({}), 'INVALID_ARGUMENT | illegal arguments'],
  ['TxScan from beyond', txScan({ initialTx: BEYOND }), '[]'],
  ['TxScan from beyond, downwards', txScan({ initialTx: BEYOND, desc: true }), '[]'],
  [
    'TxScan with limit 2501',
    txScan({ initialTx: 1n, limit: 2501 }),
    'UNKNOWN | result size limit exceeded: the specified limit (2501) is larger than the maximum allowed one (2500)',
  ],
  [
    'TxScan sinceTx beyond',
    txScan({ initialTx: 1n, sinceTx: BEYOND }),
    'INVALID_ARGUMENT | illegal arguments',
  ],
  [
    'CurrentState',
    (db) =>
      db.ask('currentState', {}, ({ db: name, txId, precommittedTxId }) => ({
        name,
        txId,
        precommittedTxId,
      })),
    '{ name: "reads", txId: 13n, precommittedTxId: 13n }',
  ],
];

/** All of it. */
export const READS = group<Probe>({
  name: 'reads',
  prepare: async (backend) => prepare(await freshDatabase(backend, 'reads')),
  rows: [...SINGLE, ...SEVERAL, ...TRANSACTIONS],
});
