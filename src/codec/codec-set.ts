// The codecs of one ledger: which one writes, and which one reads what another wrote.
import { ImmuError } from '../errors.js';
import { canonicalSuperjson } from './canonical-superjson.js';
import type { Codec } from './codec.js';
import { guardedCodec } from './guarded-codec.js';
import { isOwn } from './own-codec.js';

/** The first id that is an application's own. */
const FIRST_PRIVATE = 0x8000;
const LAST_PRIVATE = 0xffff;

/** What to add for records of ours that a ledger does not read by itself. */
const OPTIONAL: ReadonlyMap<number, string> = new Map([
  [2, `CBOR: add it with \`codecs: [cbor]\`, imported from 'immurepo/cbor'`],
  [3, `MessagePack: add it with \`codecs: [messagePack]\`, imported from 'immurepo/message-pack'`],
]);

/** Codecs by the number that records name them by. */
export interface CodecSet {
  /** The codec as it is used: guarded if it is an application's own. One that is in the set */
  readonly inUse: (codec: Codec) => Codec;
  /** The codec of that number. @throws ImmuError `UNSUPPORTED_FORMAT` saying which option to add */
  readonly reader: (id: number) => Codec;
}

/**
 * Puts codecs together. The default one is always among them; the same one may be named more than once.
 *
 * @param codecs from the application
 * @throws TypeError for what is no codec, an id that it may not have, or two codecs of one id
 */
export function codecSet(codecs: readonly Codec[]): CodecSet {
  const given = new Map<number, Codec>([[canonicalSuperjson.id, canonicalSuperjson]]);
  for (const codec of codecs) {
    assertCodec(codec);
    const other = given.get(codec.id) ?? codec;
    // Two copies of this package have two objects for one codec.
    if (other !== codec && !(isOwn(other) && isOwn(codec)))
      throw new TypeError(
        `Codecs "${other.name}" and "${codec.name}" both have the id ${shown(codec.id)}: give one another.`,
      );
    given.set(codec.id, codec);
  }
  const used = new Map([...given].map(([id, codec]) => [id, isOwn(codec) ? codec : guardedCodec(codec)]));
  const reader = (id: number): Codec => {
    const codec = used.get(id);
    if (codec === undefined) throw notConfigured(id);
    return codec;
  };
  return { inUse: ({ id }) => reader(id), reader };
}

/** @throws TypeError */
function assertCodec(codec: unknown): asserts codec is Codec {
  const { id, name, encode, decode } = (codec ?? {}) as Partial<Record<keyof Codec, unknown>>;
  if (typeof name !== 'string' || name === '' || typeof encode !== 'function' || typeof decode !== 'function')
    throw new TypeError('A codec must have an id, a name, and the methods encode and decode.');
  if (isOwn(codec as object)) return;
  if (typeof id === 'number' && Number.isInteger(id) && id >= FIRST_PRIVATE && id <= LAST_PRIVATE) return;
  throw new TypeError(
    `Codec "${name}" has the id ${String(id)}: one of your own must have one from ${shown(FIRST_PRIVATE)} to ` +
      `${shown(LAST_PRIVATE)}, for ever the same.`,
  );
}

function notConfigured(id: number): ImmuError {
  const whose =
    OPTIONAL.get(id) ??
    (id >= FIRST_PRIVATE
      ? 'one of an application itself: add it to `codecs`'
      : 'which this version does not know: read it with a newer immurepo');
  return new ImmuError(
    'UNSUPPORTED_FORMAT',
    `Its payload was written by codec ${shown(id)}, which this ledger was not opened with: ${whose}.`,
    { details: { codec: id } },
  );
}

function shown(id: number): string {
  return id < FIRST_PRIVATE ? String(id) : `0x${id.toString(16)}`;
}
