// Damage that is put into LMDB's rows on purpose: each kind is found, and named with the table and the key.
import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { toHex, u16be, u64be, utf8 } from '../../../src/bytes.js';
import { openLmdbStore } from '../../../src/engine/storage/lmdb-store.js';
import type { Table } from '../../../src/engine/storage/ledger-store.js';
import { seal, sealTwin } from '../../../src/engine/storage/seal.js';
import { caught } from '../../trust/support/caught.js';
import { temporaryDirectory } from '../../trust/support/temporary-directory.js';
import { headAt } from './support/heads.js';

const ROWS = { keyEncoding: 'binary', encoding: 'binary' } as const;
const TABLES: readonly Table[] = ['log', 'keys', 'revisions'];

type Rows = Database<Uint8Array, Uint8Array>;
type Raw = RootDatabase<Uint8Array, Uint8Array>;

/** A store with a few rows in each table. */
async function filled(): Promise<string> {
  const directory = await temporaryDirectory();
  const store = await openLmdbStore(directory);
  const puts = TABLES.flatMap((table) =>
    ['a', 'b', 'c'].map((key) => ({ table, key: utf8(key), value: utf8(`${table} ${key}`) })),
  );
  await store.commit(puts, headAt(1));
  await store.close();
  return directory;
}

/** Changes LMDB's rows behind the store's back. */
async function tamper(
  directory: string,
  change: (table: (name: string) => Rows, root: Raw) => Promise<unknown>,
) {
  const root = open<Uint8Array, Uint8Array>(directory, {
    ...ROWS,
    useVersions: true,
    noSubdir: false,
    overlappingSync: false,
  });
  await change((name) => root.openDB<Uint8Array, Uint8Array>(name, { ...ROWS, useVersions: false }), root);
  await root.close();
}

/** Every way to read the row is refused, and names it; the other rows of the table can be read. */
async function expectDamagedRow(
  directory: string,
  table: Table,
  key: string,
  problem: RegExp,
): Promise<void> {
  const store = await openLmdbStore(directory, { readOnly: true });
  onTestFinished(() => store.close());
  for (const read of [
    () => store.get(table, utf8(key)),
    () => [...store.range(table, {})],
    () => [...store.range(table, { reverse: true })],
    () => [...store.range(table, { gte: utf8(key), lt: utf8(`${key}\0`) })],
  ]) {
    const error = await caught(read);
    expect(error).toMatchObject({
      code: 'LEDGER_DAMAGED',
      details: { table, key: toHex(utf8(key)), path: directory },
    });
    expect(error.message).toContain(`The row ${toHex(utf8(key))} of the table "${table}"`);
    expect(error.message).toMatch(problem);
    expect(error.message).toMatch(/immurepo verify --path.*immurepo repair --path/);
  }
  for (const other of ['a', 'c']) expect(store.get(table, utf8(other))).toEqual(utf8(`${table} ${other}`));
}

describe('a row', () => {
  it.each(TABLES)('of %s with another value does not match its checksum', async (table) => {
    const directory = await filled();
    await tamper(directory, async (of) => {
      const sealed = seal(table, utf8('b'), utf8(`${table} b`));
      sealed.writeUInt8(sealed.readUInt8(0) ^ 1, 0);
      await of(table).put(utf8('b'), sealed);
      if (table === 'keys') await of('keys-twin').put(utf8('b'), sealTwin(sealed));
    });
    await expectDamagedRow(directory, table, 'b', /does not match its checksum/);
  });

  it.each([
    ['of another table', seal('revisions', utf8('b'), utf8('x'))],
    ['of another key', seal('log', utf8('bb'), utf8('x'))],
    ['too short to be one', utf8('x')],
    ['of no bytes', new Uint8Array()],
  ])('in whose place is one %s does not match its checksum', async (_, sealed) => {
    const directory = await filled();
    await tamper(directory, (of) => of('log').put(utf8('b'), sealed));
    await expectDamagedRow(directory, 'log', 'b', /does not match its checksum/);
  });
});

