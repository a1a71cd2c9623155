// What a ledger costs as it grows: finds, opening, and memory, from a thousand to a million transactions.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { utf8 } from '../../src/bytes.js';
import { MemoryTrustStore } from 'immurepo/client';
import { type Engine, openEngine } from 'immurepo/engine';
import { openLedger } from 'immurepo';
import { LocalTransport } from '../../src/client/local-transport.js';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import { Account } from './account.js';
import { checking } from './checking.js';
import { ownMemory, scriptMemory } from './memory.js';
import type { Row } from './report.js';
import { measure } from './rounds.js';

const DATABASE = 'ledger';
const VALUE = new Uint8Array(200).fill(7);
const IN_FLIGHT = 512;
const OLDEST = 'the-first';
const { openSession, set, scan } = ImmuServiceDefinition.methods;
const pathOf = ({ name }: { name: string }) => `/${ImmuServiceDefinition.fullName}/${name}`;
const keyOf = (index: number) => utf8(`key-${String(index).padStart(9, '0')}`);

/** @param total how many transactions in the end, ≥ 1,000 @param say tells a person how far it is */
export async function growth(total: number, say: (line: string) => void): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'immurepo-bench-'));
  const rows: Row[] = [];
  try {
    const path = join(folder, 'ledger');
    const rates: { size: number; rate: number }[] = [];
    const atStart = scriptMemory();
    let [most, mostOfScript] = [0, 0];
    let size = 0;
    for (const step of steps(total)) {
      // What the finds of the step before have left in the heap is not what writing takes.
      const before = await ownMemory();
      const look = async () => {
        most = Math.max(most, (await ownMemory()) - before);
        mostOfScript = Math.max(mostOfScript, scriptMemory() - atStart);
      };
      const engine = await openEngine({ path, databases: [DATABASE] });
      await fill(engine, size, step, async (done) => {
        await look();
        say(`${done.toLocaleString('en')} transactions`);
      });
      size = step;
      if (size === total) {
        rows.push({ what: `scanned ${size} keys by pages`, figure: await scanAll(engine), unit: 'keys' });
        await look();
      }
      await engine.close();
      const { opened, rate, checked } = await openAndFind(path, size, size === total);
      rates.push({ size, rate });
      rows.push({
        what: `opened with ${size.toLocaleString('en')} transactions`,
        figure: opened,
        unit: 'ms',
        goal: { atMost: 1000 },
      });
      rows.push({
        what: `verified find, ${size.toLocaleString('en')} transactions`,
        figure: rate,
        unit: '/s',
      });
      rows.push(...checked);
    }
    const [first, last] = [rates[0]!, rates.at(-1)!];
    rows.push({
      what: `verified find: cost at ${last.size.toLocaleString('en')} transactions`,
      figure: first.rate / last.rate,
      unit: `× that at ${first.size.toLocaleString('en')}`,
      goal: { atMost: 2 },
    });
    rows.push({
      what: 'memory while transactions are written and scanned, above that before (the file mapped by lmdb not counted)',
      figure: most / 2 ** 20,
      unit: 'MiB',
      goal: { atMost: 100 },
    });
    rows.push({
      what: 'memory of JavaScript meanwhile, above that at the start',
      figure: mostOfScript / 2 ** 20,
      unit: 'MiB',
      goal: { atMost: 100 },
    });
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function steps(total: number): number[] {
  const sizes = [1_000, 10_000, 100_000].filter((size) => size < total);
  return [...sizes, total];
}

async function session(engine: Engine): Promise<Readonly<Record<string, string>>> {
  const { user, password } = engine.ownCredentials;
  const request = { username: utf8(user), password: utf8(password), databaseName: DATABASE };
  const answer = await engine.service.unary({ path: pathOf(openSession), headers: {} }, request);
  return { sessionid: (answer as { sessionID: string }).sessionID };
}

/** Adds transactions of one entry each. */
async function fill(
  engine: Engine,
  from: number,
  to: number,
  tell: (done: number) => Promise<void>,
): Promise<void> {
  const headers = await session(engine);
  for (let index = from; index < to; index += IN_FLIGHT) {
    const batch = Array.from({ length: Math.min(IN_FLIGHT, to - index) }, (_, i) =>
      engine.service.unary(
        { path: pathOf(set), headers },
        {
          KVs: [{ key: keyOf(index + i), value: VALUE, metadata: undefined }],
          noWait: false,
          preconditions: [],
        },
      ),
    );
    await Promise.all(batch);
    if (Math.floor(index / 50_000) !== Math.floor((index + IN_FLIGHT) / 50_000)) await tell(index);
  }
}

async function scanAll(engine: Engine): Promise<number> {
  const headers = await session(engine);
  let count = 0;
  for (let seekKey: Uint8Array = new Uint8Array(0); ;) {
    const request = { ...SCAN, seekKey };
    const answer = await engine.service.unary({ path: pathOf(scan), headers }, request);
    const { entries } = answer as { entries: { key: Uint8Array }[] };
    count += entries.length;
    const last = entries.at(-1);
    if (last === undefined) return count;
    seekKey = last.key;
  }
}

const NONE = new Uint8Array(0);
// prettier-ignore
const SCAN = { prefix: NONE, endKey: NONE, desc: false, limit: 2500n, sinceTx: 0n, noWait: false, inclusiveSeek: false, inclusiveEnd: false, offset: 0n };

async function openAndFind(
  path: string,
  size: number,
  isLast: boolean,
): Promise<{ opened: number; rate: number; checked: Row[] }> {
  const started = performance.now();
  const engine = await openEngine({ path });
  await using ledger = await openLedger({
    ...engine.ownCredentials,
    database: DATABASE,
    entities: [Account],
    transport: new LocalTransport(engine.service, { address: path, close: () => engine.close() }),
    // Without room for what is proven, every read asks for a proof again.
    memory: { maxProvenBytes: 1 },
    trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'bench' },
  });
  const opened = performance.now() - started;
  const op = (index: number) => ledger.client.verifiedGet(keyOf((index * 104_729) % size));
  const [found] = await measure([{ name: 'find', op, inFlight: 32, perRound: 2000 }], 5);
  const account = ledger.repository(Account).create({ id: OLDEST, email: 'ada@example.com', balance: 1n });
  // Stored while the ledger was small: the proof leads from there to its end.
  if ((await ledger.repository(Account).find(OLDEST)) === undefined)
    await ledger.repository(Account).save(account);
  const what = `${size.toLocaleString('en')} transactions`;
  const checked = isLast ? await checking(ledger, OLDEST, what) : [];
  return { opened, rate: found!.median, checked };
}
