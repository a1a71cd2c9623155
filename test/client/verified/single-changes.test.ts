// Any single change of any answer is refused, or is of no consequence: what is returned is then exactly what the honest
// answer gives.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { VerificationError } from '../../../src/errors.js';
import { describeReal } from '../../support/describe-real.js';
import type { UnaryName } from '../../support/lying-proxy.js';
import { type Mutant, mutantsOf } from './mutants.js';
import { Suspect } from './suspect.js';
import { bytes, connectVerified, createDatabase, randomKey } from './verified-client.js';

/** What an answer holds that proves nothing and decides nothing. */
const OF_NO_CONSEQUENCE: Partial<Record<UnaryName, RegExp>> = {
  // Revision numbers are the server's word and never returned. A signature's own key is not what it is checked with.
  // Header metadata is empty here, which hashes as none. Of other entries only what is hashed is looked at.
  VerifiableGet:
    /^entry\.revision|signature\.publicKey|Header\.metadata: |header\.metadata: |\.tx\.entries\.[02]\.vLen/,
  Get: /^revision/,
  GetAll: /^entries\.\d+\.revision|^entries: last repeated|^entries: reversed/,
  // No hash covers the length of a value; where the value is not known, nobody is told the length either.
  VerifiableTxById: /tx\.entries\.\d+\.vLen|signature\.publicKey|Header\.metadata: |header\.metadata: /,
  VerifiableSet: /signature\.publicKey|Header\.metadata: |header\.metadata: /,
  // Of which key the history is, is known. An expired revision (here the second) is read from its transaction.
  History: /^entries\.\d+\.(key|revision)|^entries\.1\.(value|metadata)/,
  CurrentState: /^precommitted|signature\.publicKey/,
};

/** What cannot be noticed at all: that the server leaves something out that nobody here has seen. */
const UNSEEN: Partial<Record<UnaryName, RegExp>> = {
  GetAll: /^entries: (.* dropped|emptied)/,
  History: /^entries: (.* dropped|emptied)/,
};

interface Attack<Name extends UnaryName> {
  /** What else is of no consequence. */
  readonly harmless?: RegExp;
  /** Whose answers are changed. */
  readonly rpc: Name;
  readonly operation: (client: ImmuClient) => Promise<unknown>;
  /** Done before each attempt, where attempts use something up. */
  readonly prepare?: () => Promise<void>;
}

