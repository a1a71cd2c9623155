// A client whose server is reached through the lying proxy, and what must hold whenever it refuses an answer.

import { expect } from 'vitest';
import { connect, type ConnectOptions } from '../../../src/client/connect.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { VerificationError, type VerificationErrorCode } from '../../../src/errors.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import type { TrustRecord } from '../../../src/trust/record.js';
import type { TrustStore } from '../../../src/trust/store.js';
import { LyingProxy } from '../../support/lying-proxy.js';
import type { SharedServer } from '../../support/shared-server.js';
import { bytes, createDatabase, randomKey, text } from './verified-client.js';

/** What a suspect client is made with; everything has a default. */
export interface SuspectOptions extends Pick<ConnectOptions, 'timeoutMs' | 'memory' | 'maxMessageBytes'> {
  readonly database?: string;
  readonly store?: TrustStore;
  /** Without a key: then nothing is signed. */
  readonly unsigned?: boolean;
  /** Through a proxy that is there already. */
  readonly proxy?: LyingProxy;
}

/** A verified client behind a lying proxy, with its trust store and what it told of. */
export class Suspect implements AsyncDisposable {
  readonly tampered: { readonly operation: string; readonly error: VerificationError }[] = [];
  readonly latched: unknown[] = [];

  private constructor(
    readonly proxy: LyingProxy,
    readonly client: ImmuClient,
    readonly store: TrustStore,
    private readonly ownsProxy: boolean,
  ) {
    client.on('tampered', (event) => this.tampered.push(event));
    client.on('latched', (event) => this.latched.push(event.error));
  }

  static async open(server: SharedServer, options: SuspectOptions = {}): Promise<Suspect> {
    const { database = await createDatabase(server), store = new MemoryTrustStore(), ...rest } = options;
    const { proxy = await LyingProxy.start(server.address), unsigned, ...connection } = rest;
    const anchor = unsigned ? ({ firstUse: true } as const) : { key: server.publicKeyPem };
    const client = await connect({
      url: `immudb://${proxy.address}`,
      database,
      trust: { ...anchor, store, ledgerId: 'test' },
      ...connection,
    });
    const suspect = new Suspect(proxy, client, store, options.proxy === undefined);
    await client.openTrust();
    return suspect;
  }

  /** The record as stored. */
  stored(): Promise<TrustRecord | undefined> {
    return this.store.load({ ledgerId: 'test', database: this.client.database });
  }

  /**
   * Expects that an operation is refused: with this code, nothing returned, the trusted state untouched in memory and
   * in the store, one event, and that honest operations work afterwards (unless `latches`).
   */
  async refuses(
    operation: () => Promise<unknown>,
    code: VerificationErrorCode | readonly VerificationErrorCode[],
    { latches = false } = {},
  ): Promise<VerificationError> {
    const [state, record, told] = [
      await this.client.trustedState(),
      await this.stored(),
      this.tampered.length,
    ];
    const error = await refusal(operation());
    expect([code].flat(), error.message).toContain(error.code);
    await new Promise(setImmediate);
    expect(this.tampered.slice(told).map((event) => event.error)).toEqual([error]);
    expect(await this.client.trustedState()).toEqual(state);
    const { latch, ...kept } = (await this.stored()) ?? {};
    expect(latch === undefined).toBe(!latches);
    if (!latches) expect(kept).toEqual(record ?? {});
    this.proxy.clear();
    if (!latches) await this.worksHonestly();
    return error;
  }

  /** A write and a read of it, both proven. */
  async worksHonestly(): Promise<void> {
    const key = randomKey('honest');
    const written = await this.client.verifiedSet([{ key, value: bytes('honest') }]);
    const read = await this.client.verifiedGet(key);
    expect([read?.txId, text(read!.value)]).toEqual([written.txId, 'honest']);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close();
    if (this.ownsProxy) await this.proxy.close();
  }
}

/** The verdict an operation rejects with; fails the test where it resolves or rejects with anything else. */
export async function refusal(operation: Promise<unknown>): Promise<VerificationError> {
  const [outcome] = await Promise.allSettled([operation]);
  if (outcome.status === 'fulfilled') {
    const shown = JSON.stringify(outcome.value, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    throw new Error(`accepted: ${shown}`);
  }
  if (outcome.reason instanceof VerificationError) return outcome.reason;
  throw outcome.reason;
}
