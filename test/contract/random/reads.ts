// Random reads of keys and transactions.
import type { RequestOf } from '../rpc-backend.js';
import { entriesSpec, key, knownKey, limit, noWait, proveSinceTx, sinceTx } from './parts.js';
import { step, type Source, type Step } from './step.js';
import { EntryTypeAction, type EntriesSpec } from '../../../src/wire/immudb/schema/tx.js';

/** A low floor: below it nothing waits, so both sides are made to catch up first. */
function lowFloor({ random, memory: { head } }: Source): { sinceTx?: bigint } {
  return head > 1n ? { sinceTx: random.bigint(1n, head - 1n) } : {};
}

function keyRequest(source: Source) {
  const { random, memory } = source;
  const of = random.chance(0.9) ? knownKey(source) : key(source);
  const which = random.weighted<() => RequestOf<'get'>>([
    [6, () => ({})],
    [4, () => ({ atTx: memory.txOf(random, of) })],
    [4, () => ({ atRevision: random.pick([1n, 2n, 3n, 9n, -1n, -2n, -3n, -9n, -(2n ** 63n)]) })],
    [1, () => lowFloor(source)],
    [2, () => sinceTx(source)],
    [0.3, () => ({ atTx: memory.txOf(random, of), sinceTx: 1n })],
    [0.3, () => ({ atTx: memory.txOf(random, of), atRevision: 1n })],
    [0.3, () => ({ atRevision: -1n, sinceTx: memory.head })],
  ])();
  return { key: of, ...which, ...noWait(source) } satisfies RequestOf<'get'>;
}

const unwaited = { unwaited: true };

/** One key: its newest revision, one of the past, or one that never was. */
export function get(source: Source): Step {
  return step('get', keyRequest(source), unwaited);
}

/** The same with a proof. */
export function verifiableGet(source: Source): Step {
  if (source.random.chance(0.02)) return step('verifiableGet', proveSinceTx(source));
  return step('verifiableGet', { keyRequest: keyRequest(source), ...proveSinceTx(source) }, unwaited);
}

/** Streamed. */
export function streamGet(source: Source): Step {
  return step('streamGet', keyRequest(source), unwaited);
}

/** Streamed, with a proof. */
export function streamVerifiableGet(source: Source): Step {
  const request = { keyRequest: keyRequest(source), ...proveSinceTx(source) };
  return step('streamVerifiableGet', request, unwaited);
}

/** Several keys, also twice the same, missing ones and the empty one. */
export function getAll(source: Source): Step {
  const keys = source.random.list(0, 6, () => knownKey(source));
  return step('getAll', { keys, ...sinceTx(source) });
}

function historyRequest(source: Source) {
  const { random } = source;
  return {
    key: knownKey(source),
    offset: random.weighted([
      [5, 0n],
      [4, random.bigint(1n, 4n)],
      [0.2, 2n ** 64n - 1n],
    ]),
    limit: random.chance(0.05) ? random.pick([-1, -(2 ** 31)]) : limit(source),
    desc: random.chance(0.4),
    ...(random.chance(0.1) ? lowFloor(source) : sinceTx(source)),
  } satisfies RequestOf<'history'>;
}

/** All revisions of a key, or some. */
export function history(source: Source): Step {
  return step('history', historyRequest(source), unwaited);
}

/** Streamed. */
export function streamHistory(source: Source): Step {
  return step('streamHistory', historyRequest(source), unwaited);
}

/** Entries are looked up in a snapshot only where they are resolved: elsewhere a low floor changes nothing. */
function floor(source: Source, spec: Partial<EntriesSpec> | undefined): { sinceTx?: bigint } {
  const specs = [spec?.kvEntriesSpec, spec?.zEntriesSpec];
  const isResolved = specs.some((kind) => kind?.action === EntryTypeAction.RESOLVE);
  return !isResolved && source.random.chance(0.2) ? lowFloor(source) : sinceTx(source);
}

function txRequest(source: Source) {
  const { random, memory } = source;
  const spec = entriesSpec(source);
  return {
    tx: memory.anyTx(random),
    ...spec,
    ...floor(source, spec.entriesSpec),
    ...noWait(source),
    keepReferencesUnresolved: random.chance(0.3),
  } satisfies RequestOf<'txById'>;
}

/** One transaction, its entries in any form. */
export function txById(source: Source): Step {
  return step('txById', txRequest(source));
}

/** The same with a proof. */
export function verifiableTxById(source: Source): Step {
  return step('verifiableTxById', { ...txRequest(source), ...proveSinceTx(source) });
}

/** Several transactions. */
export function txScan(source: Source): Step {
  const { random, memory } = source;
  const spec = entriesSpec(source);
  return step('txScan', {
    initialTx: memory.anyTx(random),
    limit: limit(source),
    desc: random.chance(0.4),
    ...spec,
    ...floor(source, spec.entriesSpec),
    ...noWait(source),
  });
}

/** The newest state. */
export function currentState(): Step {
  return step('currentState', {});
}
