// Preconditions: every kind on every state of a key, and malformed ones.
import { NO_BYTES, utf8 } from '../../../src/bytes.js';
import type { RequestOf } from '../rpc-backend.js';
import { freshDatabase, group, type Probe, type Row } from './table.js';

type Condition = NonNullable<RequestOf<'set'>['preconditions']>[number];

const bytes = (key: string | Uint8Array) => (typeof key === 'string' ? utf8(key) : key);
const mustExist = (key: string | Uint8Array): Condition => ({
  precondition: { $case: 'keyMustExist', value: { key: bytes(key) } },
});
const mustNotExist = (key: string | Uint8Array): Condition => ({
  precondition: { $case: 'keyMustNotExist', value: { key: bytes(key) } },
});
const notModifiedAfter = (key: string | Uint8Array, txID: bigint): Condition => ({
  precondition: { $case: 'keyNotModifiedAfterTX', value: { key: bytes(key), txID } },
});

/** Every key is written in transaction 2 or later. */
async function prepare(db: Probe): Promise<Probe> {
  const set = (name: string, metadata = {}) =>
    db.must('set', { KVs: [{ key: utf8(name), value: utf8('v'), metadata }] });
  await set('first');
  await set('live');
  await set('future', { expiration: { expiresAt: 4_000_000_000n } });
  await set('expired', { expiration: { expiresAt: 1n } });
  await set('hidden', { nonIndexable: true });
  await set('tombstone', { deleted: true });
  await set('deleted');
  await db.must('delete', { keys: [utf8('deleted')] });
  await db.must('setReference', { key: utf8('reference'), referencedKey: utf8('live') });
  return db;
}

let rows = 0;
/** Writes a key of its own on conditions. @param key to write instead */
function write(preconditions: Condition[], key = `w${rows++}`) {
  const KVs = [{ key: utf8(key), value: utf8('v') }];
  return (db: Probe) => db.ask('verifiableSet', { setRequest: { KVs, preconditions } });
}

const OK = 'ok';
const failed = (kind: string) => `FAILED_PRECONDITION 23000 | precondition failed: ${kind}`;
const [NOT_EXIST, EXIST, MODIFIED] = ['KeyMustNotExist', 'KeyMustExist', 'KeyNotModifiedAfterTxID'].map(
  failed,
);

/** What becomes of MustNotExist, MustExist, NotModifiedAfter a transaction before the key's last, and one far beyond. */
const STATES: readonly (readonly [state: string, answers: readonly (string | undefined)[]])[] = [
  ['never set', [OK, EXIST, OK, OK]],
  ['live', [NOT_EXIST, OK, MODIFIED, OK]],
  ['reference', [NOT_EXIST, OK, MODIFIED, OK]],
  ['future', [NOT_EXIST, OK, MODIFIED, OK]],
  ['deleted', [OK, EXIST, MODIFIED, OK]],
  ['tombstone', [OK, EXIST, MODIFIED, OK]],
  ['expired', [OK, EXIST, MODIFIED, OK]],
  ['hidden', [OK, EXIST, OK, OK]],
];

const MATRIX = STATES.flatMap(([state, answers]): Row<Probe>[] => {
  const conditions = [
    mustNotExist(state),
    mustExist(state),
    notModifiedAfter(state, 1n),
    notModifiedAfter(state, 1_000_000n),
  ];
  const names = ['must not exist', 'must exist', 'not modified after tx 1', 'not modified after a tx beyond'];
  return conditions.map((condition, index) => [
    `a key ${state}: ${names[index]!}`,
    write([condition]),
    answers[index]!,
  ]);
});

const LISTS: readonly Row<Probe>[] = [
  ['a key written by the same transaction: must not exist', write([mustNotExist('own')], 'own'), 'ok'],
  [
    'a key written by the same transaction: must exist',
    write([mustExist('own2')], 'own2'),
    'FAILED_PRECONDITION 23000 | precondition failed: KeyMustExist',
  ],
  [
    'the first that fails is told',
    write([mustExist('live'), mustNotExist('live'), mustExist('x')]),
    'FAILED_PRECONDITION 23000 | precondition failed: KeyMustNotExist',
  ],
  ['one twice', write([mustExist('live'), mustExist('live')]), 'ok'],
  ['1024 of them', write(Array.from({ length: 1024 }, () => mustExist('live'))), 'ok'],
  [
    '1025 of them',
    write(Array.from({ length: 1025 }, () => mustExist('live'))),
    'UNKNOWN | invalid precondition: too many preconditions',
  ],
  [
    'after transaction 0',
    write([notModifiedAfter('live', 0n)]),
    'UNKNOWN | invalid precondition: invalid precondition: invalid transaction ID',
  ],
  ['of the empty key: must exist', write([mustExist(NO_BYTES)]), 'UNKNOWN | invalid precondition: null key'],
  [
    'of the empty key: must not exist',
    write([mustNotExist(NO_BYTES)]),
    'UNKNOWN | invalid precondition: null key',
  ],
  [
    'of the empty key: not modified',
    write([notModifiedAfter(NO_BYTES, 1n)]),
    'UNKNOWN | invalid precondition: null key',
  ],
  [
    'of a key too long',
    write([mustExist(new Uint8Array(1024))]),
    'UNKNOWN | invalid precondition: invalid precondition: max key length exceeded',
  ],
  ['unset', write([{}]), 'UNKNOWN | invalid precondition: null'],
  [
    'malformed after one that fails',
    write([mustNotExist('live'), notModifiedAfter('live', 0n)]),
    'UNKNOWN | invalid precondition: invalid precondition: invalid transaction ID',
  ],
  [
    'without a key to write',
    (db) => db.ask('set', { preconditions: [mustNotExist('live')] }),
    'UNKNOWN | no entries provided',
  ],
  [
    'of Set',
    (db) => db.ask('set', { KVs: [{ key: utf8('s') }], preconditions: [mustNotExist('live')] }),
    'FAILED_PRECONDITION 23000 | precondition failed: KeyMustNotExist',
  ],
  [
    'of Set without waiting',
    (db) => db.ask('set', { KVs: [{ key: utf8('s') }], noWait: true, preconditions: [mustNotExist('live')] }),
    'FAILED_PRECONDITION 23000 | precondition failed: KeyMustNotExist',
  ],
  [
    'of SetReference',
    (db) =>
      db.ask('setReference', {
        key: utf8('r'),
        referencedKey: utf8('live'),
        preconditions: [mustExist('nothing')],
      }),
    'FAILED_PRECONDITION 23000 | precondition failed: KeyMustExist',
  ],
  [
    'of SetReference, malformed',
    (db) => db.ask('setReference', { key: utf8('r'), referencedKey: utf8('live'), preconditions: [{}] }),
    'UNKNOWN | invalid precondition: null',
  ],
  [
    'of ExecAll',
    (db) =>
      db.ask('execAll', {
        Operations: [{ operation: { $case: 'kv', value: { key: utf8('e') } } }],
        preconditions: [notModifiedAfter('live', 1n)],
      }),
    'FAILED_PRECONDITION 23000 | precondition failed: KeyNotModifiedAfterTxID',
  ],
  [
    'nothing of all this was written',
    (db) => db.ask('getAll', { keys: ['own2', 's', 'r', 'e'].map(utf8) }, ({ entries }) => entries.length),
    '0',
  ],
];

/** All of it. */
export const PRECONDITIONS = group<Probe>({
  name: 'preconditions',
  prepare: async (backend) => prepare(await freshDatabase(backend, 'preconditions')),
  rows: [...MATRIX, ...LISTS],
});
