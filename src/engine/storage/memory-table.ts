// Rows in key order, in memory. A key is a text of one character per byte, whose order is that of the bytes.

import { toMapKey } from '../../bytes.js';
import type { RangeOptions, Row } from './ledger-store.js';

/** How many keys are kept together. Inserting moves those behind it, half of them on average. */
const MAX_BLOCK = 1_024;

/** Values by key, and the keys in order. */
export class MemoryTable {
  readonly #values = new Map<string, Uint8Array>();
  /** Each block in order, all keys of one below those of the next; none empty, except the only one. */
  readonly #blocks: string[][] = [[]];

  /** A copy of a value. */
  get(key: Uint8Array): Uint8Array | undefined {
    return this.#values.get(toMapKey(key))?.slice();
  }

  /** Puts a value in the place of another or of none. It is not copied. @param key see `toMapKey` */
  set(key: string, value: Uint8Array): void {
    if (!this.#values.has(key)) this.#insert(key);
    this.#values.set(key, value);
  }

  /** Copies of rows. Nothing may be set while they are read. */
  *range({ gte, lt, reverse = false }: RangeOptions): Iterable<Row> {
    const [low, high] = [gte && toMapKey(gte), lt && toMapKey(lt)];
    for (const key of reverse ? this.#down(high) : this.#up(low)) {
      if (reverse ? low !== undefined && key < low : high !== undefined && key >= high) return;
      const value = this.#values.get(key);
      if (value) yield [new Uint8Array(Buffer.from(key, 'latin1')), value.slice()];
    }
  }

  /** Forgets all rows. */
  clear(): void {
    this.#values.clear();
    this.#blocks.splice(0, Infinity, []);
  }

  *#up(from = ''): Iterable<string> {
    let at = this.#blockOf(from);
    let inside = firstNotBelow(this.#blocks[at], from);
    for (let block = this.#blocks[at]; block; block = this.#blocks[++at], inside = 0)
      for (; inside < block.length; inside++) yield block[inside] ?? '';
  }

  *#down(below?: string): Iterable<string> {
    let at = below === undefined ? this.#blocks.length - 1 : this.#blockOf(below);
    let block = this.#blocks[at];
    let inside = below === undefined ? (block?.length ?? 0) : firstNotBelow(block, below);
    for (; block; block = this.#blocks[--at], inside = block?.length ?? 0)
      while (inside > 0) yield block[--inside] ?? '';
  }

  #insert(key: string): void {
    const at = this.#blockOf(key);
    const block = this.#blocks[at] ?? [];
    block.splice(firstNotBelow(block, key), 0, key);
    if (block.length <= MAX_BLOCK) return;
    // At the end, where most are appended, a full block stays full.
    const keep = at === this.#blocks.length - 1 ? MAX_BLOCK : MAX_BLOCK / 2;
    this.#blocks.splice(at + 1, 0, block.splice(keep));
  }

  /** The last block that starts at or below a key, or the first of all. */
  #blockOf(key: string): number {
    let [low, high] = [0, this.#blocks.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#blocks[middle]?.[0] ?? '') <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** The position of the first key that is not below this one. */
function firstNotBelow(keys: readonly string[] | undefined, key: string): number {
  let [low, high] = [0, keys?.length ?? 0];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys?.[middle] ?? '') < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
