// What the binary codecs have in common: what may be stored is decided before, and read back after, a format writes.
import { ImmuError } from '../errors.js';
import type { Codec } from './codec.js';
import { brandOwn } from './own-codec.js';
import { verifyReadsBack, withinLimit } from './payload-checks.js';
import { MAX_PAYLOAD_BYTES } from './payload-limits.js';
import { PayloadReader } from './payload-reader.js';
import { storableCopy } from './storable-value.js';

/** A way to spell values in bytes. */
export interface BinaryFormat {
  readonly id: number;
  /** As errors name it. */
  readonly name: string;
  /** @param value what {@link storableCopy} gave */
  readonly write: (value: Readonly<Record<string, unknown>>) => Uint8Array;
  /** Reads the whole of it. @throws ImmuError `UNREADABLE_RECORD` unless `write` writes it */
  readonly read: (reader: PayloadReader) => Record<string, unknown>;
}

/** The codec of a format. */
export function binaryCodec({ id, name, write, read }: BinaryFormat): Codec {
  const decode = (bytes: Uint8Array): Record<string, unknown> => {
    if (bytes.length > MAX_PAYLOAD_BYTES) {
      throw new ImmuError('UNREADABLE_RECORD', `The payload is not ${name}: it has ${bytes.length} bytes.`);
    }
    const reader = new PayloadReader(name, bytes);
    const value = read(reader);
    reader.assertAtEnd();
    return value;
  };
  return brandOwn({
    id,
    name,
    encode: (plain, subject = 'value') => {
      const copy = storableCopy(plain, subject);
      const bytes = withinLimit(write(copy), subject);
      verifyReadsBack(() => decode(bytes), copy, subject);
      return bytes;
    },
    decode,
  });
}
