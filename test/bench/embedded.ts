// The embedded ledger against what bounds it: the disk for what is saved, and the same engine behind loopback gRPC for
// what is found.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryTrustStore } from 'immurepo/client';
import { openEngine, serveEngine } from 'immurepo/engine';
import { type Ledger, openLedger } from 'immurepo';
import { LocalTransport } from '../../src/client/local-transport.js';
import { Account, newAccount } from './account.js';
import { rawSync } from './disk.js';
import { ratio, type Row } from './report.js';
import { measure } from './rounds.js';
import type { Size } from './size.js';

const DATABASE = 'ledger';

/** Runs `work` in a folder of its own. */
async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'immurepo-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Durable saves against the raw rate of the disk. */
export function saves({ rounds, scale }: Size): Promise<Row[]> {
  return inFolder(async (folder) => {
    await using ledger = await openLedger({ path: join(folder, 'ledger'), entities: [Account] });
    await using coalescing = await openLedger({
      path: join(folder, 'coalescing'),
      entities: [Account],
      coalesceSaves: true,
    });
    const save = (index: number) => ledger.repository(Account).save(newAccount(ledger, index));
    const saveShared = (index: number) => coalescing.repository(Account).save(newAccount(coalescing, index));
    using raw = rawSync(folder, 400 * scale);
    const [disk, one, many, shared] = await measure(
      [
        raw,
        { name: 'save, 1 in flight', op: save, perRound: 150 * scale },
        { name: 'save, 128 in flight', op: save, inFlight: 128, perRound: 2048 * scale },
        { name: 'coalesced save, 128 in flight', op: saveShared, inFlight: 128, perRound: 4096 * scale },
      ],
      rounds,
    );
    return [
      ratio('embedded: durable save, one at a time', one!, disk!, 0.25),
      ratio('embedded: durable save, 128 in flight, each a transaction', many!, disk!),
      ratio('embedded: durable save, 128 in flight, coalesced', shared!, disk!, 2),
    ];
  });
}

/** Finds in this process against the same engine behind loopback gRPC, each with and without proofs still to be made. */
export function finds({ rounds, scale }: Size): Promise<Row[]> {
  return inFolder(async (folder) => {
    const engine = await openEngine({ path: join(folder, 'ledger'), databases: [DATABASE] });
    const served = await serveEngine(engine.service);
    const open = (where: object, maxProvenBytes: number) =>
      openLedger({
        ...engine.ownCredentials,
        ...where,
        database: DATABASE,
        entities: [Account],
        memory: { maxProvenBytes },
        trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'bench' },
      });
    const here = {
      transport: new LocalTransport(engine.service, { address: 'embedded', close: () => Promise.resolve() }),
    };
    const [host, port] = served.address.split(':');
    const there = { host, port: Number(port) };
    const [local, localCold, remote, remoteCold] = [
      await open(here, 2 ** 26),
      await open(here, 1),
      await open(there, 2 ** 26),
      await open(there, 1),
    ];
    const ids: string[] = [];
    for (let index = 0; index < 2000; index += 50) {
      const batch = Array.from({ length: 50 }, (_, i) =>
        local.repository(Account).save(newAccount(local, index + i)),
      );
      for (const { id } of await Promise.all(batch)) ids.push(id);
    }
    const find = (ledger: Ledger) => (index: number) =>
      ledger.repository(Account).findOrFail(ids[(index * 7919) % ids.length]!);
    const perRound = 1500 * scale;
    const [warm, warmRemote, cold, coldRemote] = await measure(
      [
        { name: 'find, proven before', op: find(local), inFlight: 32, perRound },
        { name: 'the same over loopback gRPC', op: find(remote), inFlight: 32, perRound },
        { name: 'find, with its proof', op: find(localCold), inFlight: 32, perRound },
        { name: 'the same over loopback gRPC', op: find(remoteCold), inFlight: 32, perRound },
      ],
      rounds,
    );
    for (const ledger of [local, localCold, remote, remoteCold]) await ledger.close();
    await served.close();
    await engine.close();
    return [
      ratio('embedded: verified find of what was proven before', warm!, warmRemote!, 3),
      ratio('embedded: verified find with its proof', cold!, coldRemote!, 3),
    ];
  });
}
