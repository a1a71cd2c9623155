// Every type a property may have, from an entity through the bytes of a record and back into an entity.
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { toHex } from '../../src/bytes.js';
import { canonicalSuperjson } from '../../src/codec/canonical-superjson.js';
import { equalValues } from '../../src/codec/equal-values.js';
import type { KeyPart } from '../../src/codec/key-parts.js';
import { parseRecord } from '../../src/codec/parse-record.js';
import { encodeRecord } from '../../src/codec/record.js';
import { Entity, Id, Property } from '../../src/entity/decorators.js';
import { schemaOf } from '../../src/entity/entity-schema.js';
import { Index } from '../../src/entity/index-decorator.js';
import { FIRST } from '../codec/cases/record-cases.js';

@Entity({ name: 'everything' })
class Everything {
  @Id() id!: KeyPart;
  @Property() anything?: unknown;
  @Index() boolean?: boolean | null;
  @Property() number?: number | null;
  @Index() bigint?: bigint | null;
  @Index() text?: string | null;
  @Index() date?: Date | null;
  @Index() bytes?: Uint8Array | null;
  @Property() set?: Set<unknown>;
  @Property() map?: Map<unknown, unknown>;
  @Property() list?: unknown[];
  @Property() nested?: Record<string, unknown>;
  @Property() url?: URL;
  @Property() pattern?: RegExp;
}

const schema = schemaOf(Everything);

/** As a repository stores it and reads it. */
function stored(entity: Everything): { bytes: Uint8Array; read: Everything } {
  const payload = canonicalSuperjson.encode(schema.toPlain(entity));
  const bytes = encodeRecord({ ...FIRST, payload });
  const plain = canonicalSuperjson.decode(parseRecord(bytes).payload);
  return { bytes, read: schema.hydrate(plain, schema.keyFor(entity.id), schema.version).entity };
}

const number = fc.oneof(fc.double(), fc.constantFrom(-0, 0, NaN, Infinity, -Infinity, 5e-324, 2 ** 53 + 2));
const bigint = fc.bigInt({ min: -(1n << 200n), max: 1n << 200n });
const text = fc.string({ unit: 'binary', maxLength: 12 });
const date = fc.date({ noInvalidDate: true });
const bytes = fc.uint8Array({ maxLength: 12 });
const scalar = fc.oneof(number, bigint, text, date, bytes, fc.boolean(), fc.constant(null));
const url = fc.webUrl().map((address) => new URL(address));
const pattern = fc.constantFrom(/a/, /\/b/giu, new RegExp(''));
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null | undefined> =>
  fc.oneof({ weight: 6, arbitrary: value }, fc.constantFrom(null, undefined));
const absent = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });

const id = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  bigint,
  text,
  date,
  bytes,
  fc.boolean(),
);
const everything = fc
  .record({
    id,
    anything: absent(scalar),
    boolean: optional(fc.boolean()),
    number: optional(number),
    bigint: optional(bigint),
    text: optional(text),
    date: optional(date),
    bytes: optional(bytes),
    set: absent(fc.uniqueArray(scalar, { maxLength: 4 }).map((list) => new Set(list))),
    map: absent(fc.array(fc.tuple(scalar, scalar), { maxLength: 4 }).map((list) => new Map(list))),
    list: absent(fc.array(scalar, { maxLength: 4 })),
    nested: absent(fc.record({ a: scalar, b: fc.record({ c: scalar, list: fc.array(scalar) }) })),
    url: absent(url),
    pattern: absent(pattern),
  })
  .map((values) => Object.assign(new Everything(), values));

test('every property comes back as it was, -0, NaN and the order of Sets and Maps included', () => {
  fc.assert(
    fc.property(everything, (entity) => {
      const { read } = stored(entity);
      expect(read).toBeInstanceOf(Everything);
      for (const { property } of schema.properties) {
        const [before, after] = [Reflect.get(entity, property), Reflect.get(read, property)] as unknown[];
        if (!equalValues(before, after)) expect(after).toStrictEqual(before);
      }
      expect(Object.keys(read).sort()).toEqual(
        Object.entries(entity)
          .filter(([, value]) => value !== undefined)
          .map(([name]) => name)
          .sort(),
      );
    }),
    { numRuns: 1000 },
  );
});

test('what was read is stored as the same bytes, and found under the same values', () => {
  fc.assert(
    fc.property(everything, (entity) => {
      const first = stored(entity);
      expect(toHex(stored(first.read).bytes)).toBe(toHex(first.bytes));
      for (const index of schema.indexes) {
        const [before, after] = [index.valuesOf(entity), index.valuesOf(first.read)];
        expect(equalValues(before, after)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

test.each<[string, number]>([
  ['NaN', NaN],
  ['-0', -0],
  ['0', 0],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
])('%s survives, alone and inside of others', (_, value) => {
  const entity = Object.assign(new Everything(), {
    id: 'a',
    number: value,
    list: [value],
    set: new Set([[value]]),
    map: new Map([['k', value]]),
    nested: { deep: { value } },
  });
  const { read } = stored(entity);
  expect(Object.is(read.number, value)).toBe(true);
  expect(Object.is(read.list?.[0], value)).toBe(true);
  expect(Object.is(([...read.set!][0] as number[])[0], value)).toBe(true);
  expect(Object.is(read.map?.get('k'), value)).toBe(true);
  expect(Object.is((read.nested?.deep as { value: number }).value, value)).toBe(true);
});
