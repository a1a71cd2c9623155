// Writes and reads by stream, and what is refused.
import { NO_BYTES, u64be, utf8 } from '../../../src/bytes.js';
import { ZAddRequest } from '../../../src/wire/immudb/schema/sorted-set.js';
import { cut, frames, payloadsOf } from '../frames.js';
import type { MessageOf } from '../rpc-backend.js';
import { freshDatabase, group, type Probe, type Row } from './table.js';

const CHUNK = 64 * 1024;
const TOO_LONG = new Uint8Array(2 ** 25).fill(0x76);
const LONGEST = TOO_LONG.subarray(1);
const BEYOND = 1_000_000n;

async function prepare(db: Probe): Promise<Probe> {
  await db.must('set', { KVs: [{ key: utf8('live'), value: utf8('v') }, { key: utf8('empty') }] });
  return db;
}

/** Chunks as a client sends them. */
function chunks(payloads: readonly Uint8Array[], length = CHUNK) {
  const bytes = frames(payloads);
  return cut(bytes, new Array<number>(Math.ceil(bytes.length / length)).fill(length));
}

const nentries = ([header]: readonly MessageOf<'streamSet'>[]) => header?.nentries;
const set = (payloads: readonly Uint8Array[], length?: number) => (db: Probe) =>
  db.stream('streamSet', chunks(payloads, length), nentries);
const provenSet = (payloads: readonly Uint8Array[]) => (db: Probe) =>
  db.stream('streamVerifiableSet', chunks(payloads), ([answer]) => answer?.tx?.header?.nentries);
const exec = (payloads: readonly Uint8Array[]) => (db: Probe) =>
  db.stream('streamExecAll', chunks(payloads), nentries);
const texts = (...parts: string[]) => parts.map(utf8);
const lengths = (messages: readonly { content: Uint8Array }[]) =>
  payloadsOf(messages).map(({ length }) => length);

const [KV, Z_ADD, REFERENCE] = [1, 2, 4].map((type) => Uint8Array.of(type)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];
const zAdd = ZAddRequest.encode(ZAddRequest.create({ set: utf8('z'), score: 1, key: utf8('live') })).finish();

