// The README's examples are files of their own: compiled with everything else, and quoted word for word. What opens a
// ledger is run as a reader would who copies it: in an empty folder, and with a URL against a real immudb.
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import { describeReal, freshDatabaseName } from '../support/describe-real.js';
import { RawClient } from '../support/raw-client.js';
import { startExample, type Outcome } from './run-example.js';

const projectFolder = join(import.meta.dirname, '..', '..');
const readme = readFileSync(join(projectFolder, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code!);

const OPENING = /^const ledger = await openLedger\(\{(.*?)\}\);\n/ms;
const isWhole = (code: string) => code.startsWith('import ');
const opens = (code: string, by: 'path' | 'url') =>
  new RegExp(`\\b${by}\\b`).test(OPENING.exec(code)?.[1] ?? '');

/** A Nest application opens its ledger by a module. */
const isNest = (code: string) => code.includes('NestFactory.create(');
/** The programs that open a ledger. Where a block only says how else to open it, that is put into the first of them. */
const programs = blocks
  .filter((code) => OPENING.test(code) || isNest(code))
  .map((code, _, [first]) => (isWhole(code) ? code : first!.replace(OPENING, () => code)));
/** The programs of those who use immudb itself. */
const clients = blocks.filter((code) => isWhole(code) && /^const client = await connect\(/m.test(code));
const PRINTED = '12n in transaction 2n\n1n 10n\n2n 12n\n';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'immurepo-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Its decorators are compiled as the configuration of examples/ says, and not as a program in an empty folder is. */
const inPlace = (program: string) => {
  if (isNest(program)) return 'guide-nest.ts';
  return program.includes("from 'class-transformer'") ? 'guide-adapters.ts' : undefined;
};
/** What a program needs besides immurepo is found in the checkout. */
const needsPackages = (program: string) => /from '(express|fastify)'/.test(program);

async function run(program: string, env: Readonly<Record<string, string>>): Promise<Outcome> {
  const example = inPlace(program);
  if (example !== undefined) return startExample(example, [], { NO_COLOR: '1', ...env }, folder).outcome;
  if (needsPackages(program))
    await symlink(join(projectFolder, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const file = join(folder, 'example.mts');
  await writeFile(file, program);
  return startExample(file, [], { NODE_ENV: 'test', NO_COLOR: '1', ...env }, folder).outcome;
}

it('quotes the examples as they are, and no other code', () => {
  const examples = readdirSync(join(projectFolder, 'examples')).filter((name) => name.endsWith('.ts'));
  // What a file says before the quotation is what a reader can do without.
  const isQuoted = (name: string, code: string) => {
    const text = readFileSync(join(projectFolder, 'examples', name), 'utf8');
    return text.endsWith(code) && /^((\/\/|import ).*\n|\n)*$/.test(text.slice(0, -code.length));
  };
  const quotations = blocks.filter((code) => isWhole(code) || !OPENING.test(code));
  const sources = quotations.map((code) => examples.find((name) => isQuoted(name, code)) ?? code);
  expect(sources.toSorted()).toEqual(examples.toSorted());
});

it('mentions every script it tells to run', () => {
  const { scripts } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!);
  expect(named).toContain('quickstart');
  for (const name of named) expect(Object.keys(scripts)).toContain(name);
});

describe('the example of the README, in a folder', () => {
  it('runs without any other program, prints what it says, and runs again', async () => {
    const [program] = programs.filter((code) => opens(code, 'path'));
    const env = { PATH: join(folder, 'no-programs'), IMMUREPO_TRUST_DIR: join(folder, 'not-needed') };
    expect(await run(program!, env)).toEqual({ exitCode: 0, stdout: PRINTED, stderr: '' });
    expect((await readdir(folder)).sort()).toEqual(['example.mts', 'ledger']);
    expect(await run(program!, env)).toMatchObject({ exitCode: 0, stderr: '' });
  }, 30_000);
});

describe('the guide', () => {
  const guides = programs.filter((code) => code.includes('// → '));
  it.each(
    guides.map((code) => [/@Entity(?:<\w+>)?\(\{\s*name: '(.*?)'/.exec(code)?.[1] ?? 'no entity', code]),
  )(
    'prints what it says: %s',
    async (_, program) => {
      const printed = [...program.matchAll(/\/\/ → (.*)$/gm)].map(([, line]) => line!);
      expect(printed.length).toBeGreaterThan(2);
      const outcome = await run(program, { IMMUREPO_TRUST_DIR: join(folder, 'not-needed') });
      expect(outcome).toEqual({ exitCode: 0, stdout: `${printed.join('\n')}\n`, stderr: '' });
    },
    30_000,
  );

  it('has its seventeen parts', () => {
    expect(guides).toHaveLength(17);
  });
});

describeReal('the example of the README, by a URL', (server) => {
  const newDatabase = async () => {
    const database = freshDatabaseName('readme');
    const admin = await RawClient.open(server.address);
    await admin.call(ImmuServiceDefinition.methods.createDatabaseV2, { name: database });
    await admin.close();
    return database;
  };
  const runOn = (database: string, program: string) =>
    run(program, {
      IMMUDB_URL: `immudb://immudb:immudb@${server.address}/${database}`,
      IMMUREPO_TRUST_DIR: join(folder, 'trust'),
    });

  it('runs and prints the same', async () => {
    const database = await newDatabase();
    const [program] = programs.filter((code) => opens(code, 'url'));
    expect(await runOn(database, program!)).toEqual({ exitCode: 0, stdout: PRINTED, stderr: '' });
  }, 30_000);

  it('and those of the client print what they say', async () => {
    expect(clients).toHaveLength(2);
    for (const program of clients) {
      const printed = [...program.matchAll(/\/\/ → (.*)$/gm)].map(([, line]) => line!);
      const outcome = await runOn(await newDatabase(), program);
      expect(outcome).toEqual({ exitCode: 0, stdout: `${printed.join('\n')}\n`, stderr: '' });
    }
  }, 60_000);
});
