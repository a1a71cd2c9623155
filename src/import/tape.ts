// What was read of a file and not yet told apart: so that each record can be shown as it stands there, with its line.

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** A stretch of a file. */
export interface Stretch {
  /** The line it begins in, from 1, empty lines before it passed over. */
  readonly line: number;
  /** Without line ends around it. */
  readonly bytes: Buffer;
}

/** Bytes between who reads a file and who finds the records in it. */
export class Tape {
  #held: Buffer = Buffer.alloc(0);
  /** Where what is held begins. */
  #start = 0;
  #line = 1;

  /** Remembers a chunk until it is taken. */
  add(chunk: Buffer): void {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
  }

  /** What stands between the last stretch that was taken and a place in the file. @param end in bytes */
  take(end: number): Stretch {
    const length = end - this.#start;
    const whole = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    this.#start = end;
    let [from, to] = [0, whole.length];
    while (from < to && isLineEnd(whole[from])) from++;
    while (to > from && isLineEnd(whole[to - 1])) to--;
    const line = this.#line + lineFeedsIn(whole.subarray(0, from));
    this.#line += lineFeedsIn(whole);
    return { line, bytes: whole.subarray(from, to) };
  }

  /** What stands after the last stretch, as far as it was read. @param most bytes */
  rest(most: number): Stretch {
    const { line, bytes } = this.take(this.#start + this.#held.length);
    return { line, bytes: bytes.subarray(0, most) };
  }
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN;
}

function lineFeedsIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) count++;
  return count;
}
