// The parts of random requests: keys of a small pool, so that steps meet, with the odd ones among them.
import { NO_BYTES, utf8 } from '../../../src/bytes.js';
import type { KeyValue } from '../../../src/wire/immudb/schema/kv.js';
import type { KVMetadata } from '../../../src/wire/immudb/schema/metadata.js';
import { EntryTypeAction, type EntriesSpec } from '../../../src/wire/immudb/schema/tx.js';
import type { RequestOf } from '../rpc-backend.js';
import type { Source } from './step.js';

type Partly<T> = { [K in keyof T]?: T[K] };
/** A condition as a request has it. */
export type Precondition = NonNullable<RequestOf<'set'>['preconditions']>[number];

const PLAIN_KEYS = ['a', 'ab', 'abc', 'b', 'b\0', 'ba'].map(utf8);
const HIGH_KEYS = [Uint8Array.of(0xff), Uint8Array.of(0xff, 0xff), Uint8Array.of(0)];
const LONGEST_KEY = new Uint8Array(1023).fill(0x6b);
const TOO_LONG_KEY = new Uint8Array(1024).fill(0x6b);

/** Keys mostly made into references: over a value there can be none. */
const REFERENCE_KEYS = ['aa', 'r', 's'].map(utf8);
const SETS = ['x', 'xy', 'z', 'x\0'].map(utf8);

/** Protobuf's encoder leaves out a score of either zero; as an object it passes for one that is none. */
export const NEGATIVE_ZERO = Object(-0) as number;

const SCORES = [0, NEGATIVE_ZERO, 1, 1, 1.5, 2, -1, -3, 0.1, 1e300, Number.MAX_VALUE, Number.MIN_VALUE];
const ODD_SCORES = [Infinity, -Infinity, NaN, -Number.MAX_VALUE];

/** A key that may be written. */
export function key({ random }: Source): Uint8Array {
  return random.weighted<() => Uint8Array>([
    [30, () => random.pick(PLAIN_KEYS)],
    [3, () => random.pick(HIGH_KEYS)],
    [3, () => random.pick(REFERENCE_KEYS)],
    [0.5, () => LONGEST_KEY],
    [0.4, () => TOO_LONG_KEY],
    [0.4, () => NO_BYTES],
  ])();
}

/** A key somebody wrote, mostly. */
export function knownKey(source: Source): Uint8Array {
  const { random, memory } = source;
  return (random.chance(0.8) ? memory.writtenKey(random) : undefined) ?? key(source);
}

/** A key for a reference. */
export function referenceKey(source: Source): Uint8Array {
  return source.random.chance(0.85) ? source.random.pick(REFERENCE_KEYS) : key(source);
}

/** The name of a sorted set. */
export function setName({ random }: Source): Uint8Array {
  return random.weighted<() => Uint8Array>([
    [40, () => random.pick(SETS)],
    [0.5, () => NO_BYTES],
    // With a key of one byte the longest that fits, and one too long.
    [0.5, () => new Uint8Array(random.pick([989, 990])).fill(0x78)],
  ])();
}

/** A score, of either sign. */
export function score({ random }: Source): number {
  return random.chance(0.04) ? random.pick(ODD_SCORES) : random.pick(SCORES);
}

/** A value. Seldom one that takes several chunks. */
export function value({ random }: Source): Uint8Array {
  return random.weighted<() => Uint8Array>([
    [10, () => utf8(`v${random.int(0, 999)}`)],
    [5, () => random.bytes(random.int(1, 40))],
    [2, () => NO_BYTES],
    [0.3, () => random.bytes(random.int(65_500, 140_000))],
  ])();
}

/** A time to expire at: long gone, or long to come, so that no clock decides. */
function expiresAt({ random }: Source): bigint {
  return random.weighted([
    [3, 1_500_000_000n],
    [5, 4_000_000_000n],
    [1, 0n],
    [1, 1n],
    [1, -5n],
    [0.5, 2n ** 62n],
  ]);
}

