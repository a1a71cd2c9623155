import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { compareBytes, concatBytes, fromHex, toHex } from '../../src/bytes.js';
import {
  encodeKey,
  isStoredName,
  MAX_KEY_BYTES,
  namedKeys,
  parseKey,
  recordKeys,
  verifyStoredName,
} from '../../src/codec/record-key.js';
import { codeOf, codeOfError, messageOf } from './code-of.js';

const accounts = recordKeys('account');

describe('names', () => {
  test.each(['a', 'account', 'a.b', 'a_b', 'a-b', 'a1', `a${'b'.repeat(63)}`])('%s is one', (name) => {
    expect(isStoredName(name)).toBe(true);
    expect(recordKeys(name).entity).toBe(name);
  });

  test.each(['', 'A', 'Account', '1a', '.a', '_a', 'a b', 'a\0', 'ä', 'a\n', `a${'b'.repeat(64)}`])(
    '%j is none',
    (name) => {
      expect(isStoredName(name)).toBe(false);
      expect(codeOf(() => recordKeys(name))).toBe('TypeError');
      expect(codeOf(() => namedKeys('index', 'account', name))).toBe('TypeError');
      if (name !== '') expect(codeOf(() => recordKeys('account', name))).toBe('TypeError');
    },
  );

  test('the error says what was named and what is allowed', () => {
    expect(
      messageOf(() => {
        verifyStoredName('entity', 'Account');
      }),
    ).toBe(
      '"Account" cannot be the name of an entity: use a lower-case letter followed by up to 63 of a-z, 0-9, ".", "_" and "-".',
    );
    expect(
      messageOf(() => {
        verifyStoredName('index', undefined);
      }),
    ).toMatch(/^undefined cannot be the name of an index/);
  });
});

describe('the 1,023 byte limit', () => {
  const overhead = encodeKey(accounts, ['']).length;

  test('a key of exactly that many bytes is fine', () => {
    expect(encodeKey(accounts, ['x'.repeat(MAX_KEY_BYTES - overhead)])).toHaveLength(MAX_KEY_BYTES);
  });

  test('one more is refused, naming entity, id and both sizes', () => {
    const id = 'x'.repeat(MAX_KEY_BYTES - overhead + 1);
    expect(codeOf(() => encodeKey(accounts, [id]))).toBe('KEY_TOO_LARGE');
    expect(messageOf(() => encodeKey(accounts, [id]))).toBe(
      `The record key of account "${'x'.repeat(64)}…" has 1024 bytes, at most 1023 fit: use a shorter id.`,
    );
  });

  test('all parts of an id are named, each as it would be written', () => {
    const parts = ['x'.repeat(2000), 1, 2n, true, new Date(0), new Date(-1), Uint8Array.of(1, 0xff)];
    expect(messageOf(() => encodeKey(accounts, parts))).toContain(
      '[' + `"${'x'.repeat(64)}…", 1, 2n, true, 1970-01-01T00:00:00.000Z, 1969-12-31T23:59:59.999Z, 0x01ff]`,
    );
  });

  test('it counts bytes, not characters, and escapes', () => {
    expect(codeOf(() => encodeKey(accounts, ['é'.repeat(600)]))).toBe('KEY_TOO_LARGE');
    expect(codeOf(() => encodeKey(accounts, ['\0'.repeat(600)]))).toBe('KEY_TOO_LARGE');
  });
});

test('a value that cannot be part of a key is refused as such', () => {
  expect(codeOf(() => encodeKey(accounts, [NaN]))).toBe('VALUE_REFUSED');
  expect(messageOf(() => encodeKey(accounts, [NaN]))).toBe(
    'account: NaN cannot be part of a key: use a finite number.',
  );
});

test('a record key needs a part, a meta key does not', () => {
  expect(codeOf(() => encodeKey(accounts, []))).toBe('TypeError');
  expect(codeOf(() => encodeKey(namedKeys('meta', 'account', 'email'), []))).toBe('nothing');
});

