// Every form of the stored bytes by file and name. Used to check them (stored-bytes.test.ts) and to add new ones.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { toHex } from '../../src/bytes.js';
import { canonicalSuperjson } from '../../src/codec/canonical-superjson.js';
import { cbor } from '../../src/codec/cbor.js';
import { definitionDigest, encodeIndexState } from '../../src/codec/index-state.js';
import { encodeKeyPart } from '../../src/codec/key-parts.js';
import { messagePack } from '../../src/codec/message-pack.js';
import { encodeKey } from '../../src/codec/record-key.js';
import { encodeRecord } from '../../src/codec/record.js';
import { BINARY_CASES } from './cases/binary-cases.js';
import { DECLARED_CASES, OLD_RECORD_CASES } from './cases/declared-cases.js';
import { DEFINITION_CASES, INDEX_STATE_CASES } from './cases/index-cases.js';
import { KEY_CASES, PART_CASES } from './cases/key-cases.js';
import { PAYLOAD_CASES } from './cases/payload-cases.js';
import { RECORD_CASES } from './cases/record-cases.js';

export interface FixtureFile {
  readonly path: string;
  /** What this version writes, by case, as hex. */
  readonly written: ReadonlyMap<string, string>;
}

function file<T extends { name: string }>(
  name: string,
  cases: readonly T[],
  encode: (of: T) => Uint8Array,
): FixtureFile {
  return {
    path: fileURLToPath(new URL(`fixtures/${name}.json`, import.meta.url)),
    written: new Map(cases.map((one) => [one.name, toHex(encode(one))])),
  };
}

export const FIXTURE_FILES: readonly FixtureFile[] = [
  file('key-parts', PART_CASES, ({ part }) => encodeKeyPart(part)),
  file('keys', KEY_CASES, ({ space, parts }) => encodeKey(space, parts)),
  file('records', RECORD_CASES, ({ record }) => encodeRecord(record)),
  file('index-states', INDEX_STATE_CASES, ({ noted }) => encodeIndexState(noted)),
  file('index-definitions', DEFINITION_CASES, ({ unique, properties }) =>
    definitionDigest(unique, properties),
  ),
  file('payloads', PAYLOAD_CASES, ({ plain }) => canonicalSuperjson.encode(plain)),
  file('payloads-cbor', BINARY_CASES, ({ plain }) => cbor.encode(plain)),
  file('payloads-message-pack', BINARY_CASES, ({ plain }) => messagePack.encode(plain)),
  file('declared', DECLARED_CASES, ({ plain }) => canonicalSuperjson.encode(plain)),
  file('declared-cbor', DECLARED_CASES, ({ plain }) => cbor.encode(plain)),
  file('declared-message-pack', DECLARED_CASES, ({ plain }) => messagePack.encode(plain)),
  file('records-of-older-versions', OLD_RECORD_CASES, ({ record }) => encodeRecord(record)),
];

/** The checked-in bytes by case, as hex. Empty for a file that does not exist yet. */
export function readFixtures(path: string): Record<string, string> {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