/** Metadata of a write, mostly none. */
export function metadata(source: Source): Partly<KVMetadata> | undefined {
  const { random } = source;
  if (random.chance(0.65)) return undefined;
  return {
    ...(random.chance(0.35) ? { deleted: true } : {}),
    ...(random.chance(0.5) ? { expiration: { expiresAt: expiresAt(source) } } : {}),
    ...(random.chance(0.2) ? { nonIndexable: true } : {}),
  };
}

/** A key with its value. */
export function keyValue(source: Source): Partly<KeyValue> {
  const made = metadata(source);
  return {
    key: key(source),
    value: value(source),
    ...(made ? { metadata: made as KVMetadata } : {}),
  };
}

function precondition(source: Source): Precondition {
  const { random, memory } = source;
  const of = random.chance(0.04) ? random.pick([NO_BYTES, TOO_LONG_KEY]) : knownKey(source);
  return random.weighted<() => Precondition>([
    [4, () => ({ precondition: { $case: 'keyMustExist', value: { key: of } } })],
    [3, () => ({ precondition: { $case: 'keyMustNotExist', value: { key: of } } })],
    [
      5,
      () => ({
        precondition: { $case: 'keyNotModifiedAfterTX', value: { key: of, txID: memory.txOf(random, of) } },
      }),
    ],
    [0.3, () => ({})],
  ])();
}

/** Conditions of a write, mostly none. */
export function preconditions(source: Source): { preconditions?: Precondition[] } {
  const { random } = source;
  return random.chance(0.7) ? {} : { preconditions: random.list(1, 3, () => precondition(source)) };
}

/** `{ noWait: true }` at times. */
export function noWait({ random }: Source): { noWait?: true } {
  return random.chance(0.15) ? { noWait: true } : {};
}

/** A transaction to bind a reference to, or none; at times one without the other, which is refused. */
export function binding({ random, memory }: Source, to: Uint8Array): { atTx?: bigint; boundRef?: true } {
  return random.weighted<() => { atTx?: bigint; boundRef?: true }>([
    [6, () => ({})],
    [4, () => ({ atTx: memory.txOf(random, to), boundRef: true })],
    [0.4, () => ({ atTx: memory.txOf(random, to) })],
    [0.4, () => ({ boundRef: true })],
  ])();
}

/** What a proof starts from: nothing, a transaction there is, the newest, or one that is not there. */
export function proveSinceTx({ random, memory: { head } }: Source): { proveSinceTx?: bigint } {
  return random.weighted<() => { proveSinceTx?: bigint }>([
    [3, () => ({})],
    [6, () => (head > 0n ? { proveSinceTx: random.bigint(1n, head) } : {})],
    [2, () => ({ proveSinceTx: head })],
    [1, () => ({ proveSinceTx: head + random.bigint(1n, 2n) })],
  ])();
}

/** A floor that no cached snapshot can be below: none, the newest transaction, or one that is not there. */
export function sinceTx({ random, memory: { head } }: Source): { sinceTx?: bigint } {
  return random.weighted<{ sinceTx?: bigint }>([
    [8, {}],
    [2, { sinceTx: head }],
    [0.6, { sinceTx: head + 1n }],
  ]);
}

/** How many, at times 0 for the most there may be, seldom too many. */
export function limit({ random }: Source): number {
  return random.weighted<() => number>([
    [5, () => random.int(1, 4)],
    [4, () => 0],
    [1, () => 2500],
    [0.4, () => 2501],
  ])();
}

/** Which entries of a transaction, and in which form. */
export function entriesSpec({ random }: Source): { entriesSpec?: Partly<EntriesSpec> } {
  if (random.chance(0.3)) return {};
  const actions = [
    EntryTypeAction.EXCLUDE,
    EntryTypeAction.ONLY_DIGEST,
    EntryTypeAction.RAW_VALUE,
    EntryTypeAction.RAW_VALUE,
    EntryTypeAction.RESOLVE,
    EntryTypeAction.RESOLVE,
  ];
  const kind = () => (random.chance(0.2) ? undefined : { action: random.pick(actions) });
  return { entriesSpec: { kvEntriesSpec: kind(), zEntriesSpec: kind(), sqlEntriesSpec: kind() } };
}
