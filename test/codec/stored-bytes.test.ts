// The checked-in bytes of every form (we agree with our own past): a difference is a bug or a new format.
import { describe, expect, test } from 'vitest';

import { fromHex } from '../../src/bytes.js';
import { canonicalSuperjson } from '../../src/codec/canonical-superjson.js';
import { cbor } from '../../src/codec/cbor.js';
import { equalValues } from '../../src/codec/equal-values.js';
import { parseIndexState } from '../../src/codec/index-state.js';
import { messagePack } from '../../src/codec/message-pack.js';
import { parseKeyParts } from '../../src/codec/parse-key-parts.js';
import { parseRecord } from '../../src/codec/parse-record.js';
import { parseKey } from '../../src/codec/record-key.js';
import { factsOf } from '../../src/codec/revision-facts.js';
import { BINARY_CASES } from './cases/binary-cases.js';
import { INDEX_STATE_CASES } from './cases/index-cases.js';
import { KEY_CASES, PART_CASES } from './cases/key-cases.js';
import { PAYLOAD_CASES } from './cases/payload-cases.js';
import { FACTS_CASES, RECORD_CASES } from './cases/record-cases.js';
import { FIXTURE_FILES, readFixtures } from './fixture-set.js';

describe.each(FIXTURE_FILES)('$path', ({ path, written }) => {
  const fixtures = readFixtures(path);

  test('has a case for each of its bytes, and bytes for each case (npx tsx test/codec/add-fixtures.ts adds them)', () => {
    expect(Object.keys(fixtures).sort()).toEqual([...written.keys()].sort());
  });

  test.each([...written.keys()])('%s is written as it always was', (name) => {
    expect(written.get(name)).toBe(fixtures[name]);
  });
});

const bytesOf = (file: string, name: string): Uint8Array => {
  const { path } = FIXTURE_FILES.find((one) => one.path.endsWith(`/${file}.json`))!;
  return fromHex(readFixtures(path)[name]!)!;
};

test.each(PART_CASES)('key part $name is read back', ({ name, part }) => {
  expect(parseKeyParts(bytesOf('key-parts', name))).toEqual([part]);
});

test.each(KEY_CASES)('key $name is read back', ({ name, space, parts }) => {
  const { kind, namespace, entity, name: index } = space;
  expect(parseKey(bytesOf('keys', name))).toEqual({ kind, namespace, entity, name: index, parts });
});

test.each(RECORD_CASES)('record $name is read back', ({ name, record }) => {
  expect(parseRecord(bytesOf('records', name))).toEqual(record);
});

test.each(FACTS_CASES)('what record $name says of itself is read back', ({ name, facts }) => {
  expect(factsOf(parseRecord(bytesOf('records', name)).extensions)).toEqual(facts);
});

test.each(INDEX_STATE_CASES)('index state $name is read back', ({ name, noted }) => {
  expect(parseIndexState(bytesOf('index-states', name))).toEqual(noted);
});

test.each(PAYLOAD_CASES)('payload $name is read back', ({ name, plain }) => {
  const decoded = canonicalSuperjson.decode(bytesOf('payloads', name));
  const expected = name === 'undefined properties' ? { b: { d: 1 } } : plain;
  expect(equalValues(decoded, expected)).toBe(true);
});

test.each(BINARY_CASES)('CBOR and MessagePack $name are read back', ({ name, plain }) => {
  const expected = name === 'undefined properties' ? { b: { d: 1 } } : plain;
  expect(equalValues(cbor.decode(bytesOf('payloads-cbor', name)), expected)).toBe(true);
  expect(equalValues(messagePack.decode(bytesOf('payloads-message-pack', name)), expected)).toBe(true);
});
