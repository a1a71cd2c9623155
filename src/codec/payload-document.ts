// The JSON document of a payload, read from bytes of unknown origin: canonical, bounded, with no member it may not have.
import { fromUtf8, isWellFormed } from '../bytes.js';
import { ImmuError } from '../errors.js';
import { canonicalJson, isJsonArray, isJsonObject, type Json, type JsonObject } from './canonical-json.js';
import { FORBIDDEN_NAMES, MAX_DEPTH, MAX_PAYLOAD_BYTES } from './payload-limits.js';

/** Levels of JSON around the properties and, for annotations, at most four for each level of what they annotate. */
const MAX_DOCUMENT_DEPTH = 4 + 4 * MAX_DEPTH;

/** A payload's content before annotations are applied. */
export interface PayloadDocument {
  /** The properties in their JSON form. Nobody else holds it. */
  readonly json: JsonObject;
  /** The annotations as they stand, or `undefined` for none. */
  readonly values: Json | undefined;
}

/** Refuses a payload. @throws ImmuError `UNREADABLE_RECORD` always */
export function refusePayload(problem: string): never {
  throw new ImmuError('UNREADABLE_RECORD', `The payload is not canonical superjson: ${problem}.`);
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return refusePayload('it is not JSON');
  }
}

/**
 * Whether all names are in canonical order as the object lists them. Refuses what is nested too deeply on the way, so
 * that what follows may recurse.
 */
function isSorted(json: Json, levels: number): boolean {
  if (json === null || typeof json !== 'object') return true;
  if (levels === 0) refusePayload('it is nested too deeply');
  let sorted = true;
  if (isJsonArray(json)) {
    for (const element of json) if (!isSorted(element, levels - 1)) sorted = false;
    return sorted;
  }
  let previous = '';
  for (const name of Object.keys(json)) {
    if (name < previous) sorted = false;
    previous = name;
    const member = json[name];
    if (member !== undefined && !isSorted(member, levels - 1)) sorted = false;
  }
  return sorted;
}

/** Refuses a text that is not the one canonical spelling of the JSON it holds: evidence compares bytes. */
function verifyCanonical(text: string, document: Json): void {
  // Objects list names like "10" first whatever the text says: only then is the slower way needed.
  const canonical = isSorted(document, MAX_DOCUMENT_DEPTH)
    ? JSON.stringify(document)
    : canonicalJson(document);
  if (canonical !== text) refusePayload('the same JSON has another spelling');
}

/** Refuses names that reach into prototypes, and nesting that encode would refuse. */
function verifyNames(json: Json, levels: number): void {
  if (json === null || typeof json !== 'object') return;
  if (levels === 0) refusePayload(`it is nested deeper than ${MAX_DEPTH} levels`);
  if (isJsonArray(json)) {
    for (const element of json) verifyNames(element, levels - 1);
    return;
  }
  for (const name of Object.keys(json)) {
    if (FORBIDDEN_NAMES.has(name)) refusePayload(`it has a property ${name}`);
    verifyNames(json[name] ?? null, levels - 1);
  }
}

function verifyText(json: Json): void {
  if (typeof json === 'string' && !isWellFormed(json)) refusePayload('it has a lone surrogate');
  if (json === null || typeof json !== 'object') return;
  for (const [name, member] of Object.entries(json)) {
    verifyText(name);
    verifyText(member);
  }
}

/** The members of the document, which may be no other than these. */
function membersOf(document: Json): PayloadDocument {
  if (!isJsonObject(document)) return refusePayload('it is not an object');
  const { json, meta } = document;
  if (!isJsonObject(json)) return refusePayload('it has no properties');
  if (Object.keys(document).length !== (meta === undefined ? 1 : 2))
    refusePayload('it has a member beside json and meta');
  if (meta === undefined) return { json, values: undefined };
  if (!isJsonObject(meta) || meta.v !== 1) return refusePayload('its meta is not of version 1');
  const { values } = meta;
  if (values === undefined || Object.keys(meta).length !== 2)
    return refusePayload('its meta is not v and values');
  return { json, values };
}

/**
 * Reads a payload's document.
 *
 * @param bytes from anyone
 * @throws ImmuError `UNREADABLE_RECORD` unless it is canonical JSON within the limits, with exactly the known members
 */
export function parseDocument(bytes: Uint8Array): PayloadDocument {
  if (bytes.length > MAX_PAYLOAD_BYTES) refusePayload(`it has ${bytes.length} bytes`);
  const text = fromUtf8(bytes) ?? refusePayload('it is not UTF-8');
  const document = parseJson(text);
  verifyCanonical(text, document);
  const members = membersOf(document);
  verifyNames(members.json, MAX_DEPTH);
  // UTF-8 has no lone surrogates; only JSON's escape can bring one in.
  if (text.includes('\\ud')) verifyText(document);
  return members;
}
