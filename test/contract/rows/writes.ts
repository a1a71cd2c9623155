// What may be written, and what is refused. Rows write keys of their own.
import { NO_BYTES, utf8 } from '../../../src/bytes.js';
import type { RequestOf } from '../rpc-backend.js';
import { freshDatabase, group, type Probe, type Row } from './table.js';

const key = utf8;
const pair = (name: string | Uint8Array, value = 'v') => ({
  key: typeof name === 'string' ? key(name) : name,
  value: key(value),
});
const many = (count: number, name: string) =>
  Array.from({ length: count }, (_, index) => pair(`${name}${index}`));
const BEYOND = 1_000_000n;

async function prepare(db: Probe): Promise<Probe> {
  await db.must('set', { KVs: [pair('live'), pair('other'), pair('gone')] });
  await db.must('delete', { keys: [key('gone')] });
  await db.must('set', { KVs: [{ ...pair('past'), metadata: { expiration: { expiresAt: 1n } } }] });
  const metadata = { deleted: true, expiration: { expiresAt: 1n } };
  await db.must('set', {
    KVs: [
      { ...pair('dead'), metadata },
      { ...pair('dead2'), metadata },
    ],
  });
  await db.must('setReference', { key: key('ref'), referencedKey: key('live') });
  return db;
}

const set = (KVs: RequestOf<'set'>['KVs']) => (db: Probe) =>
  db.ask('set', { KVs: KVs! }, ({ nentries }) => nentries);
const remove =
  (keys: Uint8Array[], more = {}) =>
  (db: Probe) =>
    db.ask('delete', { keys, ...more });
const refer =
  (name: string, to: string, more = {}) =>
  (db: Probe) =>
    db.ask('setReference', { key: key(name), referencedKey: key(to), ...more });
const zAdd =
  (name: string, of: string, more = {}) =>
  (db: Probe) =>
    db.ask('zAdd', { set: key(name), score: 1, key: key(of), ...more });

const KEYS: readonly Row<Probe>[] = [
  ['Set', set([pair('a'), pair('b')]), '2'],
  ['Set of nothing', set([]), 'UNKNOWN | no entries provided'],
  ['Set of the empty key', set([pair('')]), 'INVALID_ARGUMENT | illegal arguments'],
  ['Set of an empty value', set([pair('empty', '')]), '1'],
  ['Set of a key of 1023 bytes', set([pair(new Uint8Array(1023))]), '1'],
  ['Set of a key of 1024 bytes', set([pair(new Uint8Array(1024))]), 'UNKNOWN | max key length exceeded'],
  [
    'Set of a key twice',
    set([pair('twice'), pair('twice')]),
    'INVALID_ARGUMENT | duplicated keys are not supported in single batch transaction',
  ],
  ['Set of 1024 keys', set(many(1024, 'm')), '1024'],
  ['Set of 1025 keys', set(many(1025, 'n')), 'UNKNOWN | max number of entries per tx exceeded'],
  ['Set over a reference', set([pair('ref')]), '1'],
  ['Set of a key deleted from the start', set([{ ...pair('tomb'), metadata: { deleted: true } }]), '1'],
  [
    'VerifiableSet without a request',
    (db) => db.ask('verifiableSet', {}),
    'INVALID_ARGUMENT | illegal arguments',
  ],
  [
    'VerifiableSet proven since beyond',
    (db) => db.ask('verifiableSet', { setRequest: { KVs: [pair('late')] }, proveSinceTx: BEYOND }),
    'INVALID_ARGUMENT | illegal state',
  ],
  ['which wrote nothing', (db) => db.ask('get', { key: key('late') }), 'UNKNOWN | tbtree: key not found'],
  ['Delete', remove([key('a')]), 'ok'],
  ['Delete of nothing', remove([]), 'UNKNOWN | no entries provided'],
  ['Delete of the empty key', remove([NO_BYTES]), 'INVALID_ARGUMENT | illegal arguments'],
  ['Delete of a key never set', remove([key('never')]), 'UNKNOWN | tbtree: key not found'],
  ['Delete of a deleted key', remove([key('gone')]), 'UNKNOWN | tbtree: key not found'],
  ['Delete of an expired key', remove([key('past')]), 'UNKNOWN | tbtree: key not found: expired entry'],
  ['Delete of a key too long', remove([new Uint8Array(1024)]), 'UNKNOWN | tbtree: key not found'],
  ['Delete of a key twice', remove([key('b'), key('b')]), 'UNKNOWN | tbtree: key not found'],
  ['Delete sinceTx beyond', remove([key('live')], { sinceTx: BEYOND }), 'UNKNOWN | tx not found'],
];

