// One step of a history, and what a generator of steps knows of the steps before.
import { equalBytes } from '../../../src/bytes.js';
import type { MethodName, RequestOf } from '../rpc-backend.js';
import type { Random } from './random.js';

/** One call. Both sides get it with the same requests. */
export interface Step {
  readonly method: MethodName;
  readonly requests: readonly object[];
  /** Keys it writes, if it commits. */
  readonly writes?: readonly Uint8Array[];
  /** It does not wait for the index, so both sides must have caught up before it is asked. */
  readonly unwaited?: boolean;
}

/** A call of one request. */
export function step<N extends MethodName>(
  method: N,
  request: RequestOf<N>,
  more: Omit<Step, 'method' | 'requests'> = {},
): Step {
  return { method, requests: [request], ...more };
}

/** What was committed so far, for requests that hit something. */
export class Memory {
  /** The newest transaction, 0 for none. */
  head = 0n;
  readonly #writes: (readonly [txId: bigint, key: Uint8Array])[] = [];

  /** A step committed. */
  note(txId: bigint, keys: readonly Uint8Array[] = []): void {
    this.head = txId;
    for (const key of keys) this.#writes.push([txId, key]);
  }

  /** A transaction that wrote the key, mostly, and if there is one; else any, at times one that is not there. */
  txOf(random: Random, key: Uint8Array): bigint {
    const written = this.#writes.filter(([, other]) => equalBytes(key, other));
    if (written.length > 0 && random.chance(0.8)) return random.pick(written)[0];
    return this.anyTx(random);
  }

  /** A key somebody wrote. */
  writtenKey(random: Random): Uint8Array | undefined {
    return this.#writes.length > 0 ? random.pick(this.#writes)[1] : undefined;
  }

  /** Any transaction there is, at times 0 or one that is not there. */
  anyTx(random: Random): bigint {
    return random.weighted<() => bigint>([
      [8, () => (this.head > 0n ? random.bigint(1n, this.head) : 1n)],
      [1, () => this.head + random.bigint(1n, 3n)],
      [0.5, () => 0n],
      [0.2, () => 2n ** 63n + 5n],
    ])();
  }
}

/** All a generator needs. */
export interface Source {
  readonly random: Random;
  readonly memory: Memory;
}
