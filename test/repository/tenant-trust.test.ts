// What a tenant's trusted state begins with, in production too, and that a lie about one tenant is none about another.

import { afterEach, describe, expect, it, vi } from 'vitest';
import { connect, FileTrustStore, type TrustOption } from 'immurepo/client';
import { evidenceOf, type Ledger, MemoryTrustStore, openLedger } from 'immurepo';
import { openEngine } from '../../src/engine/engine.js';
import { LyingService } from '../../src/testing/lying-service.js';
import { trustFolderOf } from '../../src/trust/embedded-place.js';
import { freshDatabaseName } from '../support/describe-real.js';
import { describeServers } from '../support/describe-servers.js';
import { atEnd, endAll, openOn, temporaryFolder } from './any-ledger.js';
import { Account } from './entities.js';
import { createDatabase } from './open-real.js';

const save = async (ledger: Ledger, id: string) => {
  const accounts = ledger.repository(Account);
  return evidenceOf(await accounts.save(accounts.create({ id, email: `${id}@example.com`, balance: 1n })));
};
const find = (ledger: Ledger, id: string) => ledger.repository(Account).find(id);

async function inProduction(work: () => Promise<void>): Promise<void> {
  vi.stubEnv('NODE_ENV', 'production');
  try {
    await work();
  } finally {
    vi.unstubAllEnvs();
  }
}

afterEach(endAll);

describe('tenants of a ledger in a folder', () => {
  const openIn = (path: string) => openLedger({ path, entities: [Account], createTenants: true });

  it('are in the folder, with records of their own, when it is opened again', async () => {
    const path = await temporaryFolder();
    const first = await openIn(path);
    await save(first, 'x');
    const { txId, alh } = await save(await first.tenant('acme'), 'x');
    await save(await first.tenant('other'), 'y');
    await first.close();
    const records = await new FileTrustStore({ directory: trustFolderOf(path) }).list();
    expect(records.map(({ database }) => database)).toEqual(['acme', 'ledger', 'other']);
    await using ledger = await openLedger({ path, entities: [Account] });
    const acme = await ledger.tenant('acme');
    expect(evidenceOf((await find(acme, 'x'))!)).toMatchObject({
      txId,
      alh,
      database: 'acme',
      origin: 'created',
    });
    expect(await find(acme, 'y')).toBeUndefined();
    await expect(ledger.tenant('nobody')).rejects.toMatchObject({ code: 'DATABASE_NOT_FOUND' });
  });

  it('begin in production because they are new, and go on while they are empty', async () => {
    await inProduction(async () => {
      const path = await temporaryFolder();
      for (let time = 0; time < 2; time++) {
        const ledger = await openIn(path);
        const acme = await ledger.tenant('acme');
        // Nothing is kept of trust in what is empty.
        await acme.close();
        await ledger.tenant('acme');
        await ledger.close();
      }
      await using ledger = await openIn(path);
      expect(await save(await ledger.tenant('acme'), 'x')).toMatchObject({ origin: 'created' });
    });
  });

  it('are not believed in production where their record is gone', async () => {
    await inProduction(async () => {
      const path = await temporaryFolder();
      const first = await openIn(path);
      await save(first, 'x');
      await first.close();
      const elsewhere = { store: new MemoryTrustStore(), firstUse: true } as const;
      const begun = await openIn(path);
      await save(await begun.tenant('acme', { trust: elsewhere }), 'x');
      await begun.close();
      await using ledger = await openIn(path);
      await expect(ledger.tenant('acme')).rejects.toMatchObject({ code: 'TRUST_MISSING' });
      expect(await find(ledger, 'x')).toBeDefined();
    });
  });

  it('that lose their last transactions are found out, and the others go on', async () => {
    const path = await temporaryFolder();
    const ledger = await openIn(path);
    await save(await ledger.tenant('acme'), 'x');
    await save(await ledger.tenant('other'), 'x');
    await ledger.close();
    const store = new FileTrustStore({ directory: trustFolderOf(path) });
    const [id] = (await store.list()).filter(({ database }) => database === 'acme');
    const record = await store.load(id!);
    await store.replace(id!, record!.epoch, { ...record!, head: { ...record!.head, txId: 7n } });
    await using again = await openIn(path);
    await expect(again.tenant('acme')).rejects.toMatchObject({ code: 'ROLLBACK_DETECTED' });
    expect(await find(await again.tenant('other'), 'x')).toBeDefined();
    await expect(again.tenant('acme')).rejects.toMatchObject({ code: 'ROLLBACK_DETECTED' });
  });
});

