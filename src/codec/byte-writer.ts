// Bytes one after another, of a length nobody knows yet. Big-endian.

const FIRST_SIZE = 256;

/** Bytes that grow at their end. */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST_SIZE);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** What was written, as bytes of their own. */
  written(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** @param value 0 ≤ value < 2^8 */
  u8(value: number): void {
    const at = this.#take(1);
    this.#view.setUint8(at, value);
  }

  /** @param value 0 ≤ value < 2^16 */
  u16(value: number): void {
    const at = this.#take(2);
    this.#view.setUint16(at, value);
  }

  /** @param value 0 ≤ value < 2^32 */
  u32(value: number): void {
    const at = this.#take(4);
    this.#view.setUint32(at, value);
  }

  /** @param value −2^63 ≤ value < 2^64, a negative one in two's complement */
  u64(value: bigint): void {
    const at = this.#take(8);
    this.#view.setBigUint64(at, BigInt.asUintN(64, value));
  }

  /** @param value one that 32 bits hold exactly */
  f32(value: number): void {
    const at = this.#take(4);
    this.#view.setFloat32(at, value);
  }

  /** @param value any number but NaN, whose bits are not ours to choose */
  f64(value: number): void {
    const at = this.#take(8);
    this.#view.setFloat64(at, value);
  }

  /** Appends a copy. */
  bytes(bytes: Uint8Array): void {
    const at = this.#take(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** Makes room at the end, in what may be other memory than before. @returns where it begins */
  #take(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
}
