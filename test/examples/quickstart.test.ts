// The quickstart on a real immudb: what it says, what it writes, and what it leaves for the next run.
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { quickstart } from '../../examples/quickstart/quickstart.js';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import { describeReal, freshDatabaseName } from '../support/describe-real.js';
import { RawClient } from '../support/raw-client.js';
import { startExample, type Outcome } from './run-example.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'immurepo-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** In this process. @param hear is told what goes to standard error */
async function run(
  line: readonly string[],
  hear: (text: string) => void = () => undefined,
): Promise<Outcome> {
  const written = { stdout: '', stderr: '' };
  const surroundings = {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: {
      write: (text: string) => {
        written.stderr += text;
        hear(text);
      },
    },
    env: { INIT_CWD: folder },
  };
  const exitCode = await quickstart(
    ['--folder', 'kept', ...line],
    surroundings,
    new AbortController().signal,
  );
  return { exitCode, ...written };
}

/** In a process of its own. */
const start = (...line: string[]) =>
  startExample('quickstart/main.ts', ['--folder', 'kept', ...line], { INIT_CWD: folder, NODE_ENV: 'test' });

const inUse = () => join(folder, 'kept', 'in-use');

async function figures(...line: string[]): Promise<Record<string, unknown>> {
  const { exitCode, stdout, stderr } = await run(['--json', ...line]);
  expect([exitCode, stderr.replace('Starting immudb …\n', '')]).toEqual([0, '']);
  const parsed = JSON.parse(stdout) as Record<string, unknown>;
  expect(Object.keys(parsed)).toEqual(['saved', 'transactions', 'added', 'removed', 'changed', 'ms']);
  return parsed;
}

/** Writes a lock file: names to versions, the integrity following the version unless given. */
async function lock(versions: Record<string, string>, more: Record<string, object> = {}): Promise<void> {
  const packages = Object.entries(versions).map(([name, version]): [string, object] => [
    `node_modules/${name}`,
    { version, integrity: `sha512-${name}-${version}`, license: 'MIT', ...more[name] },
  ]);
  const content = {
    name: 'shop',
    lockfileVersion: 3,
    packages: Object.fromEntries<object>([['', {}], ...packages]),
  };
  await writeFile(join(folder, 'lock.json'), JSON.stringify(content));
}

describeReal('the quickstart on a running server', (server) => {
  let url: string;
  beforeEach(async () => {
    const database = freshDatabaseName('quickstart');
    const admin = await RawClient.open(server.address);
    await admin.call(ImmuServiceDefinition.methods.createDatabaseV2, { name: database });
    await admin.close();
    url = `immudb://immudb:immudb@${server.address}/${database}`;
  });

  it('saves everything at first, nothing again, and then only what differs', async () => {
    await lock({ a: '1.0.0', b: '1.0.0', c: '1.0.0' });
    expect(await figures('lock.json', '--url', url)).toMatchObject({
      saved: 3, transactions: ['1'], added: 3, removed: 0, changed: 0,
    }); // prettier-ignore
    expect(await figures('lock.json', '--url', url)).toMatchObject({
      saved: 0, transactions: [], added: 0, removed: 0, changed: 0,
    }); // prettier-ignore
    await lock({ a: '1.0.0', b: '2.0.0', d: '1.0.0' });
    expect(await figures('lock.json', '--url', url)).toMatchObject({
      saved: 2, transactions: ['2', '3'], added: 1, removed: 1, changed: 1,
    }); // prettier-ignore
    expect(await figures('lock.json', '--url', url)).toMatchObject({ saved: 0, transactions: [] });
  }, 60_000);

  it('tells a person what changed, with its history', async () => {
    await lock({ a: '1.0.0', b: '1.0.0' });
    await run(['lock.json', '--url', url]);
    await lock({ a: '1.1.0' });
    await run(['lock.json', '--url', url]);
    await lock({ a: '1.1.0', b: '1.0.1' }, { a: { integrity: 'sha512-other' } });
    const { exitCode, stdout, stderr } = await run(['lock.json', '--url', url]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('shop: 2 packages');
    expect(stdout).toContain('added 1\n  + b 1.0.1\n');
    expect(stdout).toContain('~ a 1.1.0\n    the same version with other content: find out why\n');
    expect(stdout).toContain(
      '1.0.0 in transaction 1, then 1.1.0 in transaction 3, then 1.1.0 in transaction 4',
    );
    expect(stdout).toContain('Saved 2 packages in transaction 4.');
    expect(stdout).not.toContain('\x1b');
  }, 60_000);

  it('splits what does not fit one transaction, and not more', async () => {
    await lock(Object.fromEntries(Array.from({ length: 1100 }, (_, index) => [`p${index}`, '1.0.0'])));
    expect(await figures('lock.json', '--url', url)).toMatchObject({ saved: 1100, transactions: ['1', '2'] });
  }, 60_000);

  it('deletes what is gone, and remembers that it did', async () => {
    await lock(Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`p${index}`, '1.0.0'])));
    await figures('lock.json', '--url', url);
    await lock({});
    const removal = await figures('lock.json', '--url', url);
    expect(removal).toMatchObject({ saved: 0, removed: 30 });
    // One for each package, and one for the project, which locks nothing any more.
    expect(removal.transactions).toEqual(Array.from({ length: 31 }, (_, index) => String(index + 2)));
    expect(await figures('lock.json', '--url', url)).toMatchObject({ removed: 0, transactions: [] });
    await lock({ p7: '1.0.0' });
    expect(await figures('lock.json', '--url', url)).toMatchObject({ added: 1, transactions: ['33'] });
  });

  it('shows what becomes of a lie, and exits with 0 if nothing does', async () => {
    await lock({ a: '1.0.9' });
    const { exitCode, stdout, stderr } = await run(['lock.json', '--url', url, '--tamper']);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('claims that a 1.0.9 is 1.0.0');
    expect(stdout).toContain('VerificationError ');
    expect(stdout).toContain('The trusted state did not move: 1:');
    expect(stdout).toContain('Without the lie, the same call gives a 1.0.9 again, proven.');
  }, 60_000);

  it('has nothing to lie about where nothing has a version', async () => {
    await lock({});
    const { exitCode, stderr } = await run(['lock.json', '--url', url, '--tamper']);
    expect([exitCode, stderr]).toEqual([1, 'There is nothing to lie about: no package has a version.\n']);
  });

  it('says what is wrong with a password or an address, and never shows the password', async () => {
    await lock({});
    const wrong = await run(['lock.json', '--url', url.replace(':immudb@', ':hunter2@')]);
    expect(wrong).toMatchObject({ exitCode: 1, stdout: '' });
    expect(wrong.stderr).toContain('INVALID_CREDENTIALS');
    expect(wrong.stderr).not.toContain('hunter2');
    const typo = await run(['lock.json', '--url', 'http://localhost']);
    expect(typo).toMatchObject({ exitCode: 1, stdout: '' });
    expect(typo.stderr).toContain('must be "immudb"');
  }, 60_000);
});

