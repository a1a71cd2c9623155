// The product against its limits on a real immudb: what grpc-js alone takes for the same requests. In turn with them run
// the low-level client, the repositories and the embedded ledger.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger } from 'immurepo';
import { connect, MemoryTrustStore } from 'immurepo/client';
import { isGoInstalled, startServer } from '../support/real-server.js';
import { Account } from './account.js';
import type { Field } from './field.js';
import { RawCaller } from './raw.js';
import { finds, findsOfMany } from './remote-finds.js';
import { saves, savesOfMany } from './remote-saves.js';
import type { Row } from './report.js';
import type { Size } from './size.js';

const DATABASE = 'bench';

/** Reads and writes on a real immudb. @param say tells a person what is done, or why nothing is */
export async function remote(size: Size, say: (line: string) => void): Promise<Row[]> {
  if (!(await isGoInstalled())) {
    say('SKIPPED everything on a real immudb: it is built with Go, which was not found.');
    return [];
  }
  await using server = await startServer();
  const admin = await connect(`immudb://immudb:immudb@${server.address}`);
  await admin.createDatabase(DATABASE);
  await admin.close();
  const folder = await mkdtemp(join(tmpdir(), 'immurepo-bench-'));
  const open = (options: object = {}) =>
    openLedger({
      url: `immudb://immudb:immudb@${server.address}/${DATABASE}`,
      entities: [Account],
      trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'bench' },
      ...options,
    });
  const inFolder = (name: string, options: object = {}) =>
    openLedger({ path: join(folder, name), entities: [Account], ...options });
  const cold = { memory: { maxProvenBytes: 1 } };
  const field: Field = {
    raw: await RawCaller.open(server.address, DATABASE),
    cold: await open(cold),
    warm: await open(),
    coalescing: await open({ coalesceSaves: true }),
    embedded: await inFolder('warm'),
    embeddedCold: await inFolder('cold', cold),
  };
  try {
    const rows: Row[] = [];
    for (const [name, part] of [
      ['find', finds],
      ['findMany(100)', findsOfMany],
      ['save', saves],
      ['saveMany(1000)', savesOfMany],
    ] as const) {
      say(`  ${name} on a real immudb …`);
      rows.push(...(await part(field, size)));
    }
    return rows;
  } finally {
    const { raw, ...ledgers } = field;
    for (const ledger of Object.values(ledgers)) await ledger.close();
    await raw.close();
    await rm(folder, { recursive: true, force: true });
  }
}
