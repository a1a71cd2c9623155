// Which keys a file has named already, and in which line: fingerprints in one table, without the keys themselves.

import { hash } from 'node:crypto';

/** A slot: four words of fingerprint, and the line. 0 is no line: the slot is free. */
const SLOT = 5;
const LINE = 4;

const FIRST_SLOTS = 1024;

/** Full enough to be made larger: three quarters. */
const isFull = (count: number, slots: number) => count * 4 >= slots * 3;

/**
 * Keys by SHA-256, cut to 128 bits: two different keys do not meet by chance, nor by anyone's effort worth a refused line.
 * 27 to 54 bytes for a key.
 */
export class SeenKeys {
  #table = new Uint32Array(FIRST_SLOTS * SLOT);
  #slots = FIRST_SLOTS;
  #count = 0;

  /** The line a key was first seen in; otherwise it is noted. @param line from 1 to 2^32 − 1 */
  firstLine(key: Uint8Array, line: number): number | undefined {
    const digest = hash('sha256', key, 'buffer');
    const words = [0, 4, 8, 12].map((at) => digest.readUInt32LE(at));
    const slot = this.#slotOf(words);
    const known = this.#table[slot + LINE];
    if (known !== 0) return known;
    this.#put(slot, words, line);
    if (isFull(++this.#count, this.#slots)) this.#grow();
    return undefined;
  }

  /** Where a fingerprint is, or is to be. */
  #slotOf(words: readonly number[]): number {
    for (let slot = (words[0] ?? 0) % this.#slots; ; slot = (slot + 1) % this.#slots) {
      const at = slot * SLOT;
      if (this.#table[at + LINE] === 0) return at;
      if (words.every((word, index) => this.#table[at + index] === word)) return at;
    }
  }

  #put(at: number, words: readonly number[], line: number): void {
    this.#table.set(words, at);
    this.#table[at + LINE] = line;
  }

  #grow(): void {
    const before = this.#table;
    this.#slots *= 2;
    this.#table = new Uint32Array(this.#slots * SLOT);
    for (let at = 0; at < before.length; at += SLOT) {
      const line = before[at + LINE] ?? 0;
      if (line === 0) continue;
      const words = [...before.subarray(at, at + LINE)];
      this.#put(this.#slotOf(words), words, line);
    }
  }
}
