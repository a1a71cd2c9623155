// `immurepo reindex`, on a folder and on a server: arguments in, what the ledger does out.

import { execFile } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { FileTrustStore, type Ledger, MemoryTrustStore, openLedger, type OpenLedgerOptions } from 'immurepo';
import { temporaryFolder } from '../engine/maintenance/support/folders.js';
import { describeServers } from '../support/describe-servers.js';
import { atEnd, endAll } from '../repository/any-ledger.js';
import { createDatabase } from '../repository/open-real.js';
import { COMMANDS } from '../../src/cli/commands.js';
import { run } from '../../src/cli/run.js';
import { immurepo } from './support/cli.js';
import { Person, withoutIndexes } from './support/people.js';

const MODULE = 'test/cli/support/people.ts';
const { OldPerson } = withoutIndexes;
const words = (...more: string[]) => ['reindex', '--module', MODULE, '--entity', 'person', ...more];

afterEach(endAll);

async function save(ledger: Ledger, ...emails: string[]): Promise<void> {
  const people = ledger.repository(OldPerson);
  await people.insertMany(emails.map((email, n) => people.create({ id: `p${n}`, email })));
}

/** A folder with people of before the index. */
async function folderWith(emails: string[], options: object = {}): Promise<string> {
  const path = join(await temporaryFolder(), 'ledger');
  const ledger = await openLedger({ path, entities: [OldPerson], ...options });
  await save(ledger, ...emails);
  await ledger.close();
  return path;
}

