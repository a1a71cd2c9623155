// One source of entities under every compiler and both kinds of decorators, each in a plain Node process without
// Symbol.metadata of its own, with and without reflect-metadata.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { schemaOf } from '../../src/entity/entity-schema.js';
import { COMPILERS, oldTsc, openWorkshop, type Mode, type Workshop } from './compile.js';
import { TOLD } from './modes/circular/told.js';
import { Account, OrderLine, Savings } from './modes/entities.js';

let workshop: Workshop;
beforeAll(() => {
  workshop = openWorkshop();
});
afterAll(() => {
  workshop.remove();
});

const field = (property: string, storedName = property) => ({ property, storedName, isId: false });
const id = (property: string) => ({ property, storedName: property, isId: true });
const accountProperties = [
  field('createdAt'),
  field('createdBy', 'by'),
  id('id'),
  field('balance'),
  field('note'),
  field('tags'),
];

const EXPECTED_SCHEMAS = [
  {
    className: 'Account',
    name: 'account',
    version: 3,
    properties: accountProperties,
    idProperties: [id('id')],
  },
  {
    className: 'Savings',
    name: 'savings',
    version: 1,
    properties: [...accountProperties, field('rate')],
    idProperties: [id('id')],
  },
  {
    className: 'OrderLine',
    name: 'order-line',
    version: 1,
    properties: [id('order'), id('line'), field('article')],
    idProperties: [id('order'), id('line')],
  },
];

const EXPECTED_REPORT = {
  seen: EXPECTED_SCHEMAS,
  indexes: [
    [],
    [
      'index ids: id',
      'unique email: email',
      'index born: bornOn',
      'index rank: rank',
      'index digest: digest',
      'index domain: domain',
      'unique by-city: city,domain',
      'index by-age: createdAt,id,initial',
    ],
    [
      'index ids: id',
      'index date-of-birth: bornOn',
      'index rank: rank',
      'index digest: digest',
      'index domain: domain',
      'index by-age: createdAt,id,initial',
      'index email: email',
      'index by-city: city',
    ],
  ],
  values: ['c', 'ada@example.com', 'none', 'none', '0,0', 'example.com', 'Wien,example.com', 'none'],
  stored: ['createdAt', 'id', 'city', 'email', 'born', 'digest'],
  base: "TypeError: Audited is not an entity: put @Entity({ name: '…' }) on the class.",
  idLength: 26,
  payload:
    '{"json":{"balance":"5","createdAt":"1970-01-01T00:00:00.000Z","id":"ID","note":"!","tags":["a"]},' +
    '"meta":{"v":1,"values":{"balance":["bigint"],"createdAt":["Date"],"tags":["set"]}}}',
  hydrated: true,
  hasMetadata: 'symbol',
};

const modes: Mode[] = ['legacy', 'standard'];
const combinations = Object.keys(COMPILERS).flatMap((compiler) =>
  modes.map((mode) => [compiler, mode] as const),
);

describe.each(combinations)('%s, %s', (compiler, mode) => {
  beforeAll(() => {
    for (const file of ['modes/entities.ts', 'modes/report.ts'])
      workshop.compile(file, COMPILERS[compiler]!, mode);
  });

  test('the schema is the same', async () => {
    const { stdout, stderr } = await workshop.run('modes/report.ts');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(EXPECTED_REPORT);
  });

  test('and with reflect-metadata', async () => {
    const { stdout } = await workshop.run('modes/report.ts', '--import', 'reflect-metadata');
    expect(JSON.parse(stdout)).toEqual(EXPECTED_REPORT);
  });

  // Whichever of the two is imported first finds the other not there yet.
  test.each(['author-first.ts', 'book-first.ts'])(
    'entities whose modules import each other: %s',
    async (file) => {
      const files = ['author.ts', 'book.ts', 'report.ts', file];
      for (const one of files) workshop.compile(`modes/circular/${one}`, COMPILERS[compiler]!, mode);
      const { stdout, stderr } = await workshop.run(`modes/circular/${file}`);
      expect(stderr).toBe('');
      expect(JSON.parse(stdout)).toEqual(TOLD);
    },
  );
});

test('vitest: the schema is the same', () => {
  const seen = [Account, Savings, OrderLine].map((entityClass) => {
    const { className, name, version, properties, idProperties } = schemaOf<object>(entityClass);
    return { className, name, version, properties, idProperties };
  });
  expect(seen).toEqual(EXPECTED_SCHEMAS);
});

test('a compiler without decorator metadata is named as a cause, with the remedy', async () => {
  for (const file of ['modes/entities.ts', 'modes/report.ts']) workshop.compile(file, oldTsc, 'standard');
  await expect(workshop.run('modes/report.ts')).rejects.toThrow(
    'TypeError: createdAt: this decorator got no metadata to write to. Import immurepo before the module that ' +
      'defines the class, and compile with decorator metadata: TypeScript 5.2, esbuild 0.21, a current swc, or newer.',
  );
});