const REFERENCES: readonly Row<Probe>[] = [
  ['SetReference', refer('r1', 'live'), 'ok'],
  ['SetReference again, to another', refer('r1', 'other'), 'ok'],
  ['SetReference bound', refer('r2', 'live', { atTx: 1n, boundRef: true }), 'ok'],
  [
    'SetReference bound to a transaction without the key',
    refer('r3', 'live', { atTx: 2n, boundRef: true }),
    'UNKNOWN | tbtree: key not found',
  ],
  [
    'SetReference bound to a transaction beyond',
    refer('r3', 'live', { atTx: BEYOND, boundRef: true }),
    'UNKNOWN | tx not found',
  ],
  [
    'SetReference bound to nothing',
    refer('r3', 'live', { boundRef: true }),
    'INVALID_ARGUMENT | illegal arguments',
  ],
  ['SetReference atTx, not bound', refer('r3', 'live', { atTx: 1n }), 'INVALID_ARGUMENT | illegal arguments'],
  ['SetReference to a reference', refer('r3', 'r1'), 'UNKNOWN | referenced key cannot be a reference'],
  [
    'SetReference over a value',
    refer('live', 'other'),
    'UNKNOWN | final key cannot be converted into a reference',
  ],
  ['SetReference over a deleted key', refer('gone', 'live'), 'ok'],
  [
    'SetReference over an expired key',
    refer('past', 'live'),
    'UNKNOWN | tbtree: key not found: expired entry',
  ],
  ['SetReference to a key never set', refer('r3', 'never'), 'UNKNOWN | tbtree: key not found'],
  ['SetReference to an expired key', refer('r3', 'past'), 'UNKNOWN | tbtree: key not found: expired entry'],
  ['SetReference from the empty key', refer('', 'live'), 'INVALID_ARGUMENT | illegal arguments'],
  ['SetReference to the empty key', refer('r3', ''), 'INVALID_ARGUMENT | illegal arguments'],
  [
    'VerifiableSetReference without a request',
    (db) => db.ask('verifiableSetReference', {}),
    'INVALID_ARGUMENT | illegal arguments',
  ],
  [
    'VerifiableSetReference proven since beyond',
    (db) =>
      db.ask('verifiableSetReference', {
        referenceRequest: { key: key('r3'), referencedKey: key('live') },
        proveSinceTx: BEYOND,
      }),
    'INVALID_ARGUMENT | illegal arguments',
  ],
  ['ZAdd', zAdd('z', 'live'), 'ok'],
  ['ZAdd bound', zAdd('z', 'live', { atTx: 1n, boundRef: true }), 'ok'],
  ['ZAdd bound to nothing', zAdd('z', 'live', { boundRef: true }), 'INVALID_ARGUMENT | illegal arguments'],
  ['ZAdd atTx, not bound', zAdd('z', 'live', { atTx: 1n }), 'INVALID_ARGUMENT | illegal arguments'],
  ['ZAdd of a key never set', zAdd('z', 'never'), 'UNKNOWN | tbtree: key not found'],
  ['ZAdd of a reference', zAdd('z', 'r1'), 'UNKNOWN | referenced key cannot be a reference'],
  ['ZAdd of the empty key', zAdd('z', ''), 'INVALID_ARGUMENT | illegal arguments'],
  ['ZAdd to no set', zAdd('', 'live'), 'INVALID_ARGUMENT | illegal arguments'],
  [
    'ZAdd as long as there may be',
    (db) => db.ask('zAdd', { set: new Uint8Array(986), score: 1, key: key('live') }),
    'ok',
  ],
  [
    'ZAdd longer',
    (db) => db.ask('zAdd', { set: new Uint8Array(987), score: 1, key: key('live') }),
    'UNKNOWN | max key length exceeded',
  ],
  [
    'VerifiableZAdd without a request',
    (db) => db.ask('verifiableZAdd', {}),
    'INVALID_ARGUMENT | illegal arguments',
  ],
  [
    'VerifiableZAdd proven since beyond',
    (db) =>
      db.ask('verifiableZAdd', {
        zAddRequest: { set: key('z'), score: 1, key: key('live') },
        proveSinceTx: BEYOND,
      }),
    'INVALID_ARGUMENT | illegal arguments',
  ],
];

type Op = NonNullable<RequestOf<'execAll'>['Operations']>[number];
const kv = (name: string): Op => ({ operation: { $case: 'kv', value: pair(name) } });
const ref = (name: string, to: string, more = {}): Op => ({
  operation: { $case: 'ref', value: { key: key(name), referencedKey: key(to), ...more } },
});
const z = (name: string, of: string, more = {}): Op => ({
  operation: { $case: 'zAdd', value: { set: key(name), score: 1, key: key(of), ...more } },
});
const exec =
  (Operations: Op[], more = {}) =>
  (db: Probe) =>
    db.ask('execAll', { Operations, ...more });
