import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import { CLIENT_LIMITS } from '../../src/client/limits.js';
import { keyValueSize, preconditionSize, VERIFIABLE_OVERHEAD } from '../../src/client/request-size.js';
import {
  assertWritable,
  toWireEntry,
  toWirePrecondition,
  type EntryToWrite,
  type Precondition,
} from '../../src/client/writes.js';
import { ImmuError } from '../../src/errors.js';
import type { KeyMetadata } from '../../src/proof/index.js';
import { KeyValue, SetRequest } from '../../src/wire/immudb/schema/kv.js';
import { VerifiableSetRequest } from '../../src/wire/immudb/schema/verifiable.js';

const entry = (key: string, bytes = 1): EntryToWrite => ({ key: utf8(key), value: new Uint8Array(bytes) });
const entries = (count: number, bytes = 1) =>
  Array.from({ length: count }, (_, index) => entry(`k${index}`, bytes));
const MAX = CLIENT_LIMITS.maxMessageBytes;

function refusal(written: readonly EntryToWrite[], preconditions: readonly Precondition[] = []): ImmuError {
  try {
    assertWritable(written, preconditions);
  } catch (error) {
    if (error instanceof ImmuError) return error;
    throw error;
  }
  throw new Error('expected a refusal');
}

describe('assertWritable', () => {
  it('takes what the server takes', () => {
    assertWritable([entry('a', 0)]);
    assertWritable(
      entries(1024),
      Array.from({ length: 1024 }, () => ({ kind: 'mustExist', key: utf8('a') })),
    );
    assertWritable([{ key: new Uint8Array(1023), value: utf8('v') }]);
    assertWritable([entry('a', MAX - 100)]);
  });

  it('refuses no entries', () => {
    expect(refusal([])).toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('refuses too many entries and preconditions, and says how many', () => {
    expect(refusal(entries(1025))).toMatchObject({
      code: 'BATCH_TOO_LARGE',
      details: { entries: 1025, max: 1024 },
    });
    expect(refusal(entries(1025)).message).toContain('1025 entries; the server takes 1024');
    const conditions = Array.from({ length: 1025 }, (): Precondition => ({
      kind: 'mustExist',
      key: utf8('a'),
    }));
    expect(refusal(entries(1), conditions).message).toContain('1025 preconditions; the server takes 1024');
  });

  it('refuses a key that is empty or too long, and names it', () => {
    expect(refusal([entry('')])).toMatchObject({ code: 'INVALID_ARGUMENT' });
    const error = refusal([{ key: utf8('x'.repeat(1024)), value: utf8('v') }]);
    expect(error).toMatchObject({ code: 'KEY_TOO_LARGE', details: { bytes: 1024, maxBytes: 1023 } });
    expect(error.message).toContain('has 1024 bytes; the server takes 1023');
    expect(refusal([entry('a')], [{ kind: 'mustExist', key: utf8('') }])).toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('refuses a key that occurs twice, and names it', () => {
    const error = refusal([entry('a'), entry('user:7'), entry('b'), entry('user:7')]);
    expect(error).toMatchObject({ code: 'DUPLICATE_KEY' });
    expect(error.message).toContain('"user:7"');
  });

  it('refuses a value that fits no request, and names its key', () => {
    const error = refusal([entry('a'), entry('film', MAX)]);
    expect(error).toMatchObject({ code: 'VALUE_TOO_LARGE', details: { bytes: MAX, maxBytes: MAX } });
    expect(error.message).toContain('The value of key "film"');
  });

  it('refuses values that fit one by one but not together', () => {
    const error = refusal(entries(5, MAX / 4));
    expect(error).toMatchObject({ code: 'BATCH_TOO_LARGE', details: { entries: 5, maxBytes: MAX } });
    expect(error.message).toContain('5 entries and 0 preconditions');
  });

  it.each<[string, unknown]>([
    ['a key', [{ key: 'text', value: utf8('v') }]],
    ['the value of key "a"', [{ key: utf8('a'), value: 'text' }]],
    ['the value of key "a"', [{ key: utf8('a'), value: undefined }]],
    [
      'expiresAt',
      [{ key: utf8('a'), value: utf8('v'), metadata: { deleted: false, nonIndexable: false, expiresAt: 5 } }],
    ],
    [
      'expiresAt',
      [
        {
          key: utf8('a'),
          value: utf8('v'),
          metadata: { deleted: false, nonIndexable: false, expiresAt: 1n << 63n },
        },
      ],
    ],
  ])('takes a wrong type for a mistake: %s', (named, written) => {
    expect(() => {
      assertWritable(written as EntryToWrite[]);
    }).toThrow(TypeError);
    expect(() => {
      assertWritable(written as EntryToWrite[]);
    }).toThrow(named);
  });

  it.each([0n, -1n, 1n << 64n, 5 as unknown as bigint])(
    'takes a condition after transaction %s for a mistake',
    (txId) => {
      expect(() => {
        assertWritable([entry('a')], [{ kind: 'notModifiedAfter', key: utf8('a'), txId }]);
      }).toThrow(TypeError);
    },
  );
});

describe("the wire's form", () => {
  it.each<[KeyMetadata | undefined, unknown]>([
    [undefined, undefined],
    [
      { deleted: false, nonIndexable: false },
      { deleted: false, expiration: undefined, nonIndexable: false },
    ],
    [
      { deleted: true, nonIndexable: false },
      { deleted: true, expiration: undefined, nonIndexable: false },
    ],
    [
      { deleted: false, nonIndexable: true, expiresAt: 0n },
      { deleted: false, expiration: { expiresAt: 0n }, nonIndexable: true },
    ],
  ])('of metadata %o', (metadata, wire) => {
    const written = toWireEntry({ key: utf8('a'), value: utf8('v'), metadata });
    expect(written).toEqual({ key: utf8('a'), value: utf8('v'), metadata: wire });
    expect(KeyValue.decode(KeyValue.encode(written).finish())).toEqual(written);
  });

  it.each<[Precondition, unknown]>([
    [
      { kind: 'mustExist', key: utf8('a') },
      { $case: 'keyMustExist', value: { key: utf8('a') } },
    ],
    [
      { kind: 'mustNotExist', key: utf8('a') },
      { $case: 'keyMustNotExist', value: { key: utf8('a') } },
    ],
    [
      { kind: 'notModifiedAfter', key: utf8('a'), txId: 7n },
      { $case: 'keyNotModifiedAfterTX', value: { key: utf8('a'), txID: 7n } },
    ],
  ])('of condition %o', (condition, wire) => {
    expect(toWirePrecondition(condition)).toEqual({ precondition: wire });
  });
});

describe('the size of a request', () => {
  const bytes = (maxLength: number) =>
    fc.nat({ max: maxLength }).map((length) => new Uint8Array(length).fill(1));
  const metadata = fc.record({
    deleted: fc.boolean(),
    nonIndexable: fc.boolean(),
    expiresAt: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
  });
  const written = fc.record(
    { key: bytes(1023), value: bytes(70_000), metadata: fc.option(metadata, { nil: undefined }) },
    { requiredKeys: ['key', 'value'] },
  );
  const condition = fc.record({
    kind: fc.constant('notModifiedAfter' as const),
    key: bytes(1023),
    txId: fc.bigInt({ min: 1n, max: (1n << 64n) - 1n }),
  });

  it('is never underestimated, and hardly overestimated', () => {
    fc.assert(
      fc.property(
        fc.array(written, { maxLength: 5 }),
        fc.array(condition, { maxLength: 5 }),
        (KVs, conditions) => {
          const setRequest = {
            KVs: KVs.map(toWireEntry),
            noWait: true,
            preconditions: conditions.map(toWirePrecondition),
          };
          const plain = SetRequest.encode(setRequest).finish().length;
          const proven = VerifiableSetRequest.encode({ setRequest, proveSinceTx: (1n << 64n) - 1n }).finish()
            .length;
          let bound = VERIFIABLE_OVERHEAD;
          for (const one of KVs) bound += keyValueSize(one);
          for (const one of conditions) bound += preconditionSize(one);
          expect(proven).toBeLessThanOrEqual(bound);
          expect(plain).toBeGreaterThanOrEqual(
            bound - VERIFIABLE_OVERHEAD - 24 * (KVs.length + conditions.length),
          );
        },
      ),
    );
  });
});
