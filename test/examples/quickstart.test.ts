// The quickstart, on a ledger in a folder and on a real immudb: what it says, what it writes, and what it leaves for the
// next run.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import { describeReal, freshDatabaseName } from '../support/describe-real.js';
import { RawClient } from '../support/raw-client.js';
import { manyPackages, quickstartFolder } from './quickstart-folder.js';

const folder = quickstartFolder();
const { run, start, figures, lock } = folder;

/** What is shown wherever the ledger is. @param where the arguments that say it */
function keepsALedger(where: () => readonly string[]): void {
  it('saves everything at first, nothing again, and then only what differs', async () => {
    await lock({ a: '1.0.0', b: '1.0.0', c: '1.0.0' });
    expect(await figures('lock.json', ...where())).toMatchObject({
      saved: 3, transactions: ['1'], added: 3, removed: 0, changed: 0,
    }); // prettier-ignore
    expect(await figures('lock.json', ...where())).toMatchObject({
      saved: 0, transactions: [], added: 0, removed: 0, changed: 0,
    }); // prettier-ignore
    await lock({ a: '1.0.0', b: '2.0.0', d: '1.0.0' });
    expect(await figures('lock.json', ...where())).toMatchObject({
      saved: 2, transactions: ['2', '3'], added: 1, removed: 1, changed: 1,
    }); // prettier-ignore
    expect(await figures('lock.json', ...where())).toMatchObject({ saved: 0, transactions: [] });
  }, 60_000);

  it('tells a person what changed, with its history', async () => {
    await lock({ a: '1.0.0', b: '1.0.0' });
    await run('lock.json', ...where());
    await lock({ a: '1.1.0' });
    await run('lock.json', ...where());
    await lock({ a: '1.1.0', b: '1.0.1' }, { a: { integrity: 'sha512-other' } });
    const { exitCode, stdout, stderr } = await run('lock.json', ...where());
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
    await lock(manyPackages(1100));
    expect(await figures('lock.json', ...where())).toMatchObject({ saved: 1100, transactions: ['1', '2'] });
  }, 60_000);

  it('deletes what is gone, and remembers that it did', async () => {
    await lock(manyPackages(30));
    await figures('lock.json', ...where());
    await lock({});
    const removal = await figures('lock.json', ...where());
    expect(removal).toMatchObject({ saved: 0, removed: 30 });
    // One for each package, and one for the project, which locks nothing any more.
    expect(removal.transactions).toEqual(Array.from({ length: 31 }, (_, index) => String(index + 2)));
    expect(await figures('lock.json', ...where())).toMatchObject({ removed: 0, transactions: [] });
    await lock({ p7: '1.0.0' });
    expect(await figures('lock.json', ...where())).toMatchObject({ added: 1, transactions: ['33'] });
  }, 60_000);

  it('shows what becomes of a lie, exits with 0 if nothing does, and leaves the ledger as it was', async () => {
    await lock({ a: '1.0.9' });
    const { exitCode, stdout, stderr } = await run('lock.json', ...where(), '--tamper');
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('claims that a 1.0.9 is 1.0.0');
    expect(stdout).toContain('VerificationError PROOF_INVALID');
    expect(stdout).toContain('The trusted state did not move: 1:');
    expect(stdout).toContain('Without the lie, the same call gives a 1.0.9 again, proven.');
    expect(await figures('lock.json', ...where())).toMatchObject({ saved: 0, transactions: [] });
  }, 60_000);

  it('has nothing to lie about where nothing has a version', async () => {
    await lock({});
    const { exitCode, stderr } = await run('lock.json', ...where(), '--tamper');
    expect([exitCode, stderr]).toEqual([1, 'There is nothing to lie about: no package has a version.\n']);
  });
}

describe('the quickstart in a folder', () => {
  keepsALedger(() => []);
});

describeReal('the quickstart on a running server', (server) => {
  let url: string;
  beforeEach(async () => {
    const database = freshDatabaseName('quickstart');
    const admin = await RawClient.open(server.address);
    await admin.call(ImmuServiceDefinition.methods.createDatabaseV2, { name: database });
    await admin.close();
    url = `immudb://immudb:immudb@${server.address}/${database}`;
  });

  keepsALedger(() => ['--url', url]);

  it('makes no ledger in the folder, and keeps there what it trusts', async () => {
    await lock({ a: '1.0.0' });
    const { stdout } = await run('lock.json', '--url', url);
    expect(stdout).toContain('trust began with what was shown at the first contact.');
    expect(existsSync(join(folder.path, 'kept', 'ledger'))).toBe(false);
    expect(existsSync(join(folder.path, 'kept', 'trust'))).toBe(true);
  });

  it('says what is wrong with a password or an address, and never shows the password', async () => {
    await lock({});
    const wrong = await run('lock.json', '--url', url.replace(':immudb@', ':hunter2@'));
    expect(wrong).toMatchObject({ exitCode: 1, stdout: '' });
    expect(wrong.stderr).toContain('INVALID_CREDENTIALS');
    expect(wrong.stderr).not.toContain('hunter2');
    const typo = await run('lock.json', '--url', 'http://localhost');
    expect(typo).toMatchObject({ exitCode: 1, stdout: '' });
    expect(typo.stderr).toContain('must be "immudb"');
  }, 60_000);
});

describe('what needs no ledger', () => {
  it.each([
    [['--help'], 0, 'Usage: npm run quickstart', ''],
    [['--nonsense'], 2, '', "Unknown option '--nonsense'"],
    [['missing.json'], 1, '', 'missing.json: there is no such file'],
  ])('%j is answered before one is made', async (line, exitCode, stdout, stderr) => {
    const outcome = await run(...line);
    expect(outcome.exitCode).toBe(exitCode);
    expect(outcome.stdout).toContain(stdout);
    expect(outcome.stderr).toContain(stderr);
    expect(existsSync(join(folder.path, 'kept'))).toBe(false);
  });

  it('exits with what it says', async () => {
    expect((await start(['--nonsense']).outcome).exitCode).toBe(2);
  }, 30_000);
});
