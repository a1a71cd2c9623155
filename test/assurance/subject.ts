// A client and a ledger of one trust mode behind a lying proxy, and what must not change while they are lied to.

import { createHash, randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Ledger, openLedger, type Repository } from 'immurepo';
import { FileTrustStore, type ImmuClient, MemoryTrustStore, type TrustStore } from 'immurepo/client';
import type { VerificationError } from '../../src/errors.js';
import { LyingProxy } from '../support/lying-proxy.js';
import { Deposit } from './deposit.js';
import { isSigned, type TrustMode, trustOf } from './modes.js';
import { type Place, placeOf, type World } from './world.js';

/** How a subject differs from the usual one. */
export interface SubjectOptions {
  readonly place?: Place;
  /** Keep what is proven, so that later reads are plain ones. Default: room for nothing, every read asks for a proof. */
  readonly warm?: boolean;
  /** Share the trust of another subject. */
  readonly store?: KeptStore;
  /** Lie before the first word already. */
  readonly before?: (proxy: LyingProxy) => void;
  readonly timeoutMs?: number;
}

/** A trust store, and its bytes where it has some. */
export interface KeptStore {
  readonly store: TrustStore;
  readonly directory: string | undefined;
}

/** What is trusted, as text that differs where a byte does. */
export interface Trusted {
  readonly inMemory: string;
  readonly stored: string;
}

export class Subject implements AsyncDisposable {
  readonly tampered: VerificationError[] = [];
  readonly latched: unknown[] = [];
  readonly client: ImmuClient;
  readonly deposits: Repository<Deposit>;

  private constructor(
    readonly world: World,
    readonly mode: TrustMode,
    readonly place: Place,
    readonly proxy: LyingProxy,
    readonly ledger: Ledger,
    readonly kept: KeptStore,
  ) {
    this.client = ledger.client;
    this.deposits = ledger.repository(Deposit);
    ledger.on('tampered', ({ error }) => this.tampered.push(error));
    ledger.on('latched', ({ error }) => this.latched.push(error));
  }

  static async open(world: World, mode: TrustMode, options: SubjectOptions = {}): Promise<Subject> {
    const {
      place = placeOf(mode),
      warm = false,
      store: kept = keptStore(world, mode),
      before,
      timeoutMs,
    } = options;
    const proxy = await LyingProxy.start(world.server.address);
    before?.(proxy);
    try {
      const ledger = await openLedger({
        url: `immudb://immudb:immudb@${proxy.address}/${place}`,
        entities: [Deposit],
        trust: trustOf(mode, { key: world.publicKeyPem, pin: world.base.get(place)!, store: kept.store }),
        memory: { maxDurableFloors: 0, ...(warm ? {} : { maxProvenBytes: 1 }) },
        timeoutMs: timeoutMs ?? 15_000,
      });
      return new Subject(world, mode, place, proxy, ledger, kept);
    } catch (error) {
      await proxy.close();
      throw error;
    }
  }

  async trusted(): Promise<Trusted> {
    const state = await this.client.trustedState();
    return { inMemory: textOf(state), stored: await storedIn(this.kept, this.place) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // A latched ledger, or one led to a server that knows it not, has nothing to store and may be told so.
    await this.ledger.close().catch(() => undefined);
    await this.proxy.close();
  }
}

/** A store of its own: in files where keys are pinned, as in production, else in memory. */
export function keptStore({ folder }: World, mode: TrustMode): KeptStore {
  if (!isSigned(mode)) return { store: new MemoryTrustStore(), directory: undefined };
  const directory = join(folder, `trust-${randomBytes(6).toString('hex')}`);
  return { store: new FileTrustStore({ directory }), directory };
}

/** Everything a store holds of a database: the record, and each byte of its files. */
export async function storedIn({ store, directory }: KeptStore, place: Place): Promise<string> {
  const record = textOf(await store.load({ ledgerId: 'assurance', database: place }));
  if (directory === undefined) return record;
  const names = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const hash = createHash('sha256');
  for (const file of files.sort()) hash.update(file).update(await readFile(file));
  return `${record} ${hash.digest('hex')}`;
}

/** A value as text that tells any two apart: bytes in hexadecimal, 64-bit numbers marked. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => {
    if (typeof member === 'bigint') return `${member}n`;
    if (member instanceof Uint8Array) return Buffer.from(member).toString('hex');
    return member;
  });
}
