// Any single change of any answer is refused, or is of no consequence: what is returned is then exactly what the honest
// answer gives.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { connect } from '../../../src/client/connect.js';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { VerificationError } from '../../../src/errors.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import { describeReal } from '../../support/describe-real.js';
import { FrozenTransport } from './frozen-transport.js';
import { type Mutant, mutantsOf } from './mutants.js';
import { bytes, connectVerified, createDatabase, randomKey } from './verified-client.js';

const HEADER_METADATA = 'Header\\.metadata: |header\\.metadata: ';

/** What an answer holds that proves nothing and decides nothing, by RPC. */
const OF_NO_CONSEQUENCE: Readonly<Record<string, RegExp>> = {
  // Revision numbers are the server's word and never returned. A signature's own key is not what it is checked with.
  // Header metadata is empty here, which hashes as none. Of other entries only what is hashed is looked at.
  VerifiableGet: new RegExp(
    `^entry\\.revision|signature\\.publicKey|${HEADER_METADATA}|\\.tx\\.entries\\.[02]\\.vLen`,
  ),
  Get: /^revision/,
  GetAll: /^entries\.\d+\.revision|^entries: last repeated|^entries: reversed/,
  // No hash covers the length of a value; where the value is not known, nobody is told the length either.
  VerifiableTxById: new RegExp(`tx\\.entries\\.\\d+\\.vLen|signature\\.publicKey|${HEADER_METADATA}`),
  VerifiableSet: new RegExp(`signature\\.publicKey|${HEADER_METADATA}`),
  // Of which key the history is, is known. An expired revision (here the second) is read from its transaction.
  History: /^entries\.\d+\.(key|revision)|^entries\.1\.(value|metadata)/,
  CurrentState: /^precommitted|signature\.publicKey/,
};

/** What cannot be noticed at all: that the server leaves something out that nobody here has seen. */
const UNSEEN: Readonly<Record<string, RegExp>> = {
  GetAll: /^entries: (.* dropped|emptied)/,
  History: /^entries: (.* dropped|emptied)/,
};

interface Attack {
  /** Whose answers are changed. */
  readonly rpc: string;
  readonly operation: (client: ImmuClient) => Promise<unknown>;
  /** What else is of no consequence. */
  readonly harmless?: RegExp;
}