async function opened<T>(path: string, work: (ledger: Ledger) => Promise<T>): Promise<T> {
  const ledger = await openLedger({ path, entities: [Person] } satisfies OpenLedgerOptions);
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

const newestTx = (path: string) => opened(path, async (ledger) => (await ledger.client.currentState()).txId);

describe('in a folder', () => {
  it('checks, completes, and finds all in order', async () => {
    const path = await folderWith(['a@x', 'b@x']);
    const newest = await newestTx(path);
    const check = await immurepo(words('--path', path, '--check'));
    expect(check).toMatchObject({ code: 1, err: '' });
    expect(check.out.split('\n')).toEqual([
      'Person: 2 records, 0 entries of the indexes, 2 faults',
      '  fault: Person "p0" does not list what its class says it is found under',
      '  fault: Person "p1" does not list what its class says it is found under',
      'The indexes do not answer yet: put right what is wrong, then run it without --check.',
    ]);
    expect(await newestTx(path)).toBe(newest);
    const ran = await immurepo(words('--path', path, '--actor', 'ops', '--reason', 'new index'));
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out.split('\n')).toEqual([
      'Person: 2 records, 2 entries of the indexes, all in order',
      '  2 records written anew',
      'The indexes answer.',
    ]);
    await opened(path, async (ledger) => {
      expect(await ledger.repository(Person).findBy({ email: 'b@x' })).toMatchObject([{ id: 'p1' }]);
      const history = await ledger.repository(Person).history('p0');
      expect(history).toMatchObject([{}, { actor: 'ops', reason: 'new index' }]);
    });
    const json = await immurepo(words('--path', path, '--check', '--json'));
    expect(json.code).toBe(0);
    expect(json.out.split('\n')).toHaveLength(1);
    expect(json.json()).toEqual({
      ...{ entity: 'person', class: 'Person', database: 'ledger', check: true },
      ...{ records: 2, entries: 2, written: 0, deleted: 0 },
      ...{ faultCount: 0, remaining: 0, faults: [], ready: true },
    });
  });

  it('fails while something is amiss, and says what', async () => {
    const path = await folderWith(['same@x', 'same@x']);
    const ran = await immurepo(words('--path', path, '--json'));
    expect(ran.code).toBe(1);
    expect(ran.json()).toMatchObject({
      ...{ written: 1, faultCount: 2, remaining: 1, ready: false },
      faults: [
        { kind: 'not-listed', repaired: true, key: expect.stringMatching(/^e101/) as unknown },
        { kind: 'unique-violation', repaired: false },
      ],
    });
    const again = await immurepo(words('--path', path));
    expect(again.code).toBe(1);
    expect(again.out).toMatch(
      /1 fault\n {2}fault: Person "p1" cannot have email "same@x": Person "p0" has it/,
    );
  });

  it('shows some faults of many', async () => {
    const path = await folderWith(Array.from({ length: 80 }, (_, n) => `${n}@x`));
    const { out } = await immurepo(words('--path', path, '--check'));
    expect(out.match(/fault:/g)).toHaveLength(50);
    expect(out).toMatch(/\n {2}… and 30 more\n/);
  });

  it('writes nothing where it only looks, not even of an entity of which there is nothing', async () => {
    const path = await folderWith(['a@x']);
    const pets = ['reindex', '--module', MODULE, '--entity', 'Pet', '--path', path];
    const looked = await immurepo([...pets, '--check', '--json']);
    expect(looked.code).toBe(1);
    expect(looked.json()).toMatchObject({ entity: 'pet', class: 'Pet', faultCount: 0, ready: false });
    expect((await immurepo([...pets, '--check', '--json'])).json()).toEqual(looked.json());
    expect(await immurepo([...pets, '--json'])).toMatchObject({ code: 0 });
    expect((await immurepo([...pets, '--check'])).code).toBe(0);
  });

  it('goes to another database and namespace where that is asked for', async () => {
    const path = await folderWith([]);
    await using ledger = await openLedger({ path, entities: [OldPerson], createTenants: true });
    const tenant = await (await ledger.tenant('acme')).namespace('drafts');
    await save(tenant, 'a@x');
    await ledger.close();
    const place = ['--path', path, '--database', 'acme', '--namespace', 'drafts', '--json'];
    expect((await immurepo(words(...place))).json()).toMatchObject({
      ...{ database: 'acme', namespace: 'drafts', written: 1, ready: true },
    });
    const none = await immurepo(words('--path', path, '--database', 'nobody'));
    expect(none).toMatchObject({ code: 1, err: expect.stringMatching(/DATABASE_NOT_FOUND/) as unknown });
    const wrong = await immurepo(words('--path', path, '--namespace', 'No One'));
    expect(wrong).toMatchObject({ code: 2, err: expect.stringMatching(/name of a namespace/) as unknown });
  });

  it('uses the records in another directory', async () => {
    const directory = await temporaryFolder();
    const trust = { firstUse: true, store: new FileTrustStore({ directory }) };
    const path = await folderWith(['a@x'], { trust });
    expect((await immurepo(words('--path', path, '--directory', directory))).code).toBe(0);
    const [id, ...others] = await trust.store.list();
    expect(others).toEqual([]);
    expect((await trust.store.load(id!))!.head.txId).toBeGreaterThan(1n);
  });

  it('makes no ledger where there is none', async () => {
    const folder = await temporaryFolder();
    const ran = await immurepo(words('--path', join(folder, 'ledger')));
    expect(ran).toMatchObject({ code: 1, err: expect.stringMatching(/LEDGER_MISSING/) as unknown });
    expect(await readdir(folder)).toEqual([]);
  });

  it('shows how far it is to who looks at a terminal', async () => {
    const path = await folderWith(['a@x', 'b@x']);
    const lines: (string | undefined)[] = [];
    const terminal = {
      ...{ out: () => undefined, err: () => undefined, color: false, env: {} },
      progress: (line: string | undefined) => void lines.push(line),
    };
    expect(await run(words('--path', path), COMMANDS, terminal)).toBe(0);
    expect(lines[0]).toBe('Person: 2 records, 2 faults, 2 written anew');
    expect(lines.at(-1)).toBeUndefined();
    lines.length = 0;
    await run(words('--path', path, '--json'), COMMANDS, terminal);
    expect(lines).toEqual([]);
  });
});

it('is ended by Ctrl-C between two pages, and goes on when it is run again', async () => {
  const path = await folderWith(Array.from({ length: 450 }, (_, n) => `${n}@x`));
  const errors: string[] = [];
  const terminal = {
    ...{ out: () => undefined, err: (line: string) => void errors.push(line), color: false, env: {} },
    // The listener of the command alone: what runs this test has others.
    progress: () => process.listeners('SIGINT').at(-1)?.('SIGINT'),
  };
  expect(await run(words('--path', path), COMMANDS, terminal)).toBe(1);
  expect(errors).toEqual([
    'immurepo reindex: ABORTED: Ended by SIGINT. What was done is done: run it again to go on.',
  ]);
  const rest = (await immurepo(words('--path', path, '--json'))).json() as { written: number };
  expect(rest).toMatchObject({ records: 450, ready: true });
  expect(rest.written).toBeGreaterThan(0);
  expect(rest.written).toBeLessThan(450);
});