const ROWS: readonly Row<Probe>[] = [
  ['streamSet', set(texts('a', 'va', 'b', 'vb')), '2'],
  ['streamSet cut into single bytes', set(texts('c', 'vc'), 1), '1'],
  ['streamSet of nothing', set([]), 'UNKNOWN | StreamSet receives following error: no entries provided'],
  ['streamSet of an empty value, at the end', set([utf8('d'), NO_BYTES]), '1'],
  [
    'streamSet of a key twice',
    set(texts('e', '1', 'e', '2')),
    'UNKNOWN | StreamSet receives following error: rpc error: code = InvalidArgument desc = duplicated keys are not supported in single batch transaction',
  ],
  [
    'streamSet of a key too long',
    set([new Uint8Array(1024), utf8('v')]),
    'UNKNOWN | StreamSet receives following error: max key length exceeded',
  ],
  ['streamSet of the longest value', set([utf8('long'), LONGEST]), '1'],
  [
    'streamSet of a longer value',
    set([utf8('longer'), TOO_LONG]),
    'FAILED_PRECONDITION 22000 | internal store max value length exceeded',
  ],
  [
    'streamSet of two long values',
    set([utf8('l1'), LONGEST, utf8('l2'), utf8('vv')]),
    'FAILED_PRECONDITION 22000 | max transaction values length exceeded',
  ],
  ['which wrote nothing', (db) => db.ask('get', { key: utf8('l1') }), 'UNKNOWN | tbtree: key not found'],
  ['streamVerifiableSet', provenSet([u64be(0n), ...texts('f', 'vf')]), '1'],
  ['streamVerifiableSet proven since 1', provenSet([u64be(1n), ...texts('g', 'vg')]), '1'],
  [
    'streamVerifiableSet proven since beyond',
    provenSet([u64be(BEYOND), ...texts('h', 'vh')]),
    'UNKNOWN | StreamVerifiableSet received the following error: illegal state',
  ],
  [
    'streamVerifiableSet of a key twice',
    provenSet([u64be(0n), ...texts('h', '1', 'h', '2')]),
    'UNKNOWN | StreamVerifiableSet received the following error: rpc error: code = InvalidArgument desc = duplicated keys are not supported in single batch transaction',
  ],
  [
    'streamVerifiableSet of nothing',
    provenSet([u64be(0n)]),
    'UNKNOWN | StreamVerifiableSet received the following error: no entries provided',
  ],
  ['streamVerifiableSet without a start', provenSet([]), 'UNKNOWN | EOF'],
  [
    'streamVerifiableSet of a longer value',
    provenSet([u64be(0n), utf8('longer'), TOO_LONG]),
    'FAILED_PRECONDITION 22000 | max transaction values length exceeded',
  ],
  ['streamExecAll', exec([KV, ...texts('i', 'vi'), Z_ADD, zAdd]), '2'],
  ['streamExecAll of an empty value', exec([KV, utf8('i2'), NO_BYTES]), 'UNKNOWN | EOF'],
  ['streamExecAll of nothing', exec([]), 'INVALID_ARGUMENT | empty set'],
  [
    'streamExecAll of a reference',
    exec([KV, ...texts('j', 'vj'), REFERENCE]),
    'UNIMPLEMENTED 42883 | reference operation is not implemented',
  ],
  [
    'streamExecAll of what is no ZAddRequest',
    exec([Z_ADD, Uint8Array.of(0xff)]),
    'INTERNAL XX000 | unable to reassemble ZAdd message on a streamExecAll',
  ],
  [
    'streamExecAll of a key twice',
    exec([KV, ...texts('k', '1'), KV, ...texts('k', '2')]),
    "INVALID_ARGUMENT | rpc error: code = InvalidArgument desc = duplicated keys are not supported in single batch transaction: key/reference 'k'",
  ],
  ['streamGet', (db) => db.stream('streamGet', [{ key: utf8('live') }], lengths), '[4, 1]'],
  [
    'streamGet of an empty value',
    (db) => db.stream('streamGet', [{ key: utf8('empty') }], lengths),
    '[5, 0]',
  ],
  [
    'streamGet of a long value: chunks',
    (db) =>
      db.stream('streamGet', [{ key: utf8('long') }], (messages) => {
        const sizes = messages.map(({ content }) => content.length);
        return { chunks: sizes.length, first: sizes.slice(0, 3), last: sizes.at(-1) };
      }),
    '{ chunks: 514, first: [12, 65536, 65536], last: 7 }',
  ],
  [
    'streamGet of a key never set',
    (db) => db.stream('streamGet', [{ key: utf8('never') }]),
    'UNKNOWN | tbtree: key not found',
  ],
  [
    'streamGet of the empty key',
    (db) => db.stream('streamGet', [{}]),
    'UNKNOWN | illegal arguments: empty key',
  ],
  [
    'streamVerifiableGet of a key never set',
    (db) => db.stream('streamVerifiableGet', [{ keyRequest: { key: utf8('never') } }]),
    'UNKNOWN | tbtree: key not found',
  ],
  [
    'streamVerifiableGet proven since beyond',
    (db) => db.stream('streamVerifiableGet', [{ keyRequest: { key: utf8('live') }, proveSinceTx: BEYOND }]),
    'INVALID_ARGUMENT | illegal state',
  ],
  ['streamScan', (db) => db.stream('streamScan', [{ prefix: utf8('a') }], lengths), '[1, 2]'],
  ['streamScan of nothing', (db) => db.stream('streamScan', [{ prefix: utf8('none') }], lengths), '[]'],
  [
    'streamScan with limit 2501',
    (db) => db.stream('streamScan', [{ limit: 2501n }]),
    'UNKNOWN | result size limit exceeded: the specified limit (2501) is larger than the maximum allowed one (2500)',
  ],
  ['streamHistory', (db) => db.stream('streamHistory', [{ key: utf8('live') }], lengths), '[4, 1]'],
  [
    'streamHistory of a key never set',
    (db) => db.stream('streamHistory', [{ key: utf8('never') }]),
    'UNKNOWN | tbtree: key not found',
  ],
  ['streamZScan', (db) => db.stream('streamZScan', [{ set: utf8('z') }], lengths), '[1, 4, 8, 8, 1]'],
  ['streamZScan of no set', (db) => db.stream('streamZScan', [{}]), 'INVALID_ARGUMENT | illegal arguments'],
];

/** All of it. */
export const STREAMS = group<Probe>({
  name: 'streams',
  prepare: async (backend) => prepare(await freshDatabase(backend, 'streams')),
  rows: ROWS,
});
