// Random writes of one kind each.
import type { RequestOf } from '../rpc-backend.js';
import {
  binding,
  keyValue,
  knownKey,
  noWait,
  preconditions,
  proveSinceTx,
  referenceKey,
  score,
  setName,
} from './parts.js';
import { step, type Source, type Step } from './step.js';

const keysOf = (pairs: readonly { readonly key?: Uint8Array }[]) => pairs.flatMap((pair) => pair.key ?? []);

/** Keys mostly once each: a repeated one fails the whole call. */
function withoutRepetitions<T extends { readonly key?: Uint8Array }>(
  source: Source,
  pairs: readonly T[],
): T[] {
  if (source.random.chance(0.08)) return [...pairs];
  const seen = new Map(pairs.map((pair) => [String(pair.key), pair]));
  return [...seen.values()];
}

function setRequest(source: Source) {
  const { random } = source;
  const count = random.weighted([
    [6, 1],
    [4, random.int(2, 5)],
    [0.3, 0],
  ]);
  const KVs = withoutRepetitions(
    source,
    Array.from({ length: count }, () => keyValue(source)),
  );
  return { KVs, ...noWait(source), ...preconditions(source) } satisfies RequestOf<'set'>;
}

/** Several keys at once, with metadata and conditions. */
export function set(source: Source): Step {
  const request = setRequest(source);
  return step('set', request, { writes: keysOf(request.KVs) });
}

/** The same with a proof. Seldom without the request in it. */
export function verifiableSet(source: Source): Step {
  if (source.random.chance(0.02)) return step('verifiableSet', proveSinceTx(source));
  const request = setRequest(source);
  return step(
    'verifiableSet',
    { setRequest: request, ...proveSinceTx(source) },
    { writes: keysOf(request.KVs) },
  );
}

/** Keys that are there, mostly. */
export function remove(source: Source): Step {
  const { random, memory } = source;
  const keys = random.chance(0.04) ? [] : random.list(1, 2, () => knownKey(source));
  const sinceTx = random.weighted([
    [8, {}],
    [1, { sinceTx: memory.head }],
    [0.5, { sinceTx: memory.head + 1n }],
  ]);
  return step('delete', { keys, ...sinceTx, ...noWait(source) }, { writes: keys });
}

function referenceRequest(source: Source) {
  const referencedKey = knownKey(source);
  return {
    key: referenceKey(source),
    referencedKey,
    ...binding(source, referencedKey),
    ...noWait(source),
    ...preconditions(source),
  } satisfies RequestOf<'setReference'>;
}

/** From one key to another. */
export function setReference(source: Source): Step {
  const request = referenceRequest(source);
  return step('setReference', request, { writes: [request.key] });
}

/** The same with a proof. */
export function verifiableSetReference(source: Source): Step {
  if (source.random.chance(0.02)) return step('verifiableSetReference', proveSinceTx(source));
  const request = referenceRequest(source);
  return step(
    'verifiableSetReference',
    { referenceRequest: request, ...proveSinceTx(source) },
    { writes: [request.key] },
  );
}

/** An entry of a sorted set. @param of the key it stands for */
export function zAddRequest(source: Source, of: Uint8Array = knownKey(source)) {
  return {
    set: setName(source),
    score: score(source),
    key: of,
    ...binding(source, of),
    ...noWait(source),
  } satisfies RequestOf<'zAdd'>;
}

/** Into a sorted set. */
export function zAdd(source: Source): Step {
  return step('zAdd', zAddRequest(source));
}

/** The same with a proof. */
export function verifiableZAdd(source: Source): Step {
  if (source.random.chance(0.02)) return step('verifiableZAdd', proveSinceTx(source));
  return step('verifiableZAdd', { zAddRequest: zAddRequest(source), ...proveSinceTx(source) });
}