describeReal('any single change of an answer', (server) => {
  let database: string;
  let writer: ImmuClient;
  let suspect: Suspect;
  const inAnHour = BigInt(Math.floor(Date.now() / 1000) + 3600);

  /** A transaction of three keys, one with metadata. */
  const write = async (): Promise<readonly [Uint8Array, Uint8Array, Uint8Array]> => {
    const keys = [randomKey(), randomKey(), randomKey()] as const;
    const metadata = { deleted: false, nonIndexable: false, expiresAt: inAnHour };
    await writer.verifiedSet([
      { key: keys[0], value: bytes('first') },
      { key: keys[1], value: bytes('second'), metadata },
      { key: keys[2], value: bytes('third') },
    ]);
    return keys;
  };

  beforeAll(async () => {
    database = await createDatabase(server);
    writer = await connectVerified(server, { database });
    for (let i = 0; i < 5; i++) await write();
  });
  afterAll(() => writer.close());
  beforeEach(async ({ onTestFinished }) => {
    // Without room for what is proven, every read asks for a proof again.
    suspect = await Suspect.open(server, { database, memory: { maxProvenBytes: 1 } });
    onTestFinished(() => suspect[Symbol.asyncDispose]());
  });

  async function expectNoneAccepted<Name extends UnaryName>(attack: Attack<Name>): Promise<void> {
    const { rpc, operation, prepare } = attack;
    const mutants = await mutantsOfAnswer(attack);
    const [state, record] = [await suspect.client.trustedState(), await suspect.stored()];
    const accepted: string[] = [];
    const harmless = ({ change }: Mutant<unknown>) =>
      OF_NO_CONSEQUENCE[rpc]?.test(change) === true || attack.harmless?.test(change) === true;
    const unseen = ({ change }: Mutant<unknown>) => UNSEEN[rpc]?.test(change) === true;
    const harmful = mutants.filter((mutant) => !harmless(mutant) && !unseen(mutant));
    for (const { change } of harmful) {
      await prepare?.();
      const [outcome] = await Promise.allSettled([attempt(attack, change)]);
      if (outcome.status === 'fulfilled') accepted.push(change);
      else if (!(outcome.reason instanceof VerificationError)) throw outcome.reason;
    }
    expect(accepted).toEqual([]);
    expect(suspect.tampered).toHaveLength(harmful.length);
    expect(suspect.latched).toEqual([]);
    expect([await suspect.client.trustedState(), await suspect.stored()]).toEqual([state, record]);
    await prepare?.();
    const honest = withoutStates(await operation(suspect.client));
    suspect.tampered.length = 0;
    for (const { change } of prepare ? [] : (await mutantsOfAnswer(attack)).filter(harmless)) {
      expect(withoutStates(await attempt(attack, change)), change).toEqual(honest);
    }
    await suspect.worksHonestly();
    expect(harmful.length).toBeGreaterThan(10);
  }

  /** The mutants of the answer an operation gets, by their names. */
  async function mutantsOfAnswer<Name extends UnaryName>(attack: Attack<Name>): Promise<Mutant<unknown>[]> {
    let honest: unknown;
    const unreadable = Uint8Array.of(0xff);
    suspect.proxy.lie(attack.rpc, ({ response }) => ((honest ??= structuredClone(response)), unreadable));
    await attack.prepare?.();
    // A write whose answer cannot be read is looked for, and found.
    await Promise.allSettled([attack.operation(suspect.client)]);
    suspect.proxy.clear();
    return mutantsOf(honest);
  }

  async function attempt<Name extends UnaryName>(attack: Attack<Name>, change: string): Promise<unknown> {
    const { rpc, operation } = attack;
    let changed = 0;
    suspect.proxy.lie(rpc, ({ response }) => {
      const mutant = mutantsOf(response).find((other) => other.change === change);
      if (mutant !== undefined) changed++;
      return mutant?.message() ?? response;
    });
    try {
      return await operation(suspect.client);
    } finally {
      // Of several answers some may have nothing of the kind.
      expect(changed, change).toBeGreaterThan(0);
      suspect.proxy.clear();
    }
  }

  it('to a read of an older transaction', async () => {
    const [, key] = await write();
    await write();
    await suspect.client.verifiedState();
    await expectNoneAccepted({ rpc: 'VerifiableGet', operation: (client) => client.verifiedGet(key) });
  });

  it('to a read that moves the state', async () => {
    const [, key] = await write();
    await expectNoneAccepted({ rpc: 'VerifiableGet', operation: (client) => client.verifiedGet(key) });
  });

  it('to a read without a pinned key', async () => {
    await using unsigned = await Suspect.open(server, {
      database,
      unsigned: true,
      memory: { maxProvenBytes: 1 },
    });
    suspect = unsigned;
    const [, key] = await write();
    await expectNoneAccepted({
      rpc: 'VerifiableGet',
      operation: (client) => client.verifiedGet(key),
      harmless: /signature/,
    });
  });

  it('to a transaction', async () => {
    await write();
    const { txId } = (await writer.trustedState())!;
    await write();
    for (const move of [true, false]) {
      if (!move) await suspect.client.verifiedState();
      await expectNoneAccepted({ rpc: 'VerifiableTxById', operation: (client) => client.verifiedTx(txId) });
    }
  });

  it('to a state', async () => {
    await write();
    await expectNoneAccepted({ rpc: 'CurrentState', operation: (client) => client.verifiedState() });
  });

  it('to the proof of a state', async () => {
    await write();
    await expectNoneAccepted({ rpc: 'VerifiableTxById', operation: (client) => client.verifiedState() });
  });

  it('to a write', async () => {
    let key: Uint8Array;
    await expectNoneAccepted({
      rpc: 'VerifiableSet',
      prepare: () => Promise.resolve(void (key = randomKey())),
      operation: (client) =>
        client.verifiedSet([
          { key, value: bytes('mine') },
          { key: bytes('other'), value: bytes('x') },
        ]),
    });
  });

  it('to a read of many keys', async () => {
    const keys = [...(await write()), ...(await write())];
    for (const rpc of ['GetAll', 'VerifiableTxById'] as const)
      await expectNoneAccepted({ rpc, operation: (client) => client.verifiedGetAll(keys) });
  });

  it('to a read of a transaction that is proven already', async () => {
    await using warm = await Suspect.open(server, { database });
    suspect = warm;
    const [, key] = await write();
    await warm.client.verifiedGet(key);
    await expectNoneAccepted({ rpc: 'Get', operation: (client) => client.verifiedGet(key) });
    expect(warm.proxy.calls('VerifiableGet')).toBe(0);
  });

  it('to a history', async () => {
    const key = randomKey();
    const metadata = { deleted: false, nonIndexable: false, expiresAt: 1n };
    await writer.verifiedSet([{ key, value: bytes('1') }]);
    await writer.verifiedSet([{ key, value: bytes('2'), metadata }]);
    await writer.verifiedSet([{ key, value: bytes('3') }]);
    await writer.delete([key]);
    for (const rpc of ['History', 'VerifiableTxById'] as const)
      await expectNoneAccepted({ rpc, operation: (client) => client.verifiedHistory(key) });
  });
});

/** A result without the states it was checked against, which move on. */
function withoutStates(result: unknown): unknown {
  const drop = (_: string, value: unknown): unknown => {
    if (typeof value === 'bigint') return `${value}n`;
    return typeof value === 'object' && value !== null && 'checkedAgainst' in value
      ? { ...value, checkedAgainst: undefined }
      : value;
  };
  return JSON.stringify(result, drop);
}
