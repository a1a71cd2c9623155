import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LockFileError, parseLockFile, readLockFile } from '../../examples/quickstart/lock-file.js';

const FILE = '/somewhere/shop/package-lock.json';

function parse(packages: unknown, members: object = {}) {
  return parseLockFile(JSON.stringify({ name: 'shop', lockfileVersion: 3, packages, ...members }), FILE);
}

/** The facts of one entry. */
function facts(path: string, entry: object) {
  const [only] = parse({ '': {}, [path]: entry }).packages;
  return only;
}

describe('a lock file', () => {
  it.each([2, 3])('of version %i is read', (lockfileVersion) => {
    const lock = parse(
      {
        '': { name: 'shop', version: '1.0.0', license: 'MIT', dependencies: { a: '^1.0.0' } },
        'node_modules/a': { version: '1.2.3', integrity: 'sha512-aaa', license: 'ISC', dev: true },
      },
      { lockfileVersion, dependencies: { a: { version: '1.2.3' } } },
    );
    expect(lock.project).toMatchObject({ path: '', name: 'shop', version: '1.0.0', license: 'MIT' });
    expect(lock.packages).toEqual([
      {
        path: 'node_modules/a',
        name: 'a',
        version: '1.2.3',
        integrity: 'sha512-aaa',
        license: 'ISC',
        flags: ['dev'],
      },
    ]);
  });

  it('keeps the order of the file', () => {
    const { packages } = parse({ '': {}, 'node_modules/b': {}, 'node_modules/a': {} });
    expect(packages.map(({ name }) => name)).toEqual(['b', 'a']);
  });

  it('may start with a byte order mark', () => {
    expect(parseLockFile('\uFEFF{"name":"x","lockfileVersion":3,"packages":{}}', FILE).project.name).toBe(
      'x',
    );
  });

  it('may lock nothing, and say nothing of the project', () => {
    expect(parse({})).toEqual({
      project: {
        path: '',
        name: 'shop',
        version: undefined,
        integrity: undefined,
        license: undefined,
        flags: [],
      },
      packages: [],
    });
  });

  it('without a name is called after its folder', () => {
    expect(parse({ '': {} }, { name: '' }).project.name).toBe('shop');
  });
});

describe('the name of a package', () => {
  it.each([
    ['node_modules/a', 'a'],
    ['node_modules/@scope/a', '@scope/a'],
    ['node_modules/a/node_modules/@scope/b', '@scope/b'],
    ['packages/tool', 'tool'],
    ['packages/tool/node_modules/a', 'a'],
  ])('at %s is %s', (path, name) => {
    expect(facts(path, {})?.name).toBe(name);
  });

  it('is the one stated, for an alias', () => {
    expect(facts('node_modules/alias', { name: 'real' })?.name).toBe('real');
  });
});

describe('the licence of a package', () => {
  it.each([
    ['MIT', 'MIT'],
    [{ type: 'MIT', url: 'https://license.example' }, 'MIT'],
    [[{ type: 'MIT' }, 'ISC'], 'MIT OR ISC'],
    [[], undefined],
    [{}, undefined],
    [7, undefined],
    [undefined, undefined],
  ])('%j is %s', (license, expected) => {
    expect(facts('node_modules/a', { license })?.license).toBe(expected);
  });
});

it('knows every flag npm sets, and only if it is true', () => {
  const flags = [
    'dev',
    'optional',
    'devOptional',
    'peer',
    'inBundle',
    'link',
    'hasInstallScript',
    'hasShrinkwrap',
  ];
  const entry = Object.fromEntries(flags.map((flag) => [flag, true]));
  expect(facts('node_modules/a', entry)?.flags).toEqual(flags);
  expect(facts('node_modules/a', { dev: 'yes', peer: false, other: true })?.flags).toEqual([]);
});

it('treats a package called __proto__ like any other', () => {
  const text = '{"lockfileVersion":3,"packages":{"__proto__":{"version":"6.6.6"}}}';
  expect(parseLockFile(text, FILE).packages).toMatchObject([{ path: '__proto__', version: '6.6.6' }]);
});

describe('a file that is no lock file of a known version is refused', () => {
  it.each([
    ['text', 'hello', 'is not JSON'],
    ['nothing', '', 'is not JSON'],
    ['half a file', '{"lockfileVersion":3,"packages":{', 'is not JSON'],
    ['a package.json', '{"name":"x","version":"1.0.0"}', 'is not a lock file of npm'],
    ['a list', '[]', 'is not a lock file of npm'],
    ['null', 'null', 'is not a lock file of npm'],
    ['version 1', '{"lockfileVersion":1,"dependencies":{}}', 'npm install --package-lock-only'],
    ['version 4', '{"lockfileVersion":4,"packages":{}}', 'has lockfileVersion 4: only 2 and 3 are known'],
    ['version "3"', '{"lockfileVersion":"3","packages":{}}', 'has lockfileVersion "3"'],
    ['no packages', '{"lockfileVersion":3}', '"packages" is missing'],
    ['a list of packages', '{"lockfileVersion":3,"packages":[]}', '"packages" is missing or no object'],
    [
      'a package of text',
      '{"lockfileVersion":3,"packages":{"node_modules/a":"1"}}',
      '"node_modules/a" is no object',
    ],
    [
      'a version that is a number',
      '{"lockfileVersion":3,"packages":{"node_modules/a":{"version":1}}}',
      'version of "node_modules/a" is 1, not text',
    ],
    [
      'an integrity that is null',
      '{"lockfileVersion":3,"packages":{"node_modules/a":{"integrity":null}}}',
      'integrity of "node_modules/a" is null, not text',
    ],
  ])('%s', (_, text, message) => {
    const parsing = () => parseLockFile(text, FILE);
    expect(parsing).toThrow(LockFileError);
    expect(parsing).toThrow(FILE);
    expect(parsing).toThrow(message);
  });
});

describe('reading', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'immurepo-test-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('reads this project own lock file', async () => {
    const lock = await readLockFile(join(import.meta.dirname, '..', '..', 'package-lock.json'));
    expect(lock.project.name).toBe('immurepo');
    expect(lock.packages).toContainEqual(
      expect.objectContaining({ path: 'node_modules/superjson', flags: [] }),
    );
    expect(lock.packages.every(({ name }) => name !== '')).toBe(true);
  });

  it('takes the name of the folder for a file given by a relative path', async () => {
    await writeFile(join(folder, 'package-lock.json'), '{"lockfileVersion":3,"packages":{}}');
    const before = process.cwd();
    process.chdir(folder);
    try {
      expect((await readLockFile('package-lock.json')).project.name).toMatch(/^immurepo-test-/);
    } finally {
      process.chdir(before);
    }
  });

  it('says that a file is missing, or a folder', async () => {
    await expect(readLockFile(join(folder, 'none.json'))).rejects.toThrow(
      'none.json: there is no such file. Pass',
    );
    await expect(readLockFile(folder)).rejects.toThrow('it is a folder');
  });
});
