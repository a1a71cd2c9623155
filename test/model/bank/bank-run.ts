// Clients that move amounts on a real server, whose connections are cut and which is killed at random. What they were told
// is held against the ledger afterwards.

import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MemoryTrustStore } from 'immurepo/client';
import { type Ledger, openLedger } from 'immurepo';
import { type RealServer, startServer } from '../../support/real-server.js';
import { type BankFindings, checkBank } from './check-bank.js';
import { type Attempted, moveAmounts } from './client.js';
import { Account, Transfer } from './entities.js';
import { TcpProxy } from './tcp-proxy.js';

/** How long, and how rough. */
export interface BankOptions {
  readonly clients: number;
  readonly accounts: number;
  readonly durationMs: number;
  /** How often the server is killed and started again, spread over the time. */
  readonly kills: number;
  /** Connections are cut after pauses of up to this. */
  readonly cutEveryMs: number;
}

/** What came of it. */
export interface BankReport extends BankFindings {
  readonly cuts: number;
  readonly kills: number;
}

const BALANCE = 100n;
/** Each cut breaks about this share of the connections. */
const CUT_CHANCE = 0.4;

/** @throws Error for the first thing that does not hold */
export async function bankRun(options: BankOptions): Promise<BankReport> {
  const dir = await mkdtemp(join(tmpdir(), 'immurepo-bank-'));
  const { privateKey: signingKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const start = () => startServer({ dir, signingKey });
  const ledgers: Ledger[] = [];
  const server: { running: RealServer } = { running: await start() };
  const proxy = await TcpProxy.start(portOf(server.running));
  const open = async (address: string) => {
    const ledger = await openLedger({
      url: `immudb://immudb:immudb@${address}/defaultdb`,
      entities: [Account, Transfer],
      trust: { key: publicKey, store: new MemoryTrustStore(), ledgerId: 'bank' },
    });
    ledgers.push(ledger);
    return ledger;
  };
  try {
    const accounts = await openAccounts(await open(server.running.address), options.accounts);
    const clients: Ledger[] = [];
    for (let client = 0; client < options.clients; client++) clients.push(await open(proxy.address));
    const endsAt = performance.now() + options.durationMs;
    const isOver = () => performance.now() >= endsAt;
    const [moved, cuts, kills] = await Promise.all([
      Promise.all(clients.map((ledger, at) => moveAmounts(ledger, `c${at}`, accounts, isOver))),
      cutAtRandom(proxy, options.cutEveryMs, isOver),
      killAtRandom(server, proxy, start, options),
    ]);
    const attempted: readonly Attempted[] = moved.flat();
    const findings = await checkBank(await open(server.running.address), accounts, BALANCE, attempted);
    return { ...findings, cuts, kills };
  } finally {
    await Promise.allSettled(ledgers.map((ledger) => ledger.close()));
    await proxy.close();
    await server.running.stop();
    await rm(dir, { recursive: true, force: true });
  }
}

function portOf({ address }: RealServer): number {
  return Number(address.split(':').at(-1));
}

async function openAccounts(ledger: Ledger, count: number): Promise<string[]> {
  const accounts = ledger.repository(Account);
  const all = Array.from({ length: count }, (_, at) => accounts.create({ id: `a${at}`, balance: BALANCE }));
  await accounts.insertMany(all);
  return all.map(({ id }) => id);
}

async function cutAtRandom(proxy: TcpProxy, everyMs: number, isOver: () => boolean): Promise<number> {
  let cuts = 0;
  while (!isOver()) {
    await sleep(Math.random() * everyMs);
    cuts += proxy.cut(CUT_CHANCE);
  }
  return cuts;
}

async function killAtRandom(
  server: { running: RealServer },
  proxy: TcpProxy,
  start: () => Promise<RealServer>,
  { durationMs, kills }: BankOptions,
): Promise<number> {
  const begun = performance.now();
  let killed = 0;
  for (; killed < kills; killed++) {
    // Somewhere in its part of the time, which may have passed while the server started.
    const at = ((killed + 0.2 + Math.random() * 0.6) / kills) * durationMs;
    await sleep(Math.max(0, begun + at - performance.now()));
    await server.running.kill();
    server.running = await start();
    proxy.retarget(portOf(server.running));
  }
  return killed;
}
