// `immurepo import`: arguments in, what the import does out.

import { link, readFile, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Ledger, openLedger } from 'immurepo';
import { COMMANDS } from '../../src/cli/commands.js';
import { run } from '../../src/cli/run.js';
import { Account, Entry } from '../import/entities.js';
import { fileOf, ndjson } from '../import/files.js';
import { endAll, temporaryFolder } from '../repository/any-ledger.js';
import { immurepo } from './support/cli.js';

const MODULE = 'test/import/entities.ts';

afterEach(endAll);

/** A ledger that is there, as the command needs one. */
async function folder(): Promise<string> {
  const path = await temporaryFolder();
  await opened(path, () => Promise.resolve());
  return path;
}

async function opened<T>(path: string, work: (ledger: Ledger) => Promise<T>): Promise<T> {
  await using ledger = await openLedger({ path, entities: [Account, Entry] });
  return await work(ledger);
}

const words = (file: string, path: string, ...more: string[]) => [
  ...['import', file, '--module', MODULE, '--path', path],
  ...(more.includes('--entity') ? more : ['--entity', 'account', ...more]),
];

const CSV = 'Kontonummer,email,balance,opened\na1,a@x,12345678901234567890,2020-01-31\na2,,-1,\n';

describe('immurepo import', () => {
  it('stores a CSV with types, in somebody’s name, and once', async () => {
    const path = await folder();
    const file = await fileOf('accounts.csv', CSV);
    const map = ['--map', 'Kontonummer=id'];
    const check = await immurepo(words(file, path, ...map, '--check'));
    expect(check).toMatchObject({ code: 0, err: '' });
    expect(check.out).toBe('Account: 2 rows, all of them valid\nNothing was written: this was a check.');
    const who = ['--actor', 'ada', '--reason', 'moved', '--correlation-id', 'c7'];
    const ran = await immurepo(words(file, path, ...map, ...who));
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toBe('Account: 2 rows, all of them valid\n2 rows imported in 1 transaction.');
    await opened(path, async (ledger) => {
      const accounts = ledger.repository(Account);
      expect(await accounts.findMany(['a1', 'a2'])).toMatchObject([
        { email: 'a@x', balance: 12345678901234567890n, opened: new Date('2020-01-31') },
        { balance: -1n },
      ]);
      expect(await accounts.history('a2')).toMatchObject([
        { actor: 'ada', reason: 'moved', correlationId: 'c7' },
      ]);
    });
    const again = await immurepo(words(file, path, ...map, '--json'));
    expect(again.json()).toMatchObject({
      ...{ entity: 'account', class: 'Account', database: 'ledger', check: false, refusals: [] },
      ...{ rows: 2, imported: 0, skipped: 2, refused: 0, transactions: 0, resumed: true, complete: true },
    });
    const digest = expect.stringMatching(/^[0-9a-f]{64}$/) as unknown;
    expect(again.json()).toMatchObject({ digest, ms: expect.any(Number) as unknown });
  });

  it('refuses with line numbers, some on the terminal and all in a file, and imports the rest if asked to', async () => {
    const path = await folder();
    const rows = [
      { id: 'good', balance: 1 },
      ...Array.from({ length: 25 }, (_, n) => ({ id: `b${n}`, balance: 'x' })),
    ];
    const file = await fileOf('accounts.ndjson', ndjson(rows));
    const rejects = join(path, '..', 'rejects.ndjson');
    const ran = await immurepo(words(file, path, '--rejects', rejects));
    expect(ran.code).toBe(1);
    expect(ran.out.split('\n')[0]).toBe('Account: 26 rows, 25 refused');
    expect(ran.out.match(/ {2}line \d+: .*balance/g)).toHaveLength(20);
    expect(ran.out).toMatch(/\n {2}… and 5 more\nNothing was written: .*--accept-valid/);
    const lines = (await readFile(rejects, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(25);
    expect(JSON.parse(lines[0]!)).toMatchObject({ line: 2, raw: '{"id":"b0","balance":"x"}' });
    expect((await stat(rejects)).mode & 0o077).toBe(0);
    const rest = await immurepo(words(file, path, '--accept-valid', '--json'));
    expect(rest.code).toBe(1);
    expect(rest.json()).toMatchObject({ imported: 1, refused: 25, complete: true });
    expect((rest.json() as { refusals: unknown[] }).refusals).toHaveLength(20);
  });

  it('does not empty the file it imports, whatever link --rejects is', async () => {
    const path = await folder();
    const file = await fileOf('accounts.csv', 'id,balance\na,x\n');
    const [soft, hard] = [`${file}.soft`, `${file}.hard`];
    await symlink(file, soft);
    await link(file, hard);
    for (const rejects of [file, soft, hard]) {
      const ran = await immurepo(words(file, path, '--rejects', rejects));
      expect(ran).toMatchObject({
        code: 2,
        err: expect.stringMatching(/--rejects names the file/) as unknown,
      });
      expect(await readFile(file, 'utf8')).toBe('id,balance\na,x\n');
    }
    const none = await immurepo(words(`${file}.none.csv`, path, '--rejects', `${file}.none.csv`));
    expect(none).toMatchObject({ code: 1, err: expect.stringMatching(/ENOENT/) as unknown });
    await expect(stat(`${file}.none.csv`)).rejects.toThrow(/ENOENT/);
  });

  it('updates, and goes on as it was begun', async () => {
    const path = await folder();
    const file = await fileOf('accounts.ndjson', ndjson([1, 2, 3].map((n) => ({ id: `a${n}`, balance: n }))));
    expect((await immurepo(words(file, path, '--batch', '2', '--json'))).json()).toMatchObject({
      transactions: 2,
    });
    const again = await immurepo(words(file, path, '--batch', '3'));
    expect(again.out).toMatch(
      /begun with 2 rows in a transaction.*\n0 rows imported.*, 3 had been imported before\./s,
    );
    const changed = await fileOf(
      'accounts.ndjson',
      ndjson([
        { id: 'a1', balance: 9 },
        { id: 'a2', balance: 2 },
      ]),
    );
    const refused = await immurepo(words(changed, path));
    expect(refused).toMatchObject({
      code: 1,
      out: expect.stringMatching(/line 1: Account "a1" was stored/) as unknown,
    });
    const updated = await immurepo(words(changed, path, '--update'));
    expect(updated.out).toMatch(/1 row imported in 1 transaction, 1 held what is stored\./);
  });

  it('is ended by Ctrl-C after the transaction under way, and goes on when it is run again', async () => {
    const path = await folder();
    const file = await fileOf(
      'entries.ndjson',
      ndjson(Array.from({ length: 60 }, (_, n) => ({ text: `e${n}` }))),
    );
    const errors: string[] = [];
    const shown: string[] = [];
    const terminal = {
      ...{ out: () => undefined, err: (line: string) => void errors.push(line), color: false, env: {} },
      // The listener of the command alone: what runs this test has others.
      progress: (line: string | undefined) => {
        if (line === undefined) return;
        shown.push(line);
        if (line.includes('imported')) process.listeners('SIGINT').at(-1)?.('SIGINT');
      },
    };
    const command = words(file, path, '--entity', 'entry', '--batch', '1');
    expect(await run(command, COMMANDS, terminal)).toBe(1);
    expect(errors).toEqual([
      'immurepo import: ABORTED: Ended by SIGINT. What was imported is known: run it again to go on.',
    ]);
    expect(shown[0]).toBe('Entry: 1 row checked');
    const rest = (await immurepo([...command, '--json'])).json() as { imported: number; skipped: number };
    expect(rest.skipped).toBeGreaterThan(0);
    expect(rest.imported + rest.skipped).toBe(60);
    await opened(path, async (ledger) => {
      expect(await ledger.repository(Entry).count()).toBe(60);
    });
  });

  it.each([
    [[], /the file is missing/],
    [['-'], /what comes through a pipe/],
    [['a.csv', 'b.csv'], /one FILE, and not 2/],
    [['a.csv', '--format', 'xml'], /ndjson or csv/],
    [['a.csv', '--map', 'x'], /COLUMN=PROPERTY, and not "x"/],
    [['a.csv', '--batch', '0'], /--batch must be/],
    [['a.csv', '--nope'], /--nope/],
  ])('is told wrong arguments of by 2: %j', async (given, message) => {
    const ran = await immurepo([
      'import',
      ...given,
      '--module',
      MODULE,
      '--entity',
      'account',
      '--path',
      'x',
    ]);
    expect(ran).toMatchObject({ code: 2, err: expect.stringMatching(message) as unknown });
  });

  it('makes no ledger, and refuses what it cannot read or write', async () => {
    const path = await folder();
    const file = await fileOf('accounts.csv', 'id,balance\na,1\n');
    expect(await immurepo(words(file, `${path}-none`))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/LEDGER_MISSING/) as unknown,
    });
    expect(await immurepo(words(`${file}.csv`, path))).toMatchObject({
      code: 1,
      err: expect.stringMatching(/INVALID_ARGUMENT.*ENOENT/) as unknown,
    });
    expect(await immurepo(words(file, path, '--rejects', join(path, 'none', 'r')))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/--rejects/) as unknown,
    });
    expect(await immurepo(words(file, path, '--map', 'id=nope'))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/"nope" is no property of Account/) as unknown,
    });
    expect((await immurepo(['import', '--help'])).out).toMatch(/^Usage: immurepo import FILE \[OPTIONS\]/);
  });
});
