// What every store must guarantee, wherever it keeps its rows. A new one only needs to call this with a way to make it.
import { describe, expect, it, onTestFinished } from 'vitest';
import { toHex, u64be, utf8 } from '../../../src/bytes.js';
import type { LedgerStore, Put, RangeOptions, Table } from '../../../src/engine/storage/ledger-store.js';
import { MAX_KEY_BYTES, MAX_VALUE_BYTES } from '../../../src/engine/storage/row-rules.js';
import { caught } from '../../trust/support/caught.js';
import { headAt } from './support/heads.js';

/**
 * @param name of the implementation
 * @param make a new and empty store
 */
export function describeStore(name: string, make: () => Promise<LedgerStore>): void {
  const open: Make = async () => {
    const store = await make();
    onTestFinished(() => store.close());
    return store;
  };
  describe(`${name} as a ledger store`, () => {
    rows(open);
    ranges(open);
    copies(open);
    commits(open);
    limits(open);
    ends(open);
  });
}

type Make = () => Promise<LedgerStore>;

const TABLES: readonly Table[] = ['log', 'keys', 'revisions'];

const put = (table: Table, key: string, value: string): Put => ({
  table,
  key: utf8(key),
  value: utf8(value),
});

const text = (value: Uint8Array | undefined) => value && Buffer.from(value).toString();

function rowsOf(store: LedgerStore, table: Table, options: RangeOptions = {}): string[] {
  return [...store.range(table, options)].map(([key, value]) => `${text(key)}=${text(value)}`);
}

function rows(make: Make): void {
  it('knows nothing at first', async () => {
    const store = await make();
    expect(store.head).toBeUndefined();
    for (const table of TABLES) {
      expect(store.get(table, utf8('a'))).toBeUndefined();
      expect(rowsOf(store, table)).toEqual([]);
      expect(rowsOf(store, table, { reverse: true })).toEqual([]);
    }
  });

  it.each(TABLES)('returns what was put into %s, and nothing for what was not', async (table) => {
    const store = await make();
    await store.commit([put(table, 'b', 'two')], headAt(1));
    expect(text(store.get(table, utf8('b')))).toBe('two');
    for (const key of ['a', 'c', 'bb', 'B', '\0']) expect(store.get(table, utf8(key))).toBeUndefined();
  });

  it('keeps the tables apart', async () => {
    const store = await make();
    await store.commit(
      TABLES.map((table) => put(table, 'k', table)),
      headAt(1),
    );
    for (const table of TABLES) expect(rowsOf(store, table)).toEqual([`k=${table}`]);
  });

  it('replaces a row by a later one of its key, in one commit and over several', async () => {
    const store = await make();
    await store.commit([put('keys', 'k', 'first'), put('keys', 'k', 'second')], headAt(1));
    expect(text(store.get('keys', utf8('k')))).toBe('second');
    await store.commit([put('keys', 'k', '3')], headAt(2));
    expect(rowsOf(store, 'keys')).toEqual(['k=3']);
  });

  it('stores an empty value, which is not the absence of one', async () => {
    const store = await make();
    for (const [at, table] of TABLES.entries()) {
      await store.commit([put(table, 'k', '')], headAt(at + 1));
      expect(store.get(table, utf8('k'))).toEqual(new Uint8Array());
    }
  });

  it('keeps every byte of keys and values', async () => {
    const store = await make();
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const puts = Array.from(all, (byte): Put => ({ table: 'keys', key: Uint8Array.of(byte), value: all }));
    await store.commit(puts, headAt(1));
    expect([...store.range('keys', {})].map(([key]) => key[0])).toEqual([...all]);
    for (const byte of all) expect(store.get('keys', Uint8Array.of(byte))).toEqual(all);
  });

  it('answers with plain byte arrays, whose length and bytes agree', async () => {
    const store = await make();
    await store.commit([put('log', 'long', 'x'.repeat(5_000)), put('log', 'short', 'y')], headAt(1));
    store.get('log', utf8('long'));
    const short = store.get('log', utf8('short'))!;
    expect(Object.getPrototypeOf(short)).toBe(Uint8Array.prototype);
    expect([short.length, short.byteLength, [...short].length, short.subarray().length]).toEqual([
      1, 1, 1, 1,
    ]);
  });
}