describeReal('any single change of an answer', (server) => {
  let database: string;
  let writer: ImmuClient;
  let transport: FrozenTransport;
  let store: MemoryTrustStore;
  let client: ImmuClient;
  let tampered: unknown[];
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

  const open = async ({ signed = true, maxProvenBytes = 1 } = {}): Promise<void> => {
    transport = new FrozenTransport(server.address);
    store = new MemoryTrustStore();
    const anchor = signed ? { key: server.publicKeyPem } : { firstUse: true as const };
    client = await connect({
      database,
      transport,
      trust: { ...anchor, store, ledgerId: 'test' },
      // Without room for what is proven, every read asks for a proof again.
      memory: { maxProvenBytes },
    });
    tampered = [];
    client.on('tampered', (event) => tampered.push(event));
    client.on('latched', () => tampered.push('latched'));
    await client.openTrust();
  };

  beforeAll(async () => {
    database = await createDatabase(server);
    writer = await connectVerified(server, { database });
    for (let i = 0; i < 5; i++) await write();
  });
  afterAll(() => writer.close());
  beforeEach(async ({ onTestFinished }) => {
    await open();
    onTestFinished(() => client.close());
  });

  const states = async () => [
    await client.trustedState(),
    await store.load({ ledgerId: 'test', database: client.database }),
  ];

  async function expectNoneAccepted(attack: Attack): Promise<void> {
    const { rpc, operation } = attack;
    transport.freeze();
    const mutants = await mutantsOfAnswer(attack);
    const harmless = ({ change }: Mutant<unknown>) =>
      OF_NO_CONSEQUENCE[rpc]?.test(change) === true || attack.harmless?.test(change) === true;
    const unseen = ({ change }: Mutant<unknown>) => UNSEEN[rpc]?.test(change) === true;
    const harmful = mutants.filter((mutant) => !harmless(mutant) && !unseen(mutant));
    expect(harmful.length).toBeGreaterThan(10);
    const before = await states();
    tampered.length = 0;
    const accepted: string[] = [];
    for (const { change } of harmful) {
      const [outcome] = await Promise.allSettled([attempt(attack, change)]);
      if (outcome.status === 'fulfilled') accepted.push(change);
      else if (!(outcome.reason instanceof VerificationError)) throw outcome.reason;
    }
    expect(accepted).toEqual([]);
    expect(tampered).toHaveLength(harmful.length);
    expect(tampered).not.toContain('latched');
    expect(await states()).toEqual(before);
    const honest = withoutStates(await operation(client));
    if (rpc !== 'VerifiableSet') {
      for (const { change } of (await mutantsOfAnswer(attack)).filter(harmless))
        expect(withoutStates(await attempt(attack, change)), change).toEqual(honest);
    }
    transport.thaw();
    const [key] = await write();
    expect((await client.verifiedGet(key))!.value).toEqual(bytes('first'));
  }

  /** The mutants of the answer an operation gets, by their names; none if it does not ask. */
  async function mutantsOfAnswer({ rpc, operation }: Attack): Promise<Mutant<unknown>[]> {
    let honest: unknown;
    transport.change = (name, answer) => {
      if (name !== rpc) return answer;
      honest ??= answer;
      throw new VerificationError('MALFORMED_PROOF', 'only recorded');
    };
    await Promise.allSettled([operation(client)]);
    transport.change = undefined;
    return mutantsOf(honest);
  }

  async function attempt({ rpc, operation }: Attack, change: string): Promise<unknown> {
    let changed = 0;
    transport.change = (name, answer) => {
      const mutant = name === rpc ? mutantsOf(answer).find((other) => other.change === change) : undefined;
      if (mutant === undefined) return answer;
      changed++;
      return mutant.message();
    };
    try {
      return await operation(client);
    } finally {
      transport.change = undefined;
      // Of several answers some may have nothing of the kind.
      expect(changed, change).toBeGreaterThan(0);
    }
  }

  it('to a read of an older transaction', async () => {
    const [, key] = await write();
    await write();
    await client.verifiedState();
    await expectNoneAccepted({ rpc: 'VerifiableGet', operation: () => client.verifiedGet(key) });
  });

  it('to a read that moves the state', async () => {
    const [, key] = await write();
    await expectNoneAccepted({ rpc: 'VerifiableGet', operation: () => client.verifiedGet(key) });
  });

  it('to a read without a pinned key', async () => {
    await client.close();
    await open({ signed: false });
    const [, key] = await write();
    const operation = () => client.verifiedGet(key);
    await expectNoneAccepted({ rpc: 'VerifiableGet', operation, harmless: /signature/ });
  });

  it('to a transaction', async () => {
    await write();
    const { txId } = (await writer.trustedState())!;
    await write();
    for (const move of [true, false]) {
      if (!move) await client.verifiedState();
      await expectNoneAccepted({ rpc: 'VerifiableTxById', operation: () => client.verifiedTx(txId) });
    }
  });

  it('to a state, and to the proof of it', async () => {
    for (const rpc of ['CurrentState', 'VerifiableTxById']) {
      await write();
      await expectNoneAccepted({ rpc, operation: () => client.verifiedState() });
    }
  });

  it('to a write', async () => {
    const entries = [
      { key: randomKey(), value: bytes('mine') },
      { key: randomKey(), value: bytes('x') },
    ];
    await expectNoneAccepted({ rpc: 'VerifiableSet', operation: () => client.verifiedSet(entries) });
  });

  it('to a read of many keys', async () => {
    const keys = [...(await write()), ...(await write())];
    for (const rpc of ['GetAll', 'VerifiableTxById'])
      await expectNoneAccepted({ rpc, operation: () => client.verifiedGetAll(keys) });
  });

  it('to a read of a transaction that is proven already', async () => {
    await client.close();
    await open({ maxProvenBytes: 1_000_000 });
    const [, key] = await write();
    await client.verifiedGet(key);
    await expectNoneAccepted({ rpc: 'Get', operation: () => client.verifiedGet(key) });
  });

  it('to a history', async () => {
    const key = randomKey();
    const metadata = { deleted: false, nonIndexable: false, expiresAt: 1n };
    await writer.verifiedSet([{ key, value: bytes('1') }]);
    await writer.verifiedSet([{ key, value: bytes('2'), metadata }]);
    await writer.verifiedSet([{ key, value: bytes('3') }]);
    await writer.delete([key]);
    for (const rpc of ['History', 'VerifiableTxById'])
      await expectNoneAccepted({ rpc, operation: () => client.verifiedHistory(key) });
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
