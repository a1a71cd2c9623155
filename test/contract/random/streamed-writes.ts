// Random writes by stream, their chunks cut wherever chance has it.
import { concatBytes, u64be } from '../../../src/bytes.js';
import { ZAddRequest } from '../../../src/wire/immudb/schema/sorted-set.js';
import { cut, frames } from '../frames.js';
import type { MethodName } from '../rpc-backend.js';
import { keyValue, proveSinceTx } from './parts.js';
import type { Source, Step } from './step.js';
import { zAddRequest } from './writes.js';

/** Operation types of streamExecAll. */
const KEY_VALUE = Uint8Array.of(1);
const Z_ADD = Uint8Array.of(2);
const REFERENCE = Uint8Array.of(4);

/** Lengths that cut within a length, at its end, and within a message. */
function lengths({ random }: Source): number[] {
  return random.list(0, 8, () => random.pick([1, 3, 7, 8, 9, 10, 17, 100, 65_536]));
}

function streamed(source: Source, method: MethodName, payloads: Uint8Array[], writes: Uint8Array[]): Step {
  return { method, requests: cut(frames(payloads), lengths(source)), writes };
}

const pairs = (source: Source) =>
  source.random.list(source.random.chance(0.03) ? 0 : 1, 4, () => {
    const { key, value } = keyValue(source);
    return [key!, value!] as const;
  });

const keysOf = (list: readonly (readonly [Uint8Array, Uint8Array])[]) => list.map(([key]) => key);

/** Several keys at once. */
export function streamSet(source: Source): Step {
  const list = pairs(source);
  return streamed(source, 'streamSet', list.flat(), keysOf(list));
}

/** The same with a proof. */
export function streamVerifiableSet(source: Source): Step {
  const list = pairs(source);
  const since = u64be(proveSinceTx(source).proveSinceTx ?? 0n);
  return streamed(source, 'streamVerifiableSet', [since, ...list.flat()], keysOf(list));
}

/** Several kinds of writes. References are not implemented by 1.11.1, and refused. */
export function streamExecAll(source: Source): Step {
  const { random } = source;
  const writes: Uint8Array[] = [];
  const operations = random.list(1, 4, () => {
    if (random.chance(0.03)) return [REFERENCE];
    if (random.chance(0.3)) {
      const target = writes.length > 0 && random.chance(0.6) ? random.pick(writes) : undefined;
      return [Z_ADD, ZAddRequest.encode(ZAddRequest.create(zAddRequest(source, target))).finish()];
    }
    const { key, value } = keyValue(source);
    writes.push(key!);
    return [KEY_VALUE, key!, value!];
  });
  return streamed(source, 'streamExecAll', operations.flat(), writes);
}

/** The bytes all chunks of a step carry. */
export function carried(step: Step): Uint8Array {
  return concatBytes(...step.requests.map((request) => (request as { content: Uint8Array }).content));
}
