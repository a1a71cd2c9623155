// Random entities and random queries against a plain filter and sort that knows nothing of keys: with values of every type
// a key part can have, among them those whose bytes are easily got wrong.

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Entity, Id, type Ledger, MemoryTrustStore, openLedger, Property, type Verified } from 'immurepo';
import type { KeyPart } from '../../../src/codec/key-parts.js';
import { LocalTransport } from '../../../src/client/local-transport.js';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import { entitySchemas } from '../../../src/entity/entity-set.js';
import { Index } from '../../../src/entity/index-decorator.js';
import type { Range, Where } from '../../../src/entity/where-types.js';
import { openIndexes } from '../../../src/repository/index-states.js';
import { count } from '../../../src/repository/query/count.js';
import { findBy } from '../../../src/repository/query/find-by.js';
import { page } from '../../../src/repository/query/page.js';
import type { QuerySource } from '../../../src/repository/query/source.js';
import { streamBy } from '../../../src/repository/query/stream-by.js';
import { stream } from '../../../src/repository/query/stream.js';
import { all } from './query-suite.js';
import { lifecycle } from '../no-lifecycle.js';

@Entity({ name: 'sample' })
@Index({ name: 'flag-text', on: ['flag', 'text'] })
@Index({ name: 'text-bytes', on: ['text', 'bytes'] })
@Index({ name: 'bytes-big-number', on: ['bytes', 'big', 'number'] })
@Index({ name: 'number-when', on: ['number', 'when'] })
@Index({ name: 'when-big', on: ['when', 'big'] })
@Index({ name: 'big-serial', on: ['big', 'serial'], unique: true })
class Sample {
  @Id() id!: bigint;
  @Index() text?: string | undefined;
  @Index() number?: number | undefined;
  @Index() big?: bigint | undefined;
  @Index() flag?: boolean | undefined;
  @Index() when?: Date | undefined;
  @Index() bytes?: Uint8Array | undefined;
  @Index({ unique: true }) serial!: number;
  @Property() changes!: number;
}

const TEXTS = [
  '',
  '\0',
  '\0\0',
  '\u0001',
  'a',
  'a\0',
  'a\0\0',
  'a\0b',
  'a\u0001',
  'ab',
  'b',
  '\u007f',
  'é',
  'e\u0301',
  '\ud7ff',
  '\uffff',
  '😀',
  '😀a',
  '\u{10ffff}',
];
const NUMBERS = [
  -0,
  0,
  1,
  -1,
  1.5,
  -1.5,
  255,
  256,
  Number.MIN_VALUE,
  -Number.MIN_VALUE,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
];
const BIGS = [
  0n,
  1n,
  -1n,
  255n,
  256n,
  -255n,
  -256n,
  -257n,
  65_535n,
  65_536n,
  -65_536n,
  2n ** 70n,
  -(2n ** 70n),
];
const DATES = [0, -1, 1, 1_700_000_000_000, -8.64e15, 8.64e15].map((ms) => new Date(ms));
const BYTES = [[], [0], [0, 0], [0, 255], [0, 255, 0], [1], [255], [255, 255], [254, 255], [1, 0]].map(
  (bytes) => Uint8Array.from(bytes),
);

const POOLS = {
  text: TEXTS,
  number: NUMBERS,
  big: BIGS,
  flag: [true, false],
  when: DATES,
  bytes: BYTES,
} as const;
type Name = keyof typeof POOLS;
const NAMES = Object.keys(POOLS) as Name[];

const partOf = (name: Name): fc.Arbitrary<KeyPart> => {
  const free: Partial<Record<Name, fc.Arbitrary<KeyPart>>> = {
    text: fc.string({ unit: 'binary', maxLength: 3 }),
    number: fc.double({ noNaN: true, noDefaultInfinity: true }),
    big: fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
    bytes: fc.uint8Array({ maxLength: 3 }),
  };
  const known = fc.constantFrom<KeyPart>(...POOLS[name]);
  return fc.oneof({ weight: 4, arbitrary: known }, { weight: 1, arbitrary: free[name] ?? known });
};

