// The checked-in bytes of declared types (we agree with our own past), read back into entities that store the same bytes.
import { describe, expect, test } from 'vitest';

import { fromHex, toHex } from '../../src/bytes.js';
import { canonicalSuperjson } from '../../src/codec/canonical-superjson.js';
import { cbor } from '../../src/codec/cbor.js';
import { messagePack } from '../../src/codec/message-pack.js';
import { parseRecord } from '../../src/codec/parse-record.js';
import { encodeRecord } from '../../src/codec/record.js';
import { schemaOf } from '../../src/entity/entity-schema.js';
import { Account, DECLARED_CASES, OLD_PLAIN, OLD_RECORD_CASES, orders } from './cases/declared-cases.js';
import { FIXTURE_FILES, readFixtures } from './fixture-set.js';

function bytesOf(file: string, name: string): Uint8Array {
  const { path } = FIXTURE_FILES.find((one) => one.path.endsWith(`/${file}.json`))!;
  return fromHex(readFixtures(path)[name]!)!;
}

const CODECS = { declared: canonicalSuperjson, 'declared-cbor': cbor, 'declared-message-pack': messagePack };

describe.each(Object.entries(CODECS))('%s', (file, codec) => {
  test.each(DECLARED_CASES)('$name is read back, and stored as it was', ({ name, plain }) => {
    const bytes = bytesOf(file, name);
    const { entity, undeclared } = orders.hydrate(codec.decode(bytes), orders.keyFor('o'), 1);
    expect(undeclared).toBeUndefined();
    const again = orders.toPlain(entity);
    expect(again).toEqual(plain);
    expect(toHex(codec.encode(again))).toBe(toHex(bytes));
  });
});

test.each(OLD_RECORD_CASES)('$name is read by code that knows more, and stays what it is', ({ name }) => {
  const bytes = bytesOf('records-of-older-versions', name);
  const kept = toHex(bytes);
  const record = parseRecord(bytes);
  const stored = canonicalSuperjson.decode(record.payload);
  const accounts = schemaOf(Account);
  const { entity, undeclared } = accounts.hydrate(stored, accounts.keyFor('ada'), record.entityVersion);
  expect(entity.price).toMatchObject({ cents: 10n, currency: 'EUR' });
  expect(accounts.toPlain(entity, undeclared)).toEqual({
    id: 'ada',
    note: 'kept',
    price: { cents: 10n, currency: 'EUR' },
  });
  expect(toHex(bytes)).toBe(kept);
  expect(toHex(encodeRecord(record))).toBe(kept);
  expect(stored).toEqual(OLD_PLAIN);
});
