// The same service on a real immudb, by LEDGER_URL and nothing else.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect } from '../../../src/client/connect.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import { describeReal, freshDatabaseName } from '../../support/describe-real.js';
import { Approvals, STARTED_WITHIN_MS } from './approvals.js';
import { worksFromBeginningToEnd } from './workflow.js';

describeReal('approvals', (server) => {
  let service: Approvals;
  let trust: string;
  const database = freshDatabaseName('approvals');

  beforeAll(async () => {
    trust = await mkdtemp(join(tmpdir(), 'immurepo-trust-'));
    const url = `immudb://immudb:immudb@${server.address}`;
    const trusted = { firstUse: true, store: new MemoryTrustStore() } as const;
    const client = await connect({ url: `${url}/defaultdb`, trust: trusted });
    await client.createDatabase(database);
    await client.close();
    const LEDGER_URL = `${url}/${database}`;
    service = await Approvals.start({ LEDGER_URL, ORDERS_CSV: '', IMMUREPO_TRUST_DIR: trust });
  }, STARTED_WITHIN_MS);
  afterAll(async () => {
    await service[Symbol.asyncDispose]();
    await rm(trust, { recursive: true });
  });

  worksFromBeginningToEnd(() => service);

  it('says where its ledger is, and no password, in no line', async () => {
    expect((await service.get('/api/state')).body).toMatchObject({
      status: 'up',
      database,
      origin: 'first-use',
    });
    expect(service.stdout + service.stderr).not.toContain('immudb:immudb');
  });

  it('has no files that could be tampered with', async () => {
    const { code, said } = await service.tool('tamper');
    expect([code, said]).toEqual([
      1,
      'LEDGER_URL is set: the ledger is on a server, and its files are not here to be tampered with.\n',
    ]);
  });
});
