// What is attacked: a real immudb that signs its states, and a twin that was copied from it and went its own way, with the
// same identity and the same key. In each of its databases the twin stands otherwise to the honest server.

import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ledger, openLedger } from 'immurepo';
import { connect, MemoryTrustStore } from 'immurepo/client';
import type { LedgerState } from 'immurepo/proof';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import type { ImmutableState } from '../../src/wire/immudb/schema/state.js';
import { RawClient } from '../support/raw-client.js';
import { type RealServer, startServer } from '../support/real-server.js';
import { Deposit } from './deposit.js';
import type { TrustMode } from './modes.js';

/**
 * The databases. One for each trust mode, so that modes can be tried at the same time; and those in which the twin stayed
 * behind, grew longer than the honest server, as long, or less, or was never apart.
 */
export type Place = Main | 'rolled' | 'longer' | 'level' | 'shorter' | 'other';
type Main = 'firstuse' | 'pinnedstate' | 'pinnedkey' | 'keyandstate';

/** The database in which a trust mode is tried. */
export const placeOf = (mode: TrustMode): Place => mode.replaceAll(' ', '') as Main;

/** Transactions the honest server made after the copy, and the twin. */
const APART: Readonly<Record<Place, readonly [honest: number, twin: number]>> = {
  firstuse: [2, 2],
  pinnedstate: [2, 2],
  pinnedkey: [2, 2],
  keyandstate: [2, 2],
  rolled: [4, 0],
  longer: [2, 5],
  level: [3, 3],
  shorter: [5, 2],
  other: [0, 0],
};
export const PLACES = Object.keys(APART) as readonly Place[];

const BASE_TRANSACTIONS = 5;
/** A session of the wire itself is not kept alive. */
const HOUR_MS = 3_600_000;

export interface World extends AsyncDisposable {
  readonly server: RealServer;
  readonly twin: RealServer;
  /** The key states are signed with, which a forger must not have; scenarios of a lying key holder use it. */
  readonly signingKey: KeyObject;
  readonly publicKeyPem: string;
  /** The state at which the twin was copied, by database. */
  readonly base: ReadonlyMap<Place, LedgerState>;
  /** What the server said of itself at that moment, signed. */
  readonly baseState: ReadonlyMap<Place, ImmutableState>;
  /** An honest client of a database, for what others write. */
  readonly writer: (place: Place) => Ledger;
  /** The same of the twin. */
  readonly twinWriter: (place: Place) => Ledger;
  /** The wire itself, to either server. */
  readonly raw: (place: Place, at: 'server' | 'twin') => Promise<RawClient>;
  readonly folder: string;
}

/** Starts both servers and lets them part. */
export async function startWorld(): Promise<World> {
  const { privateKey: signingKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const folder = await mkdtemp(join(tmpdir(), 'immurepo-assurance-'));
  const closing: (() => Promise<unknown>)[] = [() => rm(folder, { recursive: true, force: true })];
  const dispose = async () => {
    for (const close of closing.reverse()) await close();
  };
  const start = async (name: string) => {
    const server = await startServer({
      dir: join(folder, name),
      signingKey,
      maxSessions: 2_000,
      sessionTimeoutMs: HOUR_MS,
    });
    closing.push(server.stop);
    return server;
  };
  const open = async (server: RealServer, place: Place) => {
    const ledger = await openLedger({
      url: `immudb://immudb:immudb@${server.address}/${place}`,
      entities: [Deposit],
      trust: { key: publicKeyPem, store: new MemoryTrustStore(), ledgerId: 'honest' },
    });
    closing.push(() => ledger.close());
    return ledger;
  };
  try {
    const first = await start('server');
    const { base, baseState } = await lay(first, (place) => open(first, place));
    await first.stop();
    await cp(join(folder, 'server'), join(folder, 'twin'), { recursive: true });
    const [server, twin] = await Promise.all([start('server'), start('twin')]);
    const writers = new Map<Place, readonly [honest: Ledger, twin: Ledger]>();
    const raws = new Map<string, Promise<RawClient>>();
    await Promise.all(
      PLACES.map(async (place) => {
        const [honest, lying] = await Promise.all([open(server, place), open(twin, place)]);
        await write(honest, APART[place][0], 'honest');
        await write(lying, APART[place][1], 'twin');
        writers.set(place, [honest, lying]);
      }),
    );
    const raw = (place: Place, at: 'server' | 'twin') => {
      const name = `${place} ${at}`;
      const known = raws.get(name);
      if (known !== undefined) return known;
      const opened = RawClient.open({ server, twin }[at].address, place);
      raws.set(name, opened);
      closing.push(() => opened.then((client) => client.close()));
      return opened;
    };
    return {
      ...{ server, twin, signingKey, publicKeyPem, base, baseState, raw, folder },
      writer: (place) => writers.get(place)![0],
      twinWriter: (place) => writers.get(place)![1],
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

/** The history both servers share. */
async function lay(server: RealServer, open: (place: Place) => Promise<Ledger>) {
  const admin = await connect(`immudb://immudb:immudb@${server.address}`);
  const base = new Map<Place, LedgerState>();
  const baseState = new Map<Place, ImmutableState>();
  const layOne = async (place: Place) => {
    await admin.createDatabase(place);
    const ledger = await open(place);
    await write(ledger, BASE_TRANSACTIONS, 'base');
    base.set(place, (await ledger.client.verifiedState())!);
    const raw = await RawClient.open(server.address, place);
    baseState.set(place, await raw.call(ImmuServiceDefinition.methods.currentState, {}));
    await raw.close();
    await ledger.close();
  };
  await Promise.all(PLACES.map(layOne));
  await admin.close();
  return { base, baseState };
}

async function write(ledger: Ledger, count: number, by: string): Promise<void> {
  const deposits = ledger.repository(Deposit);
  for (let n = 0; n < count; n++)
    await deposits.insert(
      deposits.create({ id: `${by}-${n}`, owner: by, slip: `${by}-${n}`, amount: BigInt(n) }),
    );
}