test('a space shares its prefix with none other', () => {
  const spaces = [
    accounts,
    recordKeys('accounts'),
    recordKeys('account', 'account'),
    namedKeys('index', 'account', 'email'),
    namedKeys('unique', 'account', 'email'),
    namedKeys('meta', 'account', 'email'),
    namedKeys('index', 'account', 'emails'),
  ].map(({ prefix }) => toHex(prefix));
  for (const a of spaces) expect(spaces.filter((b) => b.startsWith(a))).toEqual([a]);
});

test('records of one entity sort by id and apart from all others', () => {
  const keys = [
    encodeKey(recordKeys('account'), ['a']),
    encodeKey(recordKeys('account'), ['b']),
    encodeKey(recordKeys('accounts'), ['a']),
    encodeKey(recordKeys('a', 'n'), ['a']),
    encodeKey(namedKeys('index', 'account', 'x'), ['a']),
  ];
  expect([...keys].reverse().sort(compareBytes)).toEqual(keys);
});

test('keys parse back, whatever they are made of', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9._-]{0,20}$/);
  const part = fc.oneof(fc.string(), fc.bigInt({ min: -9n, max: 1n << 70n }), fc.boolean());
  fc.assert(
    fc.property(
      name,
      fc.option(name, { nil: '' }),
      name,
      fc.array(part, { minLength: 1, maxLength: 3 }),
      (entity, namespace, index, parts) => {
        for (const space of [recordKeys(entity, namespace), namedKeys('unique', entity, index, namespace)]) {
          const { kind, name: spaceName } = space;
          expect(parseKey(encodeKey(space, parts))).toEqual({
            kind,
            namespace,
            entity,
            name: spaceName,
            parts,
          });
        }
      },
    ),
  );
});

describe('foreign keys are refused', () => {
  const key = encodeKey(accounts, ['a']);
  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['another first byte', concatBytes(Uint8Array.of(0xe0), key.subarray(1))],
    ['text', new TextEncoder().encode('config:theme')],
    ['kind 0', fromHex('e100006100400000')!],
    ['kind 5', fromHex('e105006100400000')!],
    ['a namespace that is not one', fromHex('e1014100610028 80'.replaceAll(' ', ''))!],
    ['an entity that is not one', fromHex('e1010041002880')!],
    ['an empty entity', fromHex('e10100002880')!],
    ['an index without a name', fromHex('e102006100002880')!],
    ['a record without parts', fromHex('e101006100')!],
    ['cut in its namespace', fromHex('e101')!],
    ['cut in its id', key.subarray(0, -1)],
    ['bytes after its id', concatBytes(key, Uint8Array.of(0))],
    ['too many bytes', concatBytes(key.subarray(0, -1), new Uint8Array(1024).fill(0x61), Uint8Array.of(0))],
  ])('%s', (_, bytes) => {
    expect(codeOf(() => parseKey(bytes))).toBe('UNREADABLE_RECORD');
  });

  test('the error shows the key, the place and the problem', () => {
    expect(messageOf(() => parseKey(fromHex('e109')!))).toBe(
      'Key e109 cannot be read: unknown kind 9 at byte 2. It was written by something else, or by a newer immurepo.',
    );
  });

  test('any bytes are refused or are a key of ours', () => {
    const bytes = fc.uint8Array({ maxLength: 20 }).map((tail) => concatBytes(fromHex('e10100')!, tail));
    fc.assert(
      fc.property(bytes, (candidate) => {
        let parsed;
        try {
          parsed = parseKey(candidate);
        } catch (error) {
          expect(codeOfError(error)).toBe('UNREADABLE_RECORD');
          return;
        }
        expect(encodeKey(recordKeys(parsed.entity, parsed.namespace), parsed.parts)).toEqual(candidate);
      }),
      { numRuns: 1000 },
    );
  });
});
