// What every consumer of the packed package runs, each compiled in its own way: an entity saved, found and proven on a
// ledger in a folder, and something of every sub-path. It has no await at its top level, so that it can be CommonJS.
import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Entity, evidenceOf, Id, Index, isVerified, openLedger, Property, VerificationError } from 'immurepo';
import type { Evidence, IndexProps, Repository } from 'immurepo';
import { connect, type ImmuClient, MemoryTrustStore } from 'immurepo/client';
import { type Engine, openEngine, serveEngine } from 'immurepo/engine';
import { EMPTY_HASH, sha256 } from 'immurepo/proof';
import { memoryLedger, tamper } from 'immurepo/testing';

@Index({ name: 'by-owner', on: ['owner', 'opened'] })
@Entity({ name: 'account', version: 1 })
class Account {
  declare [IndexProps]?: 'owner' | 'opened' | 'isRich';
  @Id({ generate: 'ulid' }) id!: string;
  @Property() owner!: string;
  @Property() balance!: bigint;
  @Property() opened!: Date;
  @Index() get isRich(): boolean {
    return this.balance >= 1_000n;
  }
}

/** @returns one line that tells what was done; throws where anything was not as it must be */
export async function useEverything(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'immurepo-consumer-'));
  try {
    const first = await onFolder(join(folder, 'ledger'));
    const second = await onFolder(join(folder, 'ledger'));
    ok(second.txId > first.txId);
    await onAlarm();
    await onSockets();
    deepEqual(EMPTY_HASH, sha256(new Uint8Array()));
    return `proven in transactions ${first.txId} and ${second.txId} by Node ${process.versions.node}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `immurepo`, on a ledger in a folder. */
async function onFolder(path: string): Promise<Evidence> {
  const ledger = await openLedger({ path, entities: [Account] });
  try {
    const accounts: Repository<Account> = ledger.repository(Account);
    const opened = new Date(Date.UTC(2030, 0, 1));
    const ada = await accounts.save(accounts.create({ owner: 'Ada', balance: 10n, opened }));
    await accounts.update(ada.id, { balance: 2_000n });
    const found = await accounts.findOrFail(ada.id);
    ok(found instanceof Account && isVerified(found));
    equal(found.balance, 2_000n);
    deepEqual(found.opened, opened);
    const [rich] = await accounts.findBy({ isRich: true }, { limit: 1 });
    equal(rich?.owner, 'Ada');
    equal((await accounts.history(ada.id)).length, 2);
    return evidenceOf(found);
  } finally {
    await ledger.close();
  }
}

/** `immurepo/testing`; the error must be of the class that the root exports: one copy of it is loaded. */
async function onAlarm(): Promise<void> {
  const ledger = await memoryLedger({ entities: [Account] });
  const accounts = ledger.repository(Account);
  const ada = await accounts.save(accounts.create({ owner: 'Ada', balance: 10n, opened: new Date(0) }));
  await tamper(ledger).forge(Account, ada.id, { balance: 1_000_000n });
  await rejects(accounts.find(ada.id), VerificationError);
  await ledger.close();
}

/** `immurepo/engine` serves, `immurepo/client` calls: grpc-js at both ends. */
async function onSockets(): Promise<void> {
  const engine: Engine = await openEngine();
  const served = await serveEngine(engine.service);
  try {
    const url = `immudb://immudb:immudb@${served.address}/defaultdb`;
    const client: ImmuClient = await connect({
      url,
      trust: { firstUse: true, store: new MemoryTrustStore() },
    });
    const [key, value] = [Uint8Array.of(1), Uint8Array.of(2)];
    await client.verifiedSet([{ key, value }]);
    deepEqual((await client.verifiedGet(key))?.value, value);
    await client.close();
  } finally {
    await served.close();
    await engine.close();
  }
}