function ranges(make: Make): void {
  const keys = ['a', 'aa', 'ab', 'b', 'c', '\x00', '\xff'.repeat(2)];
  const filled = async () => {
    const store = await make();
    const shuffled = [4, 0, 6, 2, 5, 1, 3].map((at) => keys[at]!);
    await store.commit(
      TABLES.flatMap((table) => shuffled.map((key) => put(table, key, key.length.toString()))),
      headAt(1),
    );
    return store;
  };
  const sorted = [...keys].sort((a, b) => Buffer.compare(utf8(a), utf8(b)));
  const bounds = [undefined, '', '\x00', 'a', 'aa', 'aaa', 'ac', 'b', 'bb', 'c', 'd', '\xff'.repeat(3)];

  it.each(TABLES)('gives the rows of %s between any two bounds, both ways', async (table) => {
    const store = await filled();
    for (const gte of bounds) {
      for (const lt of bounds) {
        const inside = sorted.filter(
          (key) =>
            (gte === undefined || Buffer.compare(utf8(key), utf8(gte)) >= 0) &&
            (lt === undefined || Buffer.compare(utf8(key), utf8(lt)) < 0),
        );
        const expected = inside.map((key) => `${key}=${key.length}`);
        const options = {
          ...(gte === undefined ? {} : { gte: utf8(gte) }),
          ...(lt === undefined ? {} : { lt: utf8(lt) }),
        };
        const name = JSON.stringify({ gte, lt });
        expect(rowsOf(store, table, options), name).toEqual(expected);
        expect(rowsOf(store, table, { ...options, reverse: true }), name).toEqual(expected.reverse());
      }
    }
  });

  it('can be left early, read again and read inside another', async () => {
    const store = await filled();
    for (const table of TABLES) {
      const range = store.range(table, { gte: utf8('a'), lt: utf8('c') });
      for (const [key] of range) {
        expect(text(key)).toBe('a');
        break;
      }
      const pairs: string[] = [];
      for (const [outer] of store.range(table, { gte: utf8('b') }))
        for (const [inner] of store.range(table, { lt: utf8('ab'), reverse: true }))
          pairs.push(`${text(outer)}${text(inner)}`);
      expect(pairs.slice(0, 3)).toEqual(['baa', 'ba', 'b\0']);
      expect(pairs).toHaveLength(3 * 3);
      expect(rowsOf(store, table)).toHaveLength(keys.length);
    }
  });

  it('shows one moment, whatever is committed meanwhile', async () => {
    const store = await filled();
    for (const table of TABLES) {
      const seen: string[] = [];
      let committed: Promise<void> | undefined;
      for (const [key, value] of store.range(table, { gte: utf8('a') })) {
        committed ??= store.commit([put(table, 'ab', 'new'), put(table, `z${table}`, 'new')], headAt(2));
        seen.push(`${text(key)}=${text(value)}`);
      }
      await committed;
      expect(seen).toEqual(sorted.slice(1).map((key) => `${key}=${key.length}`));
      expect(text(store.get(table, utf8('ab')))).toBe('new');
    }
  });

  it('orders keys of numbers by number, over many commits in any order', async () => {
    const store = await make();
    const numbers = Array.from({ length: 2_000 }, (_, at) => BigInt((at * 7_919) % 2_000));
    for (let at = 0; at < numbers.length; at += 100) {
      const puts = numbers
        .slice(at, at + 100)
        .map((number): Put => ({ table: 'revisions', key: u64be(number), value: u64be(number * 3n) }));
      await store.commit(puts, headAt(at + 1));
    }
    const found = (options: RangeOptions) =>
      [...store.range('revisions', options)].map(([key, value]) => `${toHex(key)}=${toHex(value)}`);
    const expected = Array.from(
      { length: 2_000 },
      (_, at) => `${toHex(u64be(BigInt(at)))}=${toHex(u64be(BigInt(at) * 3n))}`,
    );
    expect(found({})).toEqual(expected);
    expect(found({ reverse: true })).toEqual(expected.toReversed());
    for (const [from, to] of [
      [0, 1],
      [999, 1_001],
      [500, 1_999],
      [1_999, 2_000],
    ] as const) {
      const bounds = { gte: u64be(BigInt(from)), lt: u64be(BigInt(to)) };
      expect(found(bounds)).toEqual(expected.slice(from, to));
      expect(found({ ...bounds, reverse: true })).toEqual(expected.slice(from, to).reverse());
    }
  });
}

