// The README's examples are files of their own: compiled with everything else, quoted word for word, and the first run.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import { describeReal, freshDatabaseName } from '../support/describe-real.js';
import { RawClient } from '../support/raw-client.js';
import { startExample } from './run-example.js';

const projectFolder = join(import.meta.dirname, '..', '..');

it('quotes the examples as they are, and no other code', async () => {
  const readme = await readFile(join(projectFolder, 'README.md'), 'utf8');
  const quoted = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code]) => code);
  const [first, second] = await Promise.all(
    ['first-ledger.ts', 'composite-id.ts'].map((name) =>
      readFile(join(projectFolder, 'examples', name), 'utf8'),
    ),
  );
  expect(quoted).toEqual([first!.replace(/^\/\/.*\n/, ''), second!.slice(second!.indexOf('@Entity'))]);
});

it('mentions every script it tells to run', async () => {
  const readme = await readFile(join(projectFolder, 'README.md'), 'utf8');
  const { scripts } = JSON.parse(await readFile(join(projectFolder, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const named = [...readme.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!);
  expect(named).toContain('quickstart');
  for (const name of named) expect(Object.keys(scripts)).toContain(name);
});

describeReal('the example of the README', (server) => {
  it('runs and prints what it says', async () => {
    const database = freshDatabaseName('readme');
    const admin = await RawClient.open(server.address);
    await admin.call(ImmuServiceDefinition.methods.createDatabaseV2, { name: database });
    await admin.close();

    const trust = await mkdtemp(join(tmpdir(), 'immurepo-test-'));
    const IMMUDB_URL = `immudb://immudb:immudb@${server.address}/${database}`;
    const env = { IMMUDB_URL, IMMUREPO_TRUST_DIR: trust, NODE_ENV: 'test', NO_COLOR: '1' };
    const outcome = await startExample('first-ledger.ts', [], env).outcome;
    await rm(trust, { recursive: true });
    expect(outcome).toEqual({ exitCode: 0, stdout: '12n in transaction 2n\n1n 10n\n2n 12n\n', stderr: '' });
  }, 30_000);
});