describe('a module', () => {
  it.each([
    [['--module', MODULE], /--entity is missing: \S+people\.ts has person \(Person\), pet \(Pet\)/],
    [['--module', MODULE, '--entity', 'cat'], /no "cat" in \S+, which has person/],
    [['--module', MODULE, '--entity', 'OldPerson'], /no "OldPerson"/],
    [['--module', 'src/bytes.ts', '--entity', 'x'], /exports no entity/],
    [['--module', './nowhere.js', '--entity', 'x'], /--module: \.\/nowhere\.js cannot be loaded: /],
    [['--entity', 'x'], /--module is missing/],
  ])('is refused with what it has: %j', async (given, message) => {
    const ran = await immurepo(['reindex', ...given, '--path', 'x']);
    expect(ran).toMatchObject({ code: 2, err: expect.stringMatching(message) as unknown });
  });

  it('that fails says why', async () => {
    const file = join(await temporaryFolder(), 'broken.mjs');
    await writeFile(file, "throw new Error('no database of mine');");
    const ran = await immurepo(['reindex', '--module', file, '--entity', 'x', '--path', 'x']);
    expect(ran).toMatchObject({ code: 2, err: expect.stringMatching(/no database of mine/) as unknown });
  });
});

it('is a process that ends with its code', { timeout: 60_000 }, async () => {
  const path = await folderWith(['a@x']);
  const command = ['--import', 'tsx', 'src/cli/main.ts', ...words('--path', path, '--json')];
  const { stdout } = await promisify(execFile)(process.execPath, command);
  expect(JSON.parse(stdout)).toMatchObject({ written: 1, ready: true });
});

describeServers('immurepo reindex', (server) => {
  const PASSWORD = 'immudb';

  /** A database with people of before the index, and the URL to it. */
  async function serverWith(...emails: string[]): Promise<{ url: string; key: string; directory: string }> {
    const database = await createDatabase(server);
    const url = `immudb://immudb:${PASSWORD}@${server.address}/${database}`;
    const directory = await temporaryFolder();
    const key = join(directory, 'key.pem');
    await writeFile(key, server.publicKeyPem);
    const trust = { key: server.publicKeyPem, store: new MemoryTrustStore() };
    const ledger = await openLedger({ url, entities: [OldPerson], trust });
    atEnd(() => ledger.close());
    await save(ledger, ...emails);
    return { url, key, directory: join(directory, 'trust') };
  }

  it('holds the server to its key', async () => {
    const { url, key, directory } = await serverWith('a@x', 'b@x');
    const place = ['--url', url, '--key', key, '--directory', directory];
    const ran = await immurepo(words(...place, '--json'));
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.json()).toMatchObject({ records: 2, written: 2, ready: true });
    expect(ran.out).not.toContain(PASSWORD + '@');
    expect((await immurepo(words(...place, '--check'))).code).toBe(0);
  });

  it('believes a server by what is trusted of it already, and not by its first word', async () => {
    const { url, key, directory } = await serverWith('a@x');
    const env = { IMMUREPO_URL: url };
    const refused = await immurepo(words('--directory', directory), { env });
    expect(refused).toMatchObject({
      code: 1,
      err: expect.stringMatching(/TRUST_MISSING.*trust init/) as unknown,
    });
    const init = ['trust', 'init', '--directory', directory, '--key', key, '--ledger', 'mine'];
    expect((await immurepo(init, { env })).code).toBe(0);
    const place = ['--directory', directory, '--ledger', 'mine'];
    // It was begun with a key, which is demanded ever after.
    expect(await immurepo(words(...place), { env })).toMatchObject({
      ...{ code: 1, err: expect.stringMatching(/TRUST_POLICY/) as unknown },
    });
    expect((await immurepo(words(...place, '--key', key), { env })).code).toBe(0);
  });

  it('goes on from a first use that somebody said', async () => {
    const { url, directory } = await serverWith('a@x');
    const env = { IMMUREPO_URL: url };
    expect((await immurepo(['trust', 'init', '--directory', directory], { env })).code).toBe(0);
    expect((await immurepo(words('--directory', directory), { env })).code).toBe(0);
  });

  it('takes one place, and names a database once', async () => {
    const { url } = await serverWith();
    const both = await immurepo(words('--path', 'x', '--url', url));
    expect(both).toMatchObject({ code: 2, err: expect.stringMatching(/either --path or --url/) as unknown });
    const neither = await immurepo(words());
    expect(neither).toMatchObject({ code: 2, err: expect.stringMatching(/--url is missing/) as unknown });
    const twice = await immurepo(words('--url', url, '--database', 'other'));
    expect(twice).toMatchObject({ code: 2 });
    expect(twice.err).not.toContain(PASSWORD + '@');
  });
});