function copies(make: Make): void {
  it('copies what it is given', async () => {
    const store = await make();
    const [key, value] = [utf8('key'), utf8('value')];
    const head = headAt(1);
    const committed = store.commit([{ table: 'keys', key, value }], head);
    for (const bytes of [key, value, head.alh]) bytes.fill(0x78);
    await committed;
    expect(rowsOf(store, 'keys')).toEqual(['key=value']);
    expect(store.head).toEqual(headAt(1));
  });

  it('gives copies', async () => {
    const store = await make();
    for (const table of TABLES) {
      await store.commit([put(table, 'k', 'value')], headAt(1));
      store.get(table, utf8('k'))!.fill(0);
      for (const [key, value] of store.range(table, {})) {
        key.fill(0);
        value.fill(0);
      }
      expect(text(store.get(table, utf8('k')))).toBe('value');
      expect(rowsOf(store, table)).toEqual(['k=value']);
    }
    store.head!.alh.fill(0);
    expect(store.head).toEqual(headAt(1));
  });

  it('keeps what it gave out of the way of later reads', async () => {
    const store = await make();
    for (const table of TABLES) {
      await store.commit([put(table, 'a', 'aaaa'), put(table, 'b', 'bbbbbbbb')], headAt(1));
      const [a, b] = [store.get(table, utf8('a')), store.get(table, utf8('b'))];
      const all = [...store.range(table, {})];
      store.get(table, utf8('b'));
      expect([text(a), text(b)]).toEqual(['aaaa', 'bbbbbbbb']);
      expect(all.map(([key, value]) => `${text(key)}=${text(value)}`)).toEqual(['a=aaaa', 'b=bbbbbbbb']);
    }
  });
}

function commits(make: Make): void {
  it('shows a commit from the moment it resolves, all of it, and its head', async () => {
    const store = await make();
    for (let at = 1; at <= 20; at++) {
      const value = `v${at}`;
      const puts = TABLES.flatMap((table) => [put(table, 'same', value), put(table, `own${at}`, value)]);
      await store.commit(puts, headAt(at));
      for (const table of TABLES) {
        expect(text(store.get(table, utf8('same')))).toBe(value);
        expect(text(store.get(table, utf8(`own${at}`)))).toBe(value);
        expect([...store.range(table, {})]).toHaveLength(at + 1);
      }
      expect(store.head).toEqual(headAt(at));
    }
  });

  it('remembers a head without rows, and the largest transaction id', async () => {
    const store = await make();
    const head = { txId: 0xffff_ffff_ffff_ffffn, alh: new Uint8Array(32).fill(0xff) };
    await store.commit([], head);
    expect(store.head).toEqual(head);
  });

  it('takes one commit at a time', async () => {
    const store = await make();
    const first = store.commit([put('log', 'a', '1')], headAt(1));
    const error = await caught(store.commit([put('log', 'b', '2')], headAt(2)));
    expect(error).toBeInstanceOf(TypeError);
    await first;
    expect(rowsOf(store, 'log')).toEqual(['a=1']);
    await store.commit([put('log', 'b', '2')], headAt(2));
    expect(rowsOf(store, 'log')).toEqual(['a=1', 'b=2']);
  });

  it('writes a commit of many rows', async () => {
    const store = await make();
    const puts = Array.from({ length: 5_000 }, (_, at): Put => {
      const number = u64be(BigInt(at));
      return {
        table: TABLES[at % 3]!,
        key: Buffer.concat([utf8('k'.repeat(at % 900)), number]),
        value: number,
      };
    });
    await store.commit(puts, headAt(1));
    for (const { table, key, value } of puts) expect(store.get(table, key)).toEqual(new Uint8Array(value));
  });
}