/** The order of values by their meaning. */
function compare(a: KeyPart, b: KeyPart): number {
  if (typeof a === 'string') {
    const [x, y] = [a, b as string].map((text) => Array.from(text, (character) => character.codePointAt(0)!));
    return compareLists(x!, y!);
  }
  if (a instanceof Uint8Array) return compareLists([...a], [...(b as Uint8Array)]);
  const [x, y] = [a, b].map((value) => (value instanceof Date ? value.getTime() : value)) as [number, number];
  return x < y ? -1 : x > y ? 1 : 0;
}

function compareLists(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  if (at === -1) return a.length - b.length;
  return at >= b.length ? 1 : a[at]! - b[at]!;
}

function isRange(condition: unknown): condition is Range<KeyPart> & { readonly startsWith?: string } {
  return typeof condition === 'object' && Object.getPrototypeOf(condition) === Object.prototype;
}

function satisfies(value: KeyPart, condition: unknown): boolean {
  if (!isRange(condition)) return compare(value, condition as KeyPart) === 0;
  const { gte, gt, lte, lt, startsWith } = condition;
  return (
    (gte === undefined || compare(value, gte) >= 0) &&
    (gt === undefined || compare(value, gt) > 0) &&
    (lte === undefined || compare(value, lte) <= 0) &&
    (lt === undefined || compare(value, lt) < 0) &&
    (startsWith === undefined || (value as string).startsWith(startsWith))
  );
}

interface RandomQuery {
  readonly where: Readonly<Record<string, unknown>>;
  readonly desc: boolean;
  readonly limit: number | undefined;
}

const rangeOf = (name: Name): fc.Arbitrary<object> => {
  const bound = partOf(name);
  const pair = fc.tuple(
    fc.constantFrom('gte', 'gt', undefined),
    bound,
    fc.constantFrom('lte', 'lt', undefined),
    bound,
  );
  const between = pair
    .filter(([low, , high]) => low !== undefined || high !== undefined)
    .map(([low, from, high, to]) => ({ ...(low && { [low]: from }), ...(high && { [high]: to }) }));
  if (name !== 'text') return between;
  const beginning = bound.map((startsWith) => ({ startsWith }));
  return fc.oneof(
    between,
    beginning,
    fc.tuple(beginning, between).map(([a, b]) => ({ ...a, ...b })),
  );
};

/** The indexes as declared: single ones first, as planning prefers them where a query speaks of nothing else. */
const INDEXES: readonly (readonly (Name | 'serial')[])[] = [
  ...NAMES.map((name) => [name]),
  ['flag', 'text'],
  ['text', 'bytes'],
  ['bytes', 'big', 'number'],
  ['number', 'when'],
  ['when', 'big'],
  ['big', 'serial'],
];

const query: fc.Arbitrary<RandomQuery> = fc
  .constantFrom(...INDEXES)
  .chain((index) => fc.tuple(fc.constant(index), fc.nat({ max: index.length }), fc.boolean()))
  .chain(([index, equalities, hasRange]) => {
    const equal = index.slice(0, Math.max(equalities, hasRange && equalities < index.length ? 0 : 1));
    const next = hasRange ? index[equal.length] : undefined;
    const serial = fc.integer({ min: 0, max: 80 });
    return fc.record({
      where: fc.record({
        ...Object.fromEntries(equal.map((name) => [name, name === 'serial' ? serial : partOf(name)])),
        ...(next && { [next]: next === 'serial' ? serial.map((gte) => ({ gte })) : rangeOf(next) }),
      }),
      desc: fc.boolean(),
      limit: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
    });
  });

/** The one index that a query is answered by: covering its properties, with the fewest others. */
function indexFor(where: RandomQuery['where']): readonly (Name | 'serial')[] {
  const asked = Object.keys(where);
  const fits = INDEXES.filter((index) => asked.every((name, at) => index[at] === name));
  return fits.reduce((best, index) => (index.length < best.length ? index : best));
}

