// Reads the fields of a protobuf message one by one, for messages of which everything must be understood: the hash covers
// the bytes, so what another reader could take differently is refused.

import { fromUtf8 } from '../../bytes.js';
import { malformed } from './parse-fields.js';

/** How a field is encoded. */
export const WireType = { VARINT: 0, FIXED64: 1, BYTES: 2 } as const;

/** A position in the bytes of a message. */
export class MessageBytes {
  readonly #bytes: Uint8Array;
  readonly #where: string;
  #at = 0;

  /**
   * @param bytes untrusted
   * @param where their name in the answer
   */
  constructor(bytes: Uint8Array, where: string) {
    this.#bytes = bytes;
    this.#where = where;
  }

  /** Whether nothing is left. */
  get ended(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** A field's number and encoding as one number: `number << 3 | encoding`. */
  tag(): number {
    return this.varint();
  }

  /** A number of up to 32 bits, in as few bytes as it takes. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#take(1)[0] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte >= 0x80) continue;
      if ((byte === 0 && shift > 0) || value > 0xffff_ffff) break;
      return value;
    }
    throw this.refuse('numbers of up to 32 bits, in as few bytes as they take', 'another');
  }

  /** A double. */
  double(): number {
    const bytes = this.#take(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  }

  /** Bytes with their length before them: a view. */
  bytes(): Uint8Array {
    return this.#take(this.varint());
  }

  /** Text with its length before it. */
  text(): string {
    const text = fromUtf8(this.bytes());
    if (text === undefined) throw this.refuse('text in UTF-8', 'other bytes');
    return text;
  }

  /** The error for something else than what must be there. */
  refuse(expected: string, found: unknown): Error {
    return malformed(this.#where, expected, found);
  }

  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw this.refuse('whole fields', 'a field that goes on after the end');
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}