function limits(make: Make): void {
  it(`stores keys of up to ${MAX_KEY_BYTES} bytes, told apart by the last`, async () => {
    const store = await make();
    const long = 'k'.repeat(MAX_KEY_BYTES - 1);
    for (const table of TABLES) {
      await store.commit(
        [put(table, `${long}a`, '1'), put(table, `${long}b`, '2'), put(table, long, '3')],
        headAt(1),
      );
      expect(text(store.get(table, utf8(`${long}b`)))).toBe('2');
      expect([...store.range(table, {})].map(([key]) => key.length)).toEqual([
        MAX_KEY_BYTES - 1,
        MAX_KEY_BYTES,
        MAX_KEY_BYTES,
      ]);
      expect(rowsOf(store, table, { gte: utf8(`${long}b`) })).toEqual([`${long}b=2`]);
    }
  });

  it('stores values of any size up to the largest', { timeout: 60_000 }, async () => {
    const store = await make();
    const sizes = [1, 255, 2_000, 4_096, 8_192, 16_000, 65_535, 65_536, 1_000_000, 2 ** 25, MAX_VALUE_BYTES];
    const valueOf = (size: number) => new Uint8Array(size).fill(size % 251).fill(7, 0, 1);
    for (const size of sizes)
      await store.commit([{ table: 'log', key: u64be(BigInt(size)), value: valueOf(size) }], headAt(size));
    const same = (size: number, value: Uint8Array | undefined) =>
      value !== undefined && Buffer.compare(value, valueOf(size)) === 0;
    for (const size of [...sizes, ...sizes.reverse()])
      expect(same(size, store.get('log', u64be(BigInt(size)))), `${size} bytes`).toBe(true);
    const found = [...store.range('log', {})].map(([key, value]) => {
      const size = Number(Buffer.from(key).readBigUInt64BE());
      return [size, same(size, value)];
    });
    expect(found).toEqual(sizes.sort((a, b) => a - b).map((size) => [size, true]));
  });

  it.each<[string, Partial<Put>]>([
    ['an empty key', { key: new Uint8Array() }],
    ['a longer key', { key: new Uint8Array(MAX_KEY_BYTES + 1) }],
    ['a longer value', { value: new Uint8Array(MAX_VALUE_BYTES + 1) }],
  ])('refuses %s, and with it the whole commit', async (_, bad) => {
    const store = await make();
    const puts = [put('log', 'a', '1'), { ...put('log', 'b', '2'), ...bad }];
    expect(await caught(store.commit(puts, headAt(1)))).toBeInstanceOf(TypeError);
    expect(rowsOf(store, 'log')).toEqual([]);
    expect(store.head).toBeUndefined();
    await store.commit([put('log', 'a', '1')], headAt(1));
    if (bad.key) expect(await caught(() => store.get('log', bad.key!))).toBeInstanceOf(TypeError);
  });

  it.each([
    ['a hash of 31 bytes', { txId: 1n, alh: new Uint8Array(31) }],
    ['a negative transaction id', { txId: -1n, alh: new Uint8Array(32) }],
    ['one of 65 bits', { txId: 2n ** 64n, alh: new Uint8Array(32) }],
  ])('refuses a head with %s', async (_, head) => {
    const store = await make();
    expect(await caught(store.commit([put('log', 'a', '1')], head))).toBeInstanceOf(TypeError);
    expect(rowsOf(store, 'log')).toEqual([]);
  });
}

function ends(make: Make): void {
  it('finishes a commit before it closes, and can be closed twice', async () => {
    const store = await make();
    let committed = false;
    const commit = store.commit([put('log', 'a', '1')], headAt(1)).then(() => (committed = true));
    await Promise.all([store.close(), store.close()]);
    expect(committed).toBe(true);
    await commit;
    await store.close();
  });

  it('does nothing after it was closed', async () => {
    const store = await make();
    await store.commit([put('keys', 'a', '1')], headAt(1));
    await store.close();
    for (const use of [
      () => store.get('keys', utf8('a')),
      () => store.range('keys', {}),
      () => store.commit([put('keys', 'a', '1')], headAt(2)),
    ]) {
      const error = await caught(use);
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toMatch(/is closed/);
    }
  });
}