describe.each([11, 22, 33])('queries of random entities (seed %i)', (seed) => {
  let engine: Engine;
  let ledger: Ledger;
  let source: QuerySource<Sample>;
  const stored = new Map<bigint, Sample>();

  beforeAll(async () => {
    engine = await openEngine({ databases: ['ledger'] });
    ledger = await openLedger({
      ...engine.ownCredentials,
      database: 'ledger',
      entities: [Sample],
      transport: new LocalTransport(engine.service, { address: 'embedded', close: () => Promise.resolve() }),
      trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'test' },
    });
    const entities = entitySchemas([Sample]);
    const indexes = await openIndexes(ledger.client, entities, {});
    const context = { client: ledger.client, lifecycle, indexes };
    source = { context, schema: entities.of(Sample) };
    await fill(seed);
  });
  afterAll(async () => {
    await ledger.close();
    await engine.close();
  });

  /** Three rounds of writes: many are overwritten, some deleted, some expire. */
  async function fill(seed: number): Promise<void> {
    const samples = ledger.repository(Sample);
    const values = fc.record(
      Object.fromEntries(NAMES.map((name) => [name, fc.option(partOf(name), { nil: undefined, freq: 8 })])),
    );
    const ids = Array.from({ length: 80 }, (_, index) => BigInt(index - 40) ** 3n);
    const drawn = fc.sample(values, { seed, numRuns: ids.length * 3 });
    for (let round = 0; round < 3; round++) {
      const entities = ids
        .map((id, serial) => ({ id, serial, changes: round, ...drawn[round * ids.length + serial] }))
        .filter((_, index) => (index * 7 + seed) % (round + 1) === 0)
        .map((data) => samples.create(data as never));
      const expiring = entities.filter((_, index) => index % 13 === 5);
      const lasting = entities.filter((_, index) => index % 13 !== 5);
      await samples.saveMany(lasting, { expiresAt: null });
      await samples.saveMany(expiring, { expiresAt: new Date(Date.now() - 1) });
      for (const entity of lasting) stored.set(entity.id, entity);
      for (const entity of expiring) stored.delete(entity.id);
      const deleted = lasting.filter((_, index) => index % 11 === 3);
      for (const { id } of deleted) {
        await samples.delete(id);
        stored.delete(id);
      }
    }
  }

  function expected({ where, desc, limit }: RandomQuery): bigint[] {
    const index = indexFor(where);
    const matching = [...stored.values()].filter(
      (entity) =>
        index.every((name) => entity[name] !== undefined) &&
        Object.entries(where).every(([name, condition]) => satisfies(entity[name as Name]!, condition)),
    );
    const ordered = matching.sort((a, b) => {
      const order = index.map((name) => compare(a[name]!, b[name]!)).find((order) => order !== 0);
      return order ?? compare(a.id, b.id);
    });
    if (desc) ordered.reverse();
    return ordered.slice(0, limit).map(({ id }) => id);
  }

  const ids = (samples: readonly Verified<Sample>[]) => samples.map(({ id }) => id);

  it('findBy, streamBy, count and pages answer what a filter and a sort do', async () => {
    let matched = 0;
    await fc.assert(
      fc.asyncProperty(query, fc.integer({ min: 1, max: 9 }), async (random, size) => {
        const { desc, limit } = random;
        const where = random.where as Where<Sample>;
        const wanted = expected(random);
        const every = expected({ ...random, limit: undefined });
        matched += every.length;
        expect(ids(await findBy(source, where, { desc, ...(limit && { limit }) }))).toEqual(wanted);
        expect(ids(await all(streamBy(source, where, { desc })))).toEqual(every);
        expect(await count(source, { where })).toBe(every.length);
        expect(await paged({ where, orderBy: desc ? 'desc' : 'asc', limit: size })).toEqual(every);
      }),
      { seed, numRuns: 100 },
    );
    // Queries that find nothing show nothing.
    expect(matched).toBeGreaterThan(400);
  }, 60_000);

  async function paged(options: object): Promise<bigint[]> {
    const found: bigint[] = [];
    for (let after: string | undefined; ;) {
      const { items, next } = await page(source, { ...options, ...(after !== undefined && { after }) });
      found.push(...ids(items));
      if (next === undefined) return found;
      expect(items.length).toBeGreaterThan(0);
      after = next;
    }
  }

  it('all of them, by id and by each indexed property, both ways', async () => {
    const byId = [...stored.keys()].sort((a, b) => compare(a, b));
    expect(byId.length).toBeGreaterThan(20);
    for (const desc of [false, true]) {
      const direction = desc ? 'desc' : 'asc';
      expect(ids(await all(stream(source, { orderBy: direction })))).toEqual(desc ? byId.toReversed() : byId);
      for (const name of NAMES) {
        const wanted = expected({ where: { [name]: {} }, desc, limit: undefined });
        expect(await paged({ orderBy: { [name]: direction }, limit: 7 })).toEqual(wanted);
      }
    }
  });
});
