// What one process proved, the next holds the server to: floors are kept with the trusted state. Losing them is told and
// costs protection; it never locks anybody out, and never refuses what is honest.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { recoveryOf } from '../../../src/trust/floors.js';
import { directoryName } from '../../../src/trust/file-layout.js';
import { FileTrustStore } from '../../../src/trust/file-store.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import type { TrustStore } from '../../../src/trust/store.js';
import { type ImmuClient } from '../../../src/client/immu-client.js';
import { openEmbedded } from '../../../src/embedded-ledger.js';
import { embeddedLedgerId, trustFolderOf } from '../../../src/trust/embedded-place.js';
import { describeServers } from '../../support/describe-servers.js';
import { LyingProxy } from '../../support/lying-proxy.js';
import { Suspect, type SuspectOptions } from './suspect.js';
import { bytes, connectVerified, createDatabase, randomKey, text } from './verified-client.js';

const UNKNOWN = 2;
const NOT_FOUND = 'tbtree: key not found';
const plain = { deleted: false, nonIndexable: false };

describeServers('floors that are kept', (server) => {
  let database: string;
  let other: ImmuClient;
  let proxy: LyingProxy;
  let directory: string;
  let key: Uint8Array;

  beforeAll(async () => {
    database = await createDatabase(server);
    other = await connectVerified(server, { database });
  });
  afterAll(() => other.close());
  beforeEach(async () => {
    key = randomKey();
    proxy = await LyingProxy.start(server.address);
    directory = await mkdtemp(join(tmpdir(), 'immurepo-floors-'));
    onTestFinished(async () => {
      await proxy.close();
      await rm(directory, { recursive: true, force: true });
    });
  });

  const id = () => ({ ledgerId: 'test', database });
  /** As another process would come to it: nothing is shared but what is on the disk. */
  const open = async (options: SuspectOptions = {}) => {
    const store = new FileTrustStore({ directory });
    const suspect = await Suspect.open(server, { database, store, proxy, ...options });
    onTestFinished(() => suspect.client.close());
    return suspect;
  };
  const write = async (client: ImmuClient, value: string, name = key) => {
    const { txId } = await client.verifiedSet([{ key: name, value: bytes(value) }]);
    return txId;
  };
  const get = async ({ client }: Suspect, name = key) => {
    const found = await client.verifiedGet(name);
    return found && text(found.value);
  };
  const getAll = async ({ client }: Suspect, name = key) => {
    const [found] = await client.verifiedGetAll([name]);
    return found && text(found.value);
  };
  const answerAsOf = (atTx: bigint) => {
    proxy.swap('VerifiableGet', (request) => ({
      ...request,
      keyRequest: { ...request.keyRequest!, atTx, sinceTx: 0n },
    }));
    proxy.lie('GetAll', async ({ response }) => {
      const older = await other.get(key, { atTx });
      const entries = response.entries.map((entry) => ({ ...entry, tx: older!.txId, value: older!.value }));
      return { entries };
    });
  };
  const hide = () => {
    for (const rpc of ['Get', 'VerifiableGet'] as const) proxy.fail(rpc, UNKNOWN, NOT_FOUND);
    proxy.lie('GetAll', () => ({ entries: [] }));
    proxy.lie('History', () => ({ entries: [] }));
  };
  const floorsIn = (store: TrustStore) => store.loadFloors!(id());
  const folder = () => join(directory, directoryName(id()));
  const warnings = () => {
    const emit = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    onTestFinished(() => {
      emit.mockRestore();
    });
    return () => emit.mock.calls.map(([message, options]) => ({ message: String(message), options }));
  };
  const WARNING = { type: 'ImmurepoTrust', code: 'FLOORS_LOST' };

  it('refuse an older answer of a server that rolled one key back between two processes', async () => {
    const older = await write(other, 'older');
    const newer = await write(other, 'newer');
    const first = await open();
    expect(await get(first)).toBe('newer');
    await first.client.close();

    const next = await open();
    for (const read of [get, getAll]) {
      answerAsOf(older);
      const error = await next.refuses(() => read(next), 'STALE_READ');
      expect(error.details).toMatchObject({ answeredTxId: older, provenTxId: newer });
    }
    expect(await get(next)).toBe('newer');
  });

  it('refuse that a key does not exist which an earlier process wrote', async () => {
    const first = await open();
    await write(first.client, 'mine');
    await first.client.close();

    const next = await open();
    for (const read of [get, getAll]) {
      hide();
      await next.refuses(() => read(next), 'OMISSION_DETECTED');
    }
    proxy.lie('History', () => ({ entries: [] }));
    await next.refuses(() => next.client.verifiedHistory(key), 'OMISSION_DETECTED');
  });

  it('refuse nothing that is honest: later writes, deletions, expiry', async () => {
    const [gone, back, short, marked] = [randomKey(), randomKey(), randomKey(), randomKey()];
    const first = await open();
    for (const name of [key, gone, back]) await write(first.client, '1', name);
    const soon = BigInt(Math.floor(Date.now() / 1000) + 1);
    await first.client.verifiedSet([
      { key: short, value: bytes('1'), metadata: { ...plain, expiresAt: soon } },
      { key: marked, value: bytes(''), metadata: { ...plain, deleted: true } },
    ]);
    await first.client.close();
    await write(other, '2');
    await other.delete([gone, back]);
    await write(other, '3', back);
    await setTimeout(1_100);

    const next = await open();
    for (const read of [get, getAll]) {
      const found = await Promise.all([key, gone, back, short, marked].map((name) => read(next, name)));
      expect(found).toEqual(['2', undefined, '3', undefined, undefined]);
    }
    expect(next.tampered).toEqual([]);
  });

  it('are of keys that were written or read here, those used last, within a bound', async () => {
    const keys = [randomKey(), randomKey(), randomKey(), randomKey()];
    for (const name of keys) await write(other, '1', name);
    const first = await open({ memory: { maxDurableFloors: 2 } });
    for (const name of keys.slice(0, 3)) await get(first, name);
    await get(first, keys[0]);
    await write(first.client, '2', keys[1]);
    await first.client.close();
    const kept = await floorsIn(first.store);
    expect(kept?.floors.map((floor) => floor.key)).toEqual([keys[1], keys[0]]);

    const next = await open({ memory: { maxDurableFloors: 2 } });
    hide();
    expect(await get(next, keys[2])).toBeUndefined();
    await next.refuses(() => get(next, keys[0]), 'OMISSION_DETECTED');
  });

  it('stay in the order of their use from one process to the next', async () => {
    const keys = [randomKey(), randomKey(), randomKey()];
    const first = await open();
    for (const name of keys) await write(first.client, '1', name);
    await first.client.close();
    const next = await open({ memory: { maxDurableFloors: 3 } });
    await get(next, keys[0]);
    const fourth = randomKey();
    await write(next.client, '1', fourth);
    await next.client.close();
    const kept = await floorsIn(next.store);
    expect(kept?.floors.map((floor) => floor.key)).toEqual([fourth, keys[0], keys[2]]);
  });

  it('can be turned off: then none are stored, and none heeded', async () => {
    const older = await write(other, 'older');
    await write(other, 'newer');
    const memory = { maxDurableFloors: 0 };
    const off = await open({ memory });
    await get(off);
    await off.client.close();
    expect(await floorsIn(off.store)).toBeUndefined();
    const on = await open();
    await get(on);
    await on.client.close();
    const next = await open({ memory });
    answerAsOf(older);
    expect(await get(next)).toBe('older');
  });

  it('are bounded by a whole number up to 10,000', async () => {
    for (const maxDurableFloors of [-1, 1.5, 10_001, NaN, '5' as never])
      await expect(open({ memory: { maxDurableFloors } })).rejects.toThrow(/memory\.maxDurableFloors/);
  });

  it('are stored about a second later, by one write, and when the client is closed', async () => {
    const suspect = await open();
    const save = vi.spyOn(suspect.store, 'saveFloors');
    for (let i = 0; i < 20; i++) await write(suspect.client, String(i), randomKey());
    await vi.waitFor(async () => {
      expect((await floorsIn(suspect.store))?.floors).toHaveLength(20);
    }, 5_000);
    expect(save.mock.calls.length).toBeLessThanOrEqual(3);
    await write(suspect.client, 'last');
    await suspect.client.close();
    const kept = await floorsIn(suspect.store);
    expect(kept?.floors[0]?.key).toEqual(key);
    expect(kept?.floors).toHaveLength(21);
  });

  it('of two clients at once are merged', async () => {
    const [one, two] = [await open(), await open()];
    const keys = [randomKey(), randomKey()];
    await write(one.client, '1', keys[0]);
    await write(two.client, '1', keys[1]);
    await write(one.client, 'older');
    const newest = await write(two.client, 'newer');
    await Promise.all([one.client.close(), two.client.close()]);
    const kept = await floorsIn(one.store);
    expect(kept?.floors).toHaveLength(3);
    expect(kept?.floors).toContainEqual({ key, txId: newest, deleted: false, expiresAt: undefined });
    const next = await open();
    for (const name of [...keys, key]) {
      hide();
      await next.refuses(() => get(next, name), 'OMISSION_DETECTED');
    }
  });

  it('are given up by a recovery, and not brought back by a process of before', async () => {
    const older = await write(other, 'older');
    await write(other, 'newer');
    const first = await open();
    await get(first);
    await first.client.close();
    const before = await open();
    const record = (await before.stored())!;
    const { epoch, ...draft } = record;
    const recovered = await before.store.recover(id(), draft, 'restored from a backup');
    expect(recovered.epoch).toBe(epoch + 1);
    await write(before.client, 'of before', randomKey());
    await before.client.close();
    expect(await floorsIn(before.store)).toBeUndefined();

    const next = await open();
    answerAsOf(older);
    expect(await get(next)).toBe('older');
    proxy.clear();
    expect(await get(next)).toBe('newer');
    await next.client.close();
    expect(await floorsIn(next.store)).toMatchObject({
      recoveredAt: recoveryOf(recovered),
      floors: [{ key }],
    });
  });

  it('of before a recovery are passed over, should they be left behind', async () => {
    const older = await write(other, 'older');
    await write(other, 'newer');
    const first = await open();
    await get(first);
    await first.client.close();
    const left = await readFile(join(folder(), 'floors.1'));
    await first.store.recover(id(), (await first.stored())!, 'restored from a backup');
    await writeFile(join(folder(), 'floors.1'), left);
    const next = await open();
    answerAsOf(older);
    expect(await get(next)).toBe('older');
  });

  it('above the head of the record are passed over, as after an older one was put back', async () => {
    const first = await open();
    await write(first.client, 'older');
    const record = (await first.stored())!;
    const file = join(folder(), `rec.${record.epoch}`);
    const olderFile = await readFile(file);
    const older = record.head.txId;
    await write(first.client, 'newer');
    await first.client.close();
    for (const name of await readdir(folder())) if (name.startsWith('rec.')) await rm(join(folder(), name));
    await writeFile(file, olderFile);
    const next = await open({ memory: { maxProvenBytes: 1 } });
    answerAsOf(older);
    expect(await get(next)).toBe('older');
  });

  it('are not stored once a fork was proven', async () => {
    const store = new MemoryTrustStore();
    const suspect = await open({ store });
    await write(suspect.client, '1');
    const record = (await suspect.stored())!;
    await store.replace(id(), record.epoch, {
      ...record,
      latch: {
        code: 'FORK_DETECTED',
        message: 'elsewhere',
        at: new Date().toISOString(),
        trusted: record.head,
        offered: record.head,
      },
    });
    await expect(write(suspect.client, '2')).rejects.toMatchObject({ code: 'TRUST_LATCHED' });
    const save = vi.spyOn(store, 'saveFloors');
    await suspect.client.close();
    expect(save).not.toHaveBeenCalled();
  });

  describe('where they cannot be kept', () => {
    it('a damaged list is named in a warning, once, and replaced: nobody is locked out', async () => {
      const older = await write(other, 'older');
      await write(other, 'newer');
      const first = await open();
      await get(first);
      await first.client.close();
      const file = join(folder(), 'floors.1');
      await writeFile(file, 'damaged');
      const told = warnings();
      const next = await open();
      expect(told()).toEqual([{ message: expect.stringContaining(file) as string, options: WARNING }]);
      answerAsOf(older);
      expect(await get(next)).toBe('older');
      proxy.clear();
      expect(await get(next)).toBe('newer');
      await next.client.close();
      expect(told()).toHaveLength(1);
      expect((await floorsIn(next.store))?.floors).toMatchObject([{ key }]);
      await open();
      expect(told()).toHaveLength(1);
    });

    it('a store that fails is told of once, and the client goes on and closes', async () => {
      const store = new MemoryTrustStore();
      store.loadFloors = () => Promise.reject(new Error('no network'));
      store.saveFloors = () => Promise.reject(new Error('no network'));
      const told = warnings();
      const suspect = await open({ store });
      await write(suspect.client, '1');
      await suspect.client.close();
      expect(told()).toEqual([{ message: expect.stringMatching(/no network$/) as string, options: WARNING }]);
    });

    it('a store that gives what are no floors is told of, and not believed', async () => {
      const store = new MemoryTrustStore();
      const told = warnings();
      const wrong = { key: text(key), txId: 1, deleted: false, expiresAt: undefined } as never;
      store.loadFloors = () => Promise.resolve({ recoveredAt: undefined, floors: [wrong] });
      const suspect = await open({ store });
      expect(told()).toMatchObject([{ message: expect.stringContaining('no floors') as string }]);
      expect(await get(suspect)).toBeUndefined();
    });

    it('a store of the application without floors works as before', async () => {
      const kept = new MemoryTrustStore();
      const without: TrustStore = {
        load: (...args) => kept.load(...args),
        create: (...args) => kept.create(...args),
        replace: (...args) => kept.replace(...args),
        recover: (...args) => kept.recover(...args),
        list: () => kept.list(),
      };
      const told = warnings();
      const older = await write(other, 'older');
      const first = await open({ store: without });
      await write(first.client, 'newer');
      answerAsOf(older);
      await first.refuses(() => getAll(first), 'STALE_READ');
      await first.client.close();
      const next = await open({ store: without });
      answerAsOf(older);
      expect(await get(next)).toBe('older');
      expect(told()).toEqual([]);
    });
  });
});

it('floors of a ledger in a folder are kept in it, with its record', async () => {
  const path = await mkdtemp(join(tmpdir(), 'immurepo-floors-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  const key = randomKey();
  const client = await openEmbedded({ path }, {});
  const { txId } = await client.verifiedSet([{ key, value: bytes('1') }]);
  await client.close();
  const store = new FileTrustStore({ directory: trustFolderOf(path) });
  const id = { ledgerId: embeddedLedgerId(path, true), database: client.database };
  const floors = [{ key, txId, deleted: false, expiresAt: undefined }];
  expect(await store.loadFloors(id)).toEqual({ recoveredAt: undefined, floors });
});
