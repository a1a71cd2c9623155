// Writes whose answer is lost: settled to what really happened, never applied twice, and never called anything else
// than unknown where it cannot be told.

import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import type { Precondition } from '../../../src/client/writes.js';
import { ImmuError, UnknownOutcomeError } from '../../../src/errors.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import { describeReal } from '../../support/describe-real.js';
import type { LyingProxy } from '../../support/lying-proxy.js';
import { rejection } from '../fake-transport.js';
import { Suspect } from './suspect.js';
import { bytes, connectVerified, createDatabase, randomKey } from './verified-client.js';

const UNKNOWN = 2;
const PERMISSION_DENIED = 7;
const UNAVAILABLE = 14;
const BUSY = 'max concurrency limit exceeded';
const NO_SESSION = 'session not found';
const once = { times: 1 } as const;
const onceAfter = { times: 1, when: 'after' } as const;

/** How an answer gets lost, by whether the write was committed. */
const LOSSES: Record<'committed' | 'not committed', Record<string, (proxy: LyingProxy) => void>> = {
  committed: {
    'connection cut after it': (proxy) => {
      proxy.drop('VerifiableSet', 'after', once);
    },
    'server busy building the proof': (proxy) => {
      proxy.fail('VerifiableSet', UNKNOWN, BUSY, onceAfter);
    },
    'server unavailable after it': (proxy) => {
      proxy.fail('VerifiableSet', UNAVAILABLE, 'transport is closing', onceAfter);
    },
    'error of no known kind': (proxy) => {
      proxy.fail('VerifiableSet', UNKNOWN, 'something new', onceAfter);
    },
    'session said to be lost': (proxy) => {
      proxy.fail('VerifiableSet', PERMISSION_DENIED, NO_SESSION, onceAfter);
    },
    'unreadable answer': (proxy) => {
      proxy.lie('VerifiableSet', () => Uint8Array.of(0xff), once);
    },
  },
  'not committed': {
    'connection cut before it': (proxy) => {
      proxy.drop('VerifiableSet', 'before', once);
    },
    'server busy': (proxy) => {
      proxy.fail('VerifiableSet', UNKNOWN, BUSY, once);
    },
    'server unavailable': (proxy) => {
      proxy.fail('VerifiableSet', UNAVAILABLE, 'transport is closing', once);
    },
  },
};

