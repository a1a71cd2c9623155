// The Merkle tree of RFC 6962, written from its definition: recursive, over ranges of leaves, sharing no line with the
// code under test. Slow and obvious.

import { createHash } from 'node:crypto';

function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
}

/** The largest power of two smaller than `size`. @param size ≥ 2 */
function splitOf(size: number): number {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
}

/** A list of payloads and the trees over its beginnings. */
export class NaiveTree {
  readonly #payloads: readonly Uint8Array[];
  readonly #hashes = new Map<string, Uint8Array>();

  constructor(payloads: readonly Uint8Array[]) {
    this.#payloads = payloads;
  }

  /** MTH(D[0:size]). */
  root(size: number): Uint8Array {
    return this.#hash(0, size);
  }

  /** PATH(index, D[0:size]). */
  inclusion(index: number, size: number): Uint8Array[] {
    return this.#path(index, 0, size);
  }

  /**
   * What immudb sends for "the first `larger` leaves begin with the first `smaller`": PROOF(smaller, D[0:larger]) with
   * MTH(D[0:smaller]) put in front where RFC 6962 leaves it out, and the root's children for trees of one size.
   */
  consistency(smaller: number, larger: number): Uint8Array[] {
    if (smaller === larger) {
      if (larger === 1) return [];
      const split = splitOf(larger);
      return [this.#hash(split, larger), this.#hash(0, split)];
    }
    const proof = this.#subproof(smaller, 0, larger, true);
    const isPowerOfTwo = Number.isInteger(Math.log2(smaller));
    return isPowerOfTwo ? [this.root(smaller), ...proof] : proof;
  }

  #hash(from: number, to: number): Uint8Array {
    const name = `${from}-${to}`;
    const known = this.#hashes.get(name);
    if (known !== undefined) return known;
    const hash = this.#compute(from, to);
    this.#hashes.set(name, hash);
    return hash;
  }

  #compute(from: number, to: number): Uint8Array {
    const size = to - from;
    if (size === 0) return sha256();
    if (size === 1) return sha256(Uint8Array.of(0), this.#payloads[from]!);
    const split = from + splitOf(size);
    return sha256(Uint8Array.of(1), this.#hash(from, split), this.#hash(split, to));
  }

  #path(index: number, from: number, to: number): Uint8Array[] {
    if (to - from === 1) return [];
    const split = from + splitOf(to - from);
    return index < split
      ? [...this.#path(index, from, split), this.#hash(split, to)]
      : [...this.#path(index, split, to), this.#hash(from, split)];
  }

  /** SUBPROOF(m, D[from:to], complete). */
  #subproof(m: number, from: number, to: number, complete: boolean): Uint8Array[] {
    const size = to - from;
    if (m === size) return complete ? [] : [this.#hash(from, to)];
    const split = splitOf(size);
    return m <= split
      ? [...this.#subproof(m, from, from + split, complete), this.#hash(from + split, to)]
      : [...this.#subproof(m - split, from + split, to, false), this.#hash(from, from + split)];
  }
}

/** Payloads that tell each other apart: SHA-256 of their number. */
export function payloads(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => sha256(Uint8Array.of(i >>> 8, i & 0xff)));
}