describeServers('tenants of a server', (server) => {
  const openWith = async (trust: TrustOption) => {
    const database = await createDatabase(server);
    const url = `immudb://immudb:immudb@${server.address}/${database}`;
    const ledger = await openLedger({ url, entities: [Account], createTenants: true, trust });
    atEnd(() => ledger.close());
    return ledger;
  };
  const pinned = () => ({ key: server.publicKeyPem, store: new MemoryTrustStore() });

  it('are held to its key, in production too', async () => {
    await inProduction(async () => {
      const ledger = await openWith(pinned());
      const name = freshDatabaseName();
      for (let time = 0; time < 2; time++) {
        const tenant = await ledger.tenant(name);
        expect(await save(tenant, `x${time}`)).toMatchObject({ origin: 'pinned', database: name });
        await tenant.close();
      }
    });
  });

  it('are not believed by its first word in production, but for those that are made new', async () => {
    await inProduction(async () => {
      const ledger = await openWith(pinned());
      const trust = { firstUse: true, store: new MemoryTrustStore() } as const;
      const name = freshDatabaseName();
      const tenant = await ledger.tenant(name, { trust });
      expect(await save(tenant, 'x')).toMatchObject({ origin: 'created' });
      await tenant.close();
      await save(await ledger.tenant(name, { trust }), 'y');
      await (await ledger.tenant(name)).close();
      const lost = ledger.tenant(name, { trust: { ...trust, store: new MemoryTrustStore() } });
      await expect(lost).rejects.toMatchObject({ code: 'TRUST_MISSING' });
      // An empty one that was there before may be one that lost everything.
      const admin = await connect({
        url: `immudb://immudb:immudb@${server.address}/defaultdb`,
        trust: pinned(),
      });
      atEnd(() => admin.close());
      const found = freshDatabaseName();
      await admin.createDatabase(found);
      await expect(ledger.tenant(found, { trust })).rejects.toMatchObject({ code: 'TRUST_MISSING' });
    });
  });

  it('are found out where they show less than was trusted of them', async () => {
    const ledger = await openWith(pinned());
    const trust = { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'tenants' } as const;
    const [name, other] = [freshDatabaseName(), freshDatabaseName()];
    await save(await ledger.tenant(name, { trust }), 'x');
    await (await ledger.tenant(name)).close();
    // The record of what was there, under the name of what is not there.
    const [id] = await trust.store.list();
    await trust.store.create({ ...id!, database: other }, (await trust.store.load(id!))!);
    await expect(ledger.tenant(other, { trust })).rejects.toMatchObject({ code: 'ROLLBACK_DETECTED' });
  });
});

it('a lie about one tenant latches that one only', async () => {
  const engine = await openEngine({ databases: ['ledger', 'liar', 'honest'] });
  atEnd(() => engine.close());
  const service = new LyingService(engine.service, 'liar');
  const ledger = await openOn({ service: service, ownCredentials: engine.ownCredentials }, [Account]);
  atEnd(() => ledger.close());
  const [liar, honest] = [await ledger.tenant('liar'), await ledger.tenant('honest')];
  for (const one of [ledger, liar, honest]) await save(one, 'x');
  service.tell({
    verifiableTxById: async (request, ask) => {
      const answer = await ask('verifiableTxById', request);
      const header = { ...answer.tx!.header!, ts: 1n };
      return { ...answer, tx: { ...answer.tx!, header } };
    },
    currentState: async (request, ask) => ({
      ...(await ask('currentState', request)),
      txHash: new Uint8Array(32),
    }),
  });
  await expect(liar.verifyState()).rejects.toMatchObject({ code: 'FORK_DETECTED' });
  await expect(find(liar, 'x')).rejects.toMatchObject({ code: 'FORK_DETECTED' });
  for (const one of [ledger, honest]) {
    await save(one, 'y');
    expect(await find(one, 'y')).toBeDefined();
    await one.verifyState();
  }
  service.end();
  await liar.close();
  await expect(ledger.tenant('liar')).rejects.toMatchObject({ code: 'TRUST_LATCHED' });
});