describe('a row of keys', () => {
  const older = seal('keys', utf8('b'), utf8('an older revision'));
  const DIFFERS = /differs between the two places it is kept in/;

  it.each<[string, (of: (name: string) => Rows) => Promise<unknown>]>([
    ['is missing', (of) => of('keys').remove(utf8('b'))],
    ['is missing in its twin', (of) => of('keys-twin').remove(utf8('b'))],
    ['is an older one', (of) => of('keys').put(utf8('b'), older)],
    ['is an older one in its twin', (of) => of('keys-twin').put(utf8('b'), sealTwin(older))],
    [
      'stands in the place of its twin',
      (of) => of('keys-twin').put(utf8('b'), seal('keys', utf8('b'), utf8('keys b'))),
    ],
    ['is shorter in its twin', (of) => of('keys-twin').put(utf8('b'), utf8('xyz'))],
  ])('that %s is damage', async (_, change) => {
    const directory = await filled();
    await tamper(directory, change);
    await expectDamagedRow(directory, 'keys', 'b', DIFFERS);
  });

  it.each(['keys', 'keys-twin'])('that was never put and is in %s is damage', async (name) => {
    for (const stray of ['Z', 'd']) {
      const directory = await filled();
      await tamper(directory, (of) => of(name).put(utf8(stray), seal('keys', utf8(stray), utf8('x'))));
      const store = await openLmdbStore(directory);
      expect(await caught(() => store.get('keys', utf8(stray)))).toMatchObject({ code: 'LEDGER_DAMAGED' });
      for (const reverse of [false, true]) {
        const error = await caught(() => [...store.range('keys', { reverse })]);
        expect(error).toMatchObject({ code: 'LEDGER_DAMAGED' });
        expect(error.message).toMatch(DIFFERS);
      }
      expect([...store.range('keys', { gte: utf8('a'), lt: utf8('d') })]).toHaveLength(3);
      await store.close();
    }
  });
});

describe('a store', () => {
  it.each(['log', 'keys', 'keys-twin', 'revisions'])(
    'that lost its table %s is not a new one',
    async (name) => {
      const directory = await filled();
      await tamper(directory, (of) => of(name).drop());
      for (const readOnly of [false, true]) {
        const error = await caught(openLmdbStore(directory, { readOnly }));
        expect(error).toMatchObject({ code: 'LEDGER_DAMAGED', details: { table: name } });
        expect(error.message).toContain(`The table "${name}" is missing`);
      }
    },
  );

  it.each(['format', 'commits'])('that lost its row "%s" is not a new one', async (name) => {
    const directory = await filled();
    await tamper(directory, (_, root) => root.remove(utf8(name)));
    const error = await caught(openLmdbStore(directory));
    expect(error).toMatchObject({
      code: 'LEDGER_DAMAGED',
      details: { table: 'store', key: toHex(utf8(name)) },
    });
  });

  it('of another format is left alone, and its format named', async () => {
    const directory = await filled();
    await tamper(directory, (_, root) =>
      root.put(utf8('format'), seal('store', utf8('format'), u16be(7)), 0),
    );
    const error = await caught(openLmdbStore(directory));
    expect(error).toMatchObject({ code: 'UNSUPPORTED_FORMAT', details: { format: 7 } });
    expect(error.message).toMatch(/storage format 7, and this immurepo reads format 1/);
  });

  it.each([
    ['format', 'with a wrong checksum', utf8('\0\x01abcd'), 0],
    ['commits', 'with a wrong checksum', utf8('12345678abcd'), 1],
    ['commits', 'that contradicts its LMDB version', seal('store', utf8('commits'), u64be(1n)), 2],
  ])('with a row "%s" %s is damaged', async (name, _, sealed, version) => {
    const directory = await filled();
    await tamper(directory, (__, root) => root.put(utf8(name), sealed, version));
    expect(await caught(openLmdbStore(directory))).toMatchObject({ code: 'LEDGER_DAMAGED' });
  });

  it.each([0, 1, 4_096, 8_191])('whose file was cut to %i bytes is not a new one', async (bytes) => {
    const directory = await filled();
    await truncate(join(directory, 'data.mdb'), bytes);
    for (const readOnly of [false, true]) {
      const error = await caught(openLmdbStore(directory, { readOnly }));
      expect(error).toMatchObject({ code: 'LEDGER_DAMAGED', details: { bytes } });
      expect(error.message).toMatch(/"data\.mdb" is cut short/);
    }
  });

  it('can be opened, after it could not, once its files are back', async () => {
    const directory = await filled();
    await tamper(directory, (_, root) =>
      root.put(utf8('format'), seal('store', utf8('format'), u16be(7)), 0),
    );
    await caught(openLmdbStore(directory));
    await tamper(directory, (_, root) =>
      root.put(utf8('format'), seal('store', utf8('format'), u16be(1)), 0),
    );
    const store = await openLmdbStore(directory);
    await store.commit([], headAt(2));
    await store.close();
  });
});