const bound = { boundRef: true };
const noWait = { noWait: true };

const LISTS: readonly Row<Probe>[] = [
  ['ExecAll', exec([kv('e1'), ref('e2', 'e1', bound), z('ez', 'e1', bound), z('ez', 'live')]), 'ok'],
  ['ExecAll of nothing', exec([]), 'INVALID_ARGUMENT | empty set'],
  ['ExecAll with an operation unset', exec([kv('e3'), {}]), 'INVALID_ARGUMENT | operation is not set'],
  [
    'ExecAll with a key twice',
    exec([kv('e3'), kv('e3')]),
    "INVALID_ARGUMENT | rpc error: code = InvalidArgument desc = duplicated keys are not supported in single batch transaction: key/reference 'e3'",
  ],
  [
    'ExecAll with a key and a reference of that name',
    exec([kv('e3'), ref('e3', 'live')]),
    "INVALID_ARGUMENT | rpc error: code = InvalidArgument desc = duplicated keys are not supported in single batch transaction: key/reference 'e3'",
  ],
  [
    'ExecAll with an entry of a set twice',
    exec([z('ez', 'live'), z('ez', 'live')]),
    'INVALID_ARGUMENT | duplicated index inside zAdd insertions are not supported in single batch transaction',
  ],
  ['ExecAll with the empty key', exec([kv('')]), 'INVALID_ARGUMENT | illegal arguments'],
  [
    'ExecAll with a reference to a key never set',
    exec([ref('e3', 'never')]),
    'UNKNOWN | tbtree: key not found',
  ],
  [
    'ExecAll with a reference to a reference',
    exec([ref('e3', 'r1')]),
    'UNKNOWN | referenced key cannot be a reference',
  ],
  [
    'ExecAll with a reference over a value',
    exec([ref('live', 'other')]),
    'UNKNOWN | final key cannot be converted into a reference',
  ],
  [
    'ExecAll with a reference atTx, not bound',
    exec([ref('e3', 'live', { atTx: 1n })]),
    'INVALID_ARGUMENT | illegal arguments',
  ],
  [
    'ExecAll with a reference to a key of a later operation',
    exec([ref('e3', 'e4'), kv('e4')]),
    'UNKNOWN | tbtree: key not found',
  ],
  [
    'ExecAll with an entry of a set, of a key never set',
    exec([z('ez', 'never')]),
    'UNKNOWN | tbtree: key not found',
  ],
  ['ExecAll without waiting', exec([kv('e5'), ref('e6', 'e5', bound)], noWait), 'ok'],
  ['which makes a value a reference', exec([kv('e7'), ref('other', 'e7', bound)], noWait), 'ok'],
  [
    'ExecAll without waiting, to a key outside',
    exec([ref('e8', 'live', bound)], noWait),
    'UNKNOWN | no wait operation must be self-contained: illegal arguments: can not create a reference to a key that was not set in the same transaction',
  ],
  [
    'ExecAll without waiting, of a set to a key outside',
    exec([z('ez', 'live', bound)], noWait),
    'UNKNOWN | no wait operation must be self-contained: illegal arguments: can not create a reference into a set for a key that was not set in the same transaction',
  ],
  [
    'ExecAll without waiting, not bound',
    exec([kv('e8'), ref('e9', 'e8')], noWait),
    'UNKNOWN | no wait operation must be self-contained: illegal arguments: can only set references to keys added within same transaction, please use bound references with AtTx set to 0',
  ],
  [
    'Get of a key deleted and expired',
    (db) => db.ask('get', { key: key('dead') }),
    'UNKNOWN | tbtree: key not found: expired entry',
  ],
  [
    'SetReference over a key deleted and expired',
    refer('dead', 'live'),
    'UNKNOWN | tbtree: key not found: expired entry',
  ],
  [
    'ExecAll with a reference over an expired key',
    exec([ref('past', 'live')]),
    'UNKNOWN | tbtree: key not found: expired entry',
  ],
  ['ExecAll with a reference over a key deleted and expired', exec([ref('dead', 'live')]), 'ok'],
  [
    'ExecAll with a reference to a key deleted and expired',
    exec([ref('e10', 'dead2')]),
    'UNKNOWN | tbtree: key not found',
  ],
  [
    'ExecAll of 1025 operations',
    exec(many(1025, 'o').map(({ key: of }) => ({ operation: { $case: 'kv', value: { key: of } } }))),
    'UNKNOWN | max number of entries per tx exceeded',
  ],
];

/** All of it. */
export const WRITES = group<Probe>({
  name: 'writes',
  prepare: async (backend) => prepare(await freshDatabase(backend, 'writes')),
  rows: [...KEYS, ...REFERENCES, ...LISTS],
});