describeReal('a write whose answer is lost', (server) => {
  let database: string;
  let other: ImmuClient;
  let suspect: Suspect;
  let key: Uint8Array;

  beforeAll(async () => {
    database = await createDatabase(server);
    other = await connectVerified(server, { database });
    await other.set(randomKey(), bytes('first'));
  });
  afterAll(() => other.close());
  beforeEach(async () => {
    suspect = await Suspect.open(server, { database, timeoutMs: 2_000 });
    key = randomKey();
  });
  afterEach(async () => {
    suspect.proxy.clear();
    await suspect.worksHonestly();
    expect(suspect.tampered).toEqual([]);
    await suspect[Symbol.asyncDispose]();
  });

  const write = (preconditions: readonly Precondition[] = [], signal?: AbortSignal) =>
    suspect.client.verifiedSet([{ key, value: bytes('mine') }], { preconditions, ...(signal && { signal }) });
  const revisions = async () => (await other.history(key)).length;
  const isNew = (): Precondition => ({ kind: 'mustNotExist', key });
  const isUnchanged = async (): Promise<Precondition> => ({
    kind: 'notModifiedAfter',
    key,
    txId: (await suspect.client.trustedState())!.txId,
  });

  describe.each(Object.entries(LOSSES.committed))('committed: %s', (_, lose) => {
    it.each(['nothing', 'that the key is new', 'that the key is unchanged'])(
      'is found, once, with a condition of %s',
      async (condition) => {
        const conditions = {
          nothing: [],
          'that the key is new': [isNew()],
          'that the key is unchanged': [await isUnchanged()],
        };
        lose(suspect.proxy);
        const { txId } = await write(conditions[condition as keyof typeof conditions]);
        expect(await revisions()).toBe(1);
        expect((await other.get(key))!.txId).toBe(txId);
      },
    );
  });

  it('is made, once and without any condition, where its session was lost before it', async () => {
    suspect.proxy.fail('VerifiableSet', PERMISSION_DENIED, NO_SESSION, once);
    const { txId } = await write();
    expect(await revisions()).toBe(1);
    expect((await other.get(key))!.txId).toBe(txId);
  });

  it('is not made for ever where every session is lost', async () => {
    suspect.proxy.fail('VerifiableSet', PERMISSION_DENIED, NO_SESSION);
    await expect(write([isNew()])).rejects.toMatchObject({ code: 'UNKNOWN_OUTCOME' });
    expect(suspect.proxy.calls('VerifiableSet')).toBe(3);
    suspect.proxy.clear();
    expect(await revisions()).toBe(0);
  });

  describe.each(Object.entries(LOSSES['not committed']))('not committed: %s', (_, lose) => {
    it.each([
      ['that the key is new', () => isNew()],
      ['that the key is unchanged', () => isUnchanged()],
    ])('is made, once, with a condition of %s', async (__, condition) => {
      const condition_ = await condition();
      lose(suspect.proxy);
      const { txId } = await write([condition_]);
      expect(await revisions()).toBe(1);
      expect((await other.get(key))!.txId).toBe(txId);
    });

    it('is unknown without a condition, and not made', async () => {
      lose(suspect.proxy);
      const error = await rejection(write());
      expect(error).toBeInstanceOf(UnknownOutcomeError);
      expect(error.retryable).toBe(false);
      expect(await revisions()).toBe(0);
    });
  });

  it('is found within its deadline where no answer comes at all', async () => {
    for (const conditional of [false, true]) {
      const preconditions = conditional ? [await isUnchanged()] : [];
      suspect.proxy.swallow('VerifiableSet', once);
      await suspect.client.verifiedSet([{ key, value: bytes('mine') }], { preconditions, timeoutMs: 3_000 });
      expect(await revisions()).toBe(1);
      key = randomKey();
    }
  });

  it('is refused where another writer was first', async () => {
    for (const lose of Object.values(LOSSES.committed)) {
      const condition = await isUnchanged();
      await other.set(key, bytes('theirs'));
      lose(suspect.proxy);
      await expect(write([condition])).rejects.toMatchObject({ code: 'PRECONDITION_FAILED' });
      suspect.proxy.clear();
      await suspect.client.verifiedState();
    }
    expect((await other.history(key)).map(({ value }) => value)).not.toContainEqual(bytes('mine'));
  });

  it('is found behind any number of later writes of others', async () => {
    const condition = await isUnchanged();
    suspect.proxy.lie(
      'VerifiableSet',
      async ({ response }) => {
        for (let i = 0; i < 120; i += 20)
          await Promise.all(Array.from({ length: 20 }, (_, j) => other.set(key, bytes(`theirs ${i + j}`))));
        return response;
      },
      once,
    );
    // Rules installed later see the answer later: it is lost after all this.
    suspect.proxy.drop('VerifiableSet', 'after', once);
    const { txId } = await write([condition]);
    const history = await other.history(key);
    expect(history).toHaveLength(121);
    expect(history[0]).toMatchObject({ txId, value: bytes('mine') });
  });

  it('is not applied again after the key was deleted', async () => {
    suspect.proxy.lie('VerifiableSet', async ({ response }) => (await other.delete([key]), response), once);
    suspect.proxy.drop('VerifiableSet', 'after', once);
    const { txId } = await write([isNew()]);
    expect((await other.history(key)).map((revision) => revision.txId)).toEqual([txId, txId + 1n]);
    expect(await other.get(key)).toBeUndefined();
  });

  it('is not sent again under a condition its own success does not break', async () => {
    const future: Precondition = { kind: 'notModifiedAfter', key, txId: 1_000_000n };
    const elsewhere: Precondition = { kind: 'mustNotExist', key: randomKey() };
    await other.set(key, bytes('there'));
    const exists: Precondition = { kind: 'mustExist', key };
    for (const condition of [future, elsewhere, exists]) {
      const before = await revisions();
      suspect.proxy.drop('VerifiableSet', 'before', once);
      await expect(write([condition])).rejects.toBeInstanceOf(UnknownOutcomeError);
      suspect.proxy.drop('VerifiableSet', 'after', once);
      await write([condition]);
      expect(await revisions()).toBe(before + 1);
    }
  });

  it('is not taken for another write with the same content, nor the other for it', async () => {
    for (const answeredLate of [false, true]) {
      const before = await revisions();
      // The first is never made; the second is, and is answered before or after the first is looked for.
      if (answeredLate) suspect.proxy.delay('VerifiableSet', 200, { times: 2 });
      suspect.proxy.fail('VerifiableSet', UNAVAILABLE, 'gone', once);
      const [lost, made] = await Promise.allSettled([write(), setTimeout(1).then(() => write())]);
      expect(lost).toMatchObject({ status: 'rejected', reason: { code: 'UNKNOWN_OUTCOME' } });
      expect(made.status).toBe('fulfilled');
      expect(await revisions()).toBe(before + 1);
      suspect.proxy.clear();
    }
  });

  it('is found by an expiring or deleting entry, and unknown by one that has no history', async () => {
    const kept = { deleted: false, nonIndexable: false };
    for (const metadata of [
      { ...kept, expiresAt: 1n },
      { ...kept, deleted: true },
    ]) {
      suspect.proxy.drop('VerifiableSet', 'after', once);
      await suspect.client.verifiedSet([{ key: randomKey(), value: bytes('mine'), metadata }]);
    }
    suspect.proxy.drop('VerifiableSet', 'after', once);
    const hidden = [{ key: randomKey(), value: bytes('mine'), metadata: { ...kept, nonIndexable: true } }];
    await expect(suspect.client.verifiedSet(hidden)).rejects.toBeInstanceOf(UnknownOutcomeError);
    // Another entry of the same write will do.
    suspect.proxy.drop('VerifiableSet', 'after', once);
    await suspect.client.verifiedSet([...hidden, { key, value: bytes('mine') }]);
  });

  it('is looked for through failures, until the time is over', async () => {
    suspect.proxy.drop('VerifiableSet', 'after', once);
    suspect.proxy.drop('History', 'before', { times: 2 });
    suspect.proxy.fail('VerifiableTxById', UNKNOWN, BUSY, { times: 3 });
    await write([await isUnchanged()]);
    expect(await revisions()).toBe(1);
    suspect.proxy.drop('VerifiableSet', 'after', once);
    suspect.proxy.swallow('History');
    const error = await rejection(
      suspect.client.verifiedSet([{ key, value: bytes('mine') }], { timeoutMs: 700 }),
    );
    expect(error).toBeInstanceOf(UnknownOutcomeError);
    expect(error.message).toContain('Read the keys');
    expect(await revisions()).toBe(2);
  });

  it('may have taken effect, says the error, when the caller gives up or the client closes', async () => {
    const caller = new AbortController();
    suspect.proxy.drop('VerifiableSet', 'after', once);
    suspect.proxy.swallow('History');
    const aborted = rejection(write([], caller.signal));
    await setTimeout(200);
    caller.abort(new Error('enough'));
    expect(await aborted).toMatchObject({
      code: 'ABORTED',
      details: { executed: 'maybe' },
      cause: new Error('enough'),
    });
    suspect.proxy.clear();

    suspect.proxy.swallow('VerifiableSet');
    const caller2 = new AbortController();
    const sent = rejection(write([], caller2.signal));
    await setTimeout(200);
    caller2.abort();
    expect(await sent).toMatchObject({ code: 'ABORTED', details: { executed: 'maybe' } });
    expect(await revisions()).toBe(2);
    suspect.proxy.clear();

    const closing = await Suspect.open(server, { database, proxy: suspect.proxy, timeoutMs: 2_000 });
    suspect.proxy.drop('VerifiableSet', 'after', once);
    suspect.proxy.fail('History', UNAVAILABLE, 'gone');
    const closed = rejection(closing.client.verifiedSet([{ key, value: bytes('mine') }]));
    await setTimeout(200);
    await closing.client.close();
    expect(await closed).toBeInstanceOf(UnknownOutcomeError);
    expect((await closed).cause).toMatchObject({ code: 'CLOSED' });
  });

  it('is not sent when the caller has given up before', async () => {
    const error = await rejection(write([], AbortSignal.abort()));
    expect(error).toMatchObject({ code: 'ABORTED', details: { executed: 'no' } });
    expect(await revisions()).toBe(0);
  });

  it('settles many at once under a server that keeps failing, each exactly once', async () => {
    let calls = 0;
    const losses = [...Object.values(LOSSES.committed), ...Object.values(LOSSES['not committed'])];
    suspect.proxy.swap('VerifiableSet', (request) => {
      if (++calls % 3 === 0) losses[calls % losses.length]!(suspect.proxy);
      return request;
    });
    const keys = Array.from({ length: 40 }, () => randomKey());
    const outcomes = await Promise.allSettled(
      keys.map((name) =>
        suspect.client.verifiedSet([{ key: name, value: name }], {
          preconditions: [{ kind: 'mustNotExist', key: name }],
          timeoutMs: 15_000,
        }),
      ),
    );
    for (const [index, name] of keys.entries()) {
      const outcome = outcomes[index]!;
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(ImmuError);
      expect(await other.history(name), String(index)).toHaveLength(outcome.status === 'fulfilled' ? 1 : 0);
    }
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBe(40);
  });
});

describeReal('a write that is committed but cannot be settled', (server) => {
  it('says so, is not made again, and settles with the next operation', async () => {
    const store = new MemoryTrustStore();
    await using suspect = await Suspect.open(server, { store });
    await suspect.worksHonestly();
    const replace = store.replace.bind(store);
    store.replace = () => Promise.reject(new ImmuError('TRUST_STORE_FAILED', 'the disk is full'));
    const key = randomKey();
    const error = await rejection(suspect.client.verifiedSet([{ key, value: bytes('mine') }]));
    expect(error).toBeInstanceOf(UnknownOutcomeError);
    expect(error.message).toMatch(/committed in transaction \d+.*the disk is full/s);
    expect(error.details).toMatchObject({ reason: 'TRUST_STORE_FAILED', executed: 'yes' });
    expect(await suspect.client.history(key)).toHaveLength(1);
    // What is not yet durable is not shown either.
    await expect(suspect.client.verifiedGet(key)).rejects.toMatchObject({ code: 'TRUST_STORE_FAILED' });
    store.replace = replace;
    expect((await suspect.client.verifiedGet(key))!.txId).toBe(error.details!.txId);
    await suspect.worksHonestly();
  });
});
