// Random histories: whatever is asked, every answer, error and hash is the real immudb's.
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { describeReal, freshDatabaseName } from '../support/describe-real.js';
import { startServer, type RealServer } from '../support/real-server.js';
import { type EngineBackend, type EngineBackendOptions, openEngineBackend } from './engine-backend.js';
import { grpcBackend } from './grpc-backend.js';
import { STEP_METHODS } from './random/steps.js';
import type { RpcBackend } from './rpc-backend.js';
import { runHistory, type Tally } from './run-history.js';
import { openSide } from './side.js';

const HISTORIES = Number(process.env.IMMUREPO_HISTORIES ?? 25);
const STEPS = Number(process.env.IMMUREPO_STEPS ?? 60);
// The same histories for every change, so that a red run is about the change. Others are looked for by hand, by number.
const FIRST_SEED = Number(process.env.IMMUREPO_SEED ?? 77_000);

const seeds = (count: number) => Array.from({ length: count }, (_, index) => FIRST_SEED + index);

console.log(`random histories from seed ${FIRST_SEED} on; IMMUREPO_SEED=${FIRST_SEED} repeats them`);

/** Both sign their states, so that a signature left out is seen. */
const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** Servers of this file's own: databases are unloaded here, which the users of a shared one would notice. */
const startSigning = () => startServer({ signingKey: newKey() });

/** The engine as it may be run, and the share of histories it gets: what differs is how rows and calls are carried. */
const ENGINES: readonly (readonly [
  how: string,
  share: number,
  options: () => Promise<EngineBackendOptions>,
])[] = [
  ['in memory', 1, () => Promise.resolve({})],
  ['in a folder', 1 / 8, async () => ({ path: await mkdtemp(join(tmpdir(), 'immurepo-contract-')) })],
  ['over gRPC', 1 / 8, () => Promise.resolve({ served: true })],
];

describeReal('random histories on the engine', () => {
  let server: RealServer;
  let judge: RpcBackend;
  beforeAll(async () => {
    server = await startSigning();
    judge = grpcBackend('immudb', server.address);
  });
  afterAll(async () => {
    await judge.close();
    await server.stop();
  });

  describe.each(ENGINES)('%s', (_, share, optionsOf) => {
    let options: EngineBackendOptions;
    let engine: EngineBackend;
    beforeAll(async () => {
      options = await optionsOf();
      engine = await openEngineBackend({ ...options, signingKey: newKey() });
    });
    afterAll(async () => {
      await engine.backend.close();
      if (options.path !== undefined) await rm(options.path, { recursive: true });
    });

    const count = Math.ceil(HISTORIES * share);
    const tally = new Map<string, Tally>();
    it.each(seeds(count))('are answered as by immudb: seed %i', async (seed) => {
      const database = freshDatabaseName('history');
      const sides = [
        await openSide(judge, database),
        await openSide(engine.backend, database, {}, engine.setClock),
      ] as const;
      for (const side of sides) onTestFinished(() => side.end());
      await runHistory(seed, STEPS, ...sides, tally);
    });

    // Fewer may well miss one.
    if (count < 20) return;
    it('have every kind of step, and an answer to each', () => {
      const never = STEP_METHODS.filter((method) => !tally.get(method)?.answered);
      expect(never).toEqual([]);
    });
  });
});

describeReal('random histories on two real servers', () => {
  let servers: RealServer[];
  let backends: RpcBackend[];
  beforeAll(async () => {
    servers = await Promise.all([startSigning(), startSigning()]);
    backends = servers.map(({ address }, index) => grpcBackend(`immudb ${index + 1}`, address));
  });
  afterAll(async () => {
    await Promise.all(backends.map((backend) => backend.close()));
    await Promise.all(servers.map((server) => server.stop()));
  });

  // What these differ in is the harness's fault: a question whose answer depends on more than the history.
  it.each(seeds(Math.ceil(HISTORIES / 8)))('are told apart by nothing: seed %i', async (seed) => {
    const database = freshDatabaseName('history');
    // Their clocks cannot be set. Without the time of commits all hashes must be equal all the same.
    const settings = { excludeCommitTime: { value: true } };
    const sides = await Promise.all(backends.map((backend) => openSide(backend, database, settings)));
    for (const side of sides) onTestFinished(() => side.end());
    await runHistory(seed, STEPS, sides[0]!, sides[1]!);
  });
});