describeReal('the quickstart on a server of its own', () => {
  it('starts it, keeps its data, and stops it', async () => {
    await lock({ a: '1.0.0' });
    expect(await figures('lock.json')).toMatchObject({ saved: 1, transactions: ['1'] });
    expect(existsSync(inUse())).toBe(false);
    expect(await figures('lock.json')).toMatchObject({ saved: 0, transactions: [] });
  });

  it('notices that its ledger was replaced by another', async () => {
    await lock({ a: '1.0.0' });
    await figures('lock.json');
    await rm(join(folder, 'kept', 'server'), { recursive: true });
    const { exitCode, stdout, stderr } = await run(['lock.json']);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toContain('VerificationError ');
  });

  it('refuses to share its folder with another run', async () => {
    await lock({});
    let second: Promise<Outcome> | undefined;
    const first = await run(['lock.json'], () => {
      second ??= run(['lock.json']);
    });
    expect([first.exitCode, (await second)?.exitCode]).toEqual([0, 1]);
    expect((await second)?.stderr).toContain('is using this folder');
    expect(existsSync(inUse())).toBe(false);
  });
});

describeReal('the quickstart as a process', () => {
  it('stops its server when interrupted', async () => {
    await lock({});
    const { child, outcome } = start('lock.json');
    await once(child.stderr, 'data');
    child.kill('SIGINT');
    const { exitCode, stderr } = await outcome;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('Interrupted.');
    expect(existsSync(inUse())).toBe(false);
  }, 60_000);

  it('takes over a folder that a killed run left behind', async () => {
    await lock({ a: '1.0.0' });
    const killed = start('lock.json');
    await once(killed.child.stderr, 'data');
    killed.child.kill('SIGKILL');
    expect((await killed.outcome).exitCode).not.toBe(0);
    expect(existsSync(inUse())).toBe(true);

    const { exitCode, stdout } = await start('lock.json', '--json').outcome;
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ saved: 1 });
  }, 60_000);
});

describe('what needs no server', () => {
  it.each([
    [['--help'], 0, 'Usage: npm run quickstart', ''],
    [['--nonsense'], 2, '', "Unknown option '--nonsense'"],
    [['missing.json'], 1, '', 'missing.json: there is no such file'],
  ])('%j is answered before one is started', async (line, exitCode, stdout, stderr) => {
    const outcome = await run(line);
    expect(outcome.exitCode).toBe(exitCode);
    expect(outcome.stdout).toContain(stdout);
    expect(outcome.stderr).toContain(stderr);
    expect(existsSync(join(folder, 'kept'))).toBe(false);
  });

  it('exits with what it says', async () => {
    expect((await start('--nonsense').outcome).exitCode).toBe(2);
  }, 30_000);
});
