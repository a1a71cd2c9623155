// "We agree with immudb": its own Go client, unchanged, uses our ledger as a server, and its code checks the proofs.
// This is a short run; `npm run test:peers` has more, and immudb-py too.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { describeReal } from '../support/describe-real.js';
import { LyingProxy } from '../support/lying-proxy.js';
import { engineTarget } from './engine-target.js';
import { buildGoClient } from './go-client.js';
import { type Command, runPeer } from './peer.js';
import { realTarget, type Target } from './target.js';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 180_000 });

/** Fewer and shorter than by default. */
const CROWD = ['--clients', '4', '--writes', '5'];

describeReal('the Go client of immudb', () => {
  let command: Command;
  let folder: string;
  let real: Target;
  let engine: Target;

  beforeAll(async () => {
    command = await buildGoClient();
    folder = await mkdtemp(join(tmpdir(), 'immurepo-peers-test-'));
    real = await realTarget();
    engine = await engineTarget();
  });
  afterAll(async () => {
    await real[Symbol.asyncDispose]();
    await engine[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  // At the same time, because they mostly wait. The real one shows that what is asked of the other is right.
  it.concurrent.each([
    ['a real immudb', () => real],
    ['the embedded ledger', () => engine],
  ])('finds nothing missing and nothing unproven in %s, also after a restart', async (_name, targetOf) => {
    const { address, publicKeyFile, restart } = targetOf();
    const stateFolder = await mkdtemp(join(folder, 'state-'));
    const lines = await runPeer(command, { address, publicKeyFile, stateFolder, more: CROWD });
    expect(lines.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
    expect(lines.length).toBeGreaterThan(60);
    await restart!();
    const resumed = await runPeer(command, { address, publicKeyFile, stateFolder, resume: true });
    expect(resumed.map(({ check, outcome }) => `${outcome}: ${check}`)).toEqual([
      'passed: trust continues after a restart',
    ]);
  });

  it('fails the very check whose answer was forged', async () => {
    await using proxy = await LyingProxy.start(real.address);
    proxy.lie('VerifiableGet', ({ response }) => {
      response.entry!.value = new TextEncoder().encode('forged');
      return response;
    });
    const only = ['set and get', 'verified set and get'];
    const lines = await runPeer(command, { address: proxy.address, only });
    expect(lines.map(({ check, outcome }) => `${outcome}: ${check}`)).toEqual([
      'passed: set and get',
      'failed: verified set and get',
    ]);
    expect(lines[1]!.why).toMatch(/^verified\.go:\d+: data is corrupted$/);
  });

  it('fails everything signed where the key is another one', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const publicKeyFile = join(folder, 'another-key.pem');
    await writeFile(publicKeyFile, publicKey.export({ type: 'spki', format: 'pem' }));
    const only = ['a signed state', 'signed proofs of every kind'];
    const lines = await runPeer(command, { address: real.address, publicKeyFile, only });
    expect(lines.map(({ outcome }) => outcome)).toEqual(['failed', 'failed']);
  });

  it('leaves out what it is told to, by name', async () => {
    const only = ['set and get', 'delete'];
    const lines = await runPeer(command, { address: real.address, only, without: ['delete'] });
    expect(lines.map(({ check, outcome }) => `${outcome}: ${check}`)).toEqual([
      'passed: set and get',
      'skipped: delete',
    ]);
  });

  it('says that it could not begin', async () => {
    const failed = runPeer(command, { address: '127.0.0.1:9' });
    await expect(failed).rejects.toThrow(
      /^ended with 2 after 0 checks: Go client: cannot begin on 127\.0\.0\.1:9: /,
    );
  });
});
