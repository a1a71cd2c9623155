// Random reads of ranges.
import { NO_BYTES, concatBytes } from '../../../src/bytes.js';
import type { RequestOf } from '../rpc-backend.js';
import { key, knownKey, limit, noWait, score, setName, sinceTx } from './parts.js';
import { step, type Source, type Step } from './step.js';

/** A key as a bound of a range: one that is there, one next to it, or none. */
function bound(source: Source): Uint8Array {
  const { random } = source;
  return random.weighted<() => Uint8Array>([
    [4, () => NO_BYTES],
    [4, () => knownKey(source)],
    [1, () => concatBytes(knownKey(source), random.bytes(1))],
    [1, () => key(source)],
    [0.1, () => new Uint8Array(1024).fill(0x61)],
  ])();
}

function prefix(source: Source): Uint8Array {
  const { random } = source;
  return random.weighted<() => Uint8Array>([
    [5, () => NO_BYTES],
    [3, () => knownKey(source).subarray(0, 1)],
    [2, () => bound(source)],
  ])();
}

function offset({ random }: Source): bigint {
  return random.chance(0.7) ? 0n : random.bigint(1n, 4n);
}

function scanRequest(source: Source) {
  const { random } = source;
  return {
    prefix: prefix(source),
    seekKey: bound(source),
    endKey: random.chance(0.6) ? NO_BYTES : bound(source),
    desc: random.chance(0.45),
    limit: BigInt(limit(source)),
    offset: offset(source),
    inclusiveSeek: random.chance(0.5),
    inclusiveEnd: random.chance(0.5),
    ...sinceTx(source),
    ...noWait(source),
  } satisfies RequestOf<'scan'>;
}

/** Keys in order, with every parameter there is. */
export function scan(source: Source): Step {
  return step('scan', scanRequest(source));
}

/** Streamed. */
export function streamScan(source: Source): Step {
  return step('streamScan', scanRequest(source));
}

function zScanRequest(source: Source) {
  const { random, memory } = source;
  const seekKey = random.chance(0.6) ? NO_BYTES : knownKey(source);
  return {
    set: setName(source),
    seekKey,
    ...(random.chance(0.5) ? { seekScore: score(source) } : {}),
    ...(random.chance(0.3) ? { seekAtTx: memory.txOf(random, seekKey) } : {}),
    inclusiveSeek: random.chance(0.5),
    limit: BigInt(limit(source)),
    desc: random.chance(0.45),
    ...(random.chance(0.3) ? { minScore: { score: score(source) } } : {}),
    ...(random.chance(0.3) ? { maxScore: { score: score(source) } } : {}),
    offset: offset(source),
    ...sinceTx(source),
    ...noWait(source),
  } satisfies RequestOf<'zScan'>;
}

/** A sorted set in order. */
export function zScan(source: Source): Step {
  return step('zScan', zScanRequest(source));
}

/** Streamed. */
export function streamZScan(source: Source): Step {
  return step('streamZScan', zScanRequest(source));
}

/** How many keys have a prefix. */
export function count(source: Source): Step {
  return step('count', { prefix: prefix(source) });
}

/** How many keys there are. */
export function countAll(): Step {
  return step('countAll', {});
}
