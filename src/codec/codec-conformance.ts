// What can be found amiss with a codec by trying it. For its author's tests: no framework, and no guarantee that a codec
// without problems has none.
import { equalBytes, toHex } from '../bytes.js';
import { ImmuError } from '../errors.js';
import type { Codec, PlainRecord } from './codec.js';
import { CONFORMANCE_VALUES, damaged, holdsSpelled, rebuilt } from './conformance-values.js';
import { equalValues } from './equal-values.js';
import { isOwn } from './own-codec.js';
import { storableCopy } from './storable-value.js';

/** Tells of one problem, with what showed it. */
type Tell = (problem: string) => void;

/**
 * Tries a codec: whether what it writes is read as it was, is the same each time and for each way of building the same
 * value, and whether bytes that nobody wrote are refused.
 *
 * A value that the codec refuses to write is no problem: it may store less than others.
 *
 * @param codec your own
 * @returns one sentence for each problem; none if nothing is found
 * @example
 * expect(codecConformance(myCodec)).toEqual([]);
 */
export function codecConformance(codec: Codec): readonly string[] {
  const problems = new Set<string>();
  const tell: Tell = (problem) => problems.add(problem);
  tellOfShape(codec, tell);
  const payloads: Uint8Array[] = [];
  for (const { name, plain } of CONFORMANCE_VALUES) {
    const bytes = tellOfWriting(codec, plain, (problem) => {
      tell(`${name}: ${problem}`);
    });
    if (bytes !== undefined) payloads.push(bytes);
  }
  if (payloads.length === 0) tell('It refuses to write anything.');
  for (const payload of payloads) for (const bytes of damaged(payload)) tellOfReading(codec, bytes, tell);
  return [...problems];
}

function tellOfShape(codec: Codec, tell: Tell): void {
  const { id, name } = codec;
  if (!isOwn(codec) && (!Number.isInteger(id) || id < 0x8000 || id > 0xffff))
    tell(`Its id is ${String(id)}: a codec of your own has one from 0x8000 to 0xffff.`);
  if (typeof name !== 'string' || name === '') tell('It has no name.');
}

/** @returns what it wrote; undefined if it refused to, or wrote no bytes */
function tellOfWriting(codec: Codec, plain: PlainRecord, tell: Tell): Uint8Array | undefined {
  const given = storableCopy(plain, 'value');
  let first: unknown;
  try {
    first = codec.encode(given);
  } catch {
    return undefined;
  }
  if (!(first instanceof Uint8Array) || first.length === 0) {
    tell('encode does not return bytes.');
    return undefined;
  }
  const bytes = new Uint8Array(first);
  if (!equalValues(given, storableCopy(plain, 'value'))) tell('encode changes what it is given.');
  if (!isWrittenAs(codec, storableCopy(plain, 'value'), bytes))
    tell('encode gives other bytes the second time.');
  if (!isWrittenAs(codec, rebuilt(plain), bytes))
    tell('encode gives other bytes if the properties were set in another order.');
  tellOfReadingBack(codec, plain, bytes, tell);
  return bytes;
}

function isWrittenAs(codec: Codec, plain: PlainRecord, bytes: Uint8Array): boolean {
  try {
    return equalBytes(codec.encode(plain), bytes);
  } catch {
    return false;
  }
}

function tellOfReadingBack(codec: Codec, plain: PlainRecord, bytes: Uint8Array, tell: Tell): void {
  const given = new Uint8Array(bytes);
  let decoded: unknown;
  try {
    decoded = codec.decode(given);
  } catch (error) {
    tell(`decode throws for what encode wrote: ${String(error)}`);
    return;
  }
  if (!equalBytes(given, bytes)) tell('decode changes the bytes it is given.');
  if (!isSameRecord(decoded, plain)) tell('decode gives something else than what was encoded.');
  if (codec.decode(new Uint8Array(bytes)) === decoded) tell('decode gives the same object twice.');
}

function isSameRecord(decoded: unknown, plain: PlainRecord): boolean {
  try {
    return equalValues(storableCopy(decoded as PlainRecord, 'value'), storableCopy(plain, 'value'));
  } catch {
    return false;
  }
}

/** Bytes that may be damaged must be refused, or be the one spelling of something. */
function tellOfReading(codec: Codec, bytes: Uint8Array, tell: Tell): void {
  let decoded: PlainRecord;
  try {
    decoded = storableCopy(codec.decode(new Uint8Array(bytes)), 'value');
  } catch (error) {
    if (error instanceof ImmuError || !isResourceError(error)) return;
    tell(`decode runs out of stack or memory, such as for ${shown(bytes)}: ${String(error)}`);
    return;
  }
  if (!holdsSpelled(decoded) && !isWrittenAs(codec, decoded, bytes))
    tell(
      `decode reads what encode never writes, such as ${shown(bytes)}: a second spelling of the same value.`,
    );
}

/** Deep recursion ends as a RangeError; so does an allocation that is too large. */
function isResourceError(error: unknown): boolean {
  return (
    error instanceof RangeError &&
    /call stack|allocation|Invalid (array|typed array|string) length/i.test(error.message)
  );
}

const SHOWN_BYTES = 24;

function shown(bytes: Uint8Array): string {
  return bytes.length <= SHOWN_BYTES ? `0x${toHex(bytes)}` : `0x${toHex(bytes.subarray(0, SHOWN_BYTES))}…`;
}
