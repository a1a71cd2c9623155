// What a revision says of itself beyond its payload (FORMAT.md, "Extensions", types 1 to 5): who wrote it and why, under
// which index keys it is found, and until when it counts.
import { compareBytes, concatBytes, fromUtf8, isWellFormed, u16be, u64be, utf8 } from '../bytes.js';
import { ImmuError } from '../errors.js';
import { SIGN_BIT } from './key-parts.js';
import { carriedExtensions, type RecordExtension } from './record-extensions.js';

/** Who wrote a revision and why, as the application said. */
export interface Provenance {
  readonly actor?: string | undefined;
  readonly reason?: string | undefined;
  readonly correlationId?: string | undefined;
}

/** What one revision says of itself. */
export interface RevisionFacts extends Provenance {
  /** The index and unique keys that are live after this revision, ascending, none twice. */
  readonly indexKeys: readonly Uint8Array[];
  /** When it ceases to count, in milliseconds since 1970; undefined for never. */
  readonly expiresAt: number | undefined;
}

const ACTOR = 1;
const REASON = 2;
const CORRELATION_ID = 3;
const INDEX_KEYS = 4;
const EXPIRY = 5;

/** The facts of a revision without extensions. */
const NO_FACTS: RevisionFacts = {
  actor: undefined,
  reason: undefined,
  correlationId: undefined,
  indexKeys: [],
  expiresAt: undefined,
};

/** The most bytes of UTF-8 that an actor, a reason or a correlation id may have. */
export const MAX_PROVENANCE_BYTES = 4096;

function textExtension(type: number, text: string | undefined): RecordExtension[] {
  return text === undefined ? [] : [{ type, bytes: utf8(text) }];
}

/** Each key after its length. @param keys ascending */
function keyList(keys: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...keys.flatMap((key) => [u16be(key.length), key]));
}

/**
 * The extensions of a new revision.
 *
 * @param carried those of the revision it builds on: what this version does not know is kept
 */
export function extensionsOf(
  facts: RevisionFacts,
  carried: readonly RecordExtension[],
): readonly RecordExtension[] {
  const { actor, reason, correlationId, indexKeys, expiresAt } = facts;
  const own = [
    ...textExtension(ACTOR, actor),
    ...textExtension(REASON, reason),
    ...textExtension(CORRELATION_ID, correlationId),
    ...(indexKeys.length === 0 ? [] : [{ type: INDEX_KEYS, bytes: keyList(indexKeys) }]),
    ...(expiresAt === undefined
      ? []
      : [{ type: EXPIRY, bytes: u64be(BigInt.asUintN(64, BigInt(expiresAt))) }]),
  ];
  return [...own, ...carriedExtensions(carried)].sort((a, b) => a.type - b.type);
}

/**
 * What the extensions of a stored revision say.
 *
 * @throws ImmuError UNREADABLE_RECORD for one that is not as described
 */
export function factsOf(extensions: readonly RecordExtension[]): RevisionFacts {
  if (extensions.length === 0) return NO_FACTS;
  const bytesOf = (type: number) => extensions.find((extension) => extension.type === type)?.bytes;
  return {
    actor: textOf(bytesOf(ACTOR), 'actor'),
    reason: textOf(bytesOf(REASON), 'reason'),
    correlationId: textOf(bytesOf(CORRELATION_ID), 'correlation id'),
    indexKeys: keysOf(bytesOf(INDEX_KEYS)),
    expiresAt: momentOf(bytesOf(EXPIRY)),
  };
}

function textOf(bytes: Uint8Array | undefined, what: string): string | undefined {
  if (bytes === undefined) return undefined;
  const text = fromUtf8(bytes);
  if (text === undefined) throw unreadable(`its ${what} is not UTF-8`);
  return text;
}

function keysOf(bytes: Uint8Array | undefined): readonly Uint8Array[] {
  if (bytes === undefined) return [];
  const keys: Uint8Array[] = [];
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length;) {
    const end = at + 2 <= bytes.length ? at + 2 + view.readUInt16BE(at) : Infinity;
    const before = keys.at(-1);
    const key = bytes.subarray(at + 2, end);
    const ascends = before === undefined || compareBytes(before, key) < 0;
    if (end > bytes.length || key.length === 0 || !ascends)
      throw unreadable('its list of index keys is malformed');
    keys.push(key);
    at = end;
  }
  if (keys.length === 0) throw unreadable('its list of index keys is malformed');
  return keys;
}

/** A moment that Date can hold. */
function momentOf(bytes: Uint8Array | undefined): number | undefined {
  if (bytes === undefined) return undefined;
  const bits = bytes.length === 8 ? Buffer.from(bytes).readBigUInt64BE() : 0n;
  const moment = Number(bits & SIGN_BIT ? bits - (SIGN_BIT << 1n) : bits);
  if (bytes.length !== 8 || Number.isNaN(new Date(moment).getTime()))
    throw unreadable('its expiry is no moment');
  return moment;
}

function unreadable(problem: string): ImmuError {
  return new ImmuError('UNREADABLE_RECORD', `The record cannot be read: ${problem}.`);
}

/** Why a text cannot be stored as an actor, a reason or a correlation id, or undefined. */
export function problemOfText(text: unknown): string | undefined {
  if (typeof text !== 'string') return 'must be a string';
  if (text === '') return 'is empty';
  if (!isWellFormed(text)) return 'has a lone surrogate, which UTF-8 cannot carry';
  return utf8(text).length > MAX_PROVENANCE_BYTES
    ? `is longer than ${MAX_PROVENANCE_BYTES} bytes`
    : undefined;
}
