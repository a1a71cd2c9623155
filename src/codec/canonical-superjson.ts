// Codec 1: superjson's JSON in one canonical spelling, closed to everything the format does not name (FORMAT.md, "Codec 1").
import { SuperJSON } from 'superjson';

import { toBase64, utf8 } from '../bytes.js';
import { canonicalJson, type Json } from './canonical-json.js';
import type { Codec, PlainRecord } from './codec.js';
import { flatDocument } from './flat-document.js';
import { parseDocument, refusePayload } from './payload-document.js';
import { brandOwn } from './own-codec.js';
import { verifyReadsBack, withinLimit } from './payload-checks.js';
import { revive } from './revive.js';
import { storableCopy } from './storable-value.js';
import { parseAnnotations } from './superjson-annotations.js';

function newSuperjson(): SuperJSON {
  // An instance of our own: what the application registers with its superjson must not change what is stored.
  const superjson = new SuperJSON();
  superjson.registerCustom<Uint8Array, string>(
    {
      isApplicable: (value): value is Uint8Array => value instanceof Uint8Array,
      serialize: toBase64,
      deserialize: (text) => new Uint8Array(Buffer.from(text, 'base64')),
    },
    'bytes',
  );
  return superjson;
}

const superjson = newSuperjson();

/** The document without superjson's notes on shared references, which it also makes for equal bigints. */
function documentOf(copy: Record<string, unknown>): Json {
  const { json, meta } = superjson.serialize(copy);
  // superjson types its annotations more loosely than JSON; they are JSON.
  const values = meta?.values as Json | undefined;
  return values === undefined ? { json: json as Json } : { json: json as Json, meta: { v: 1, values } };
}

function encode(plain: PlainRecord, subject = 'value'): Uint8Array {
  const flat = flatDocument(plain);
  if (flat !== undefined) return withinLimit(utf8(flat), subject);
  const copy = storableCopy(plain, subject);
  const bytes = withinLimit(utf8(canonicalJson(documentOf(copy))), subject);
  // Guards against a superjson that writes differently.
  verifyReadsBack(() => decode(bytes), copy, subject);
  return bytes;
}

function decode(bytes: Uint8Array): Record<string, unknown> {
  const { json, values } = parseDocument(bytes);
  if (values === undefined) return json;
  const annotations = parseAnnotations(values) ?? refusePayload('its annotations are outside the format');
  const revived = revive(json, annotations) ?? refusePayload('its annotations do not fit its values');
  return revived as Record<string, unknown>;
}

/**
 * Codec 1, the default: canonical superjson.
 *
 * Stores null, booleans, numbers (−0, NaN and infinities included), bigint, strings, bytes, Date, RegExp, URL, arrays,
 * Set and Map in their order, and plain objects. What superjson wrote is read back and compared before it is returned.
 */
export const canonicalSuperjson: Codec = brandOwn({ id: 1, name: 'canonical superjson', encode, decode });
