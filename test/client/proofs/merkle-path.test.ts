// Merkle paths from servers: computed again by the test, of every kind of write, in histories that this client knows less or
// more of.

import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ImmuClient } from '../../../src/client/immu-client.js';
import { sha256 } from '../../../src/proof/index.js';
import { describeServers } from '../../support/describe-servers.js';
import { firstError } from '../../proof/naive-path.js';
import { bytes, connectVerified, createDatabase, randomKey } from '../verified/verified-client.js';

describeServers('proofs.merklePath', (server) => {
  let database: string;
  let client: ImmuClient;

  beforeAll(async () => {
    database = await createDatabase(server);
    client = await connectVerified(server, { database });
  });
  afterAll(() => client.close());

  /** Transactions of one to nine entries; the first key of each. */
  const write = async (count: number): Promise<{ readonly key: Uint8Array; readonly txId: bigint }[]> => {
    const written = [];
    for (let at = 0; at < count; at++) {
      const entries = Array.from({ length: 1 + (at % 9) }, () => ({ key: randomKey(), value: bytes('v') }));
      const { txId } = await client.verifiedSet(entries);
      written.push({ key: entries[0]!.key, txId });
    }
    return written;
  };

  it('leads from every transaction of a history to the trusted state', async () => {
    const written = await write(20);
    const trusted = (await client.trustedState())!;
    const kinds = [];
    for (const { key, txId } of written) {
      const path = (await client.proofs.merklePath(key, { atTx: txId }))!;
      expect(firstError(path)).toBeUndefined();
      expect(path).toMatchObject({ trusted, checkedAgainst: trusted, ledgerId: 'test', origin: 'pinned' });
      expect(path.entry).toMatchObject({ key, valueHash: sha256(bytes('\0v')), index: 0 });
      kinds.push(path.chain.kind);
    }
    expect(kinds).toEqual([...Array<string>(19).fill('tree'), 'same']);
  });

  it('moves the trusted state as other reads do, where the entry is newer', async () => {
    const [{ key, txId } = { key: randomKey(), txId: 0n }] = await write(1);
    const reader = await connectVerified(server, { database });
    const before = (await reader.verifiedState())!;
    await client.verifiedSet([{ key, value: bytes('newer') }]);
    const newest = (await client.trustedState())!;

    const old = (await reader.proofs.merklePath(key, { atTx: txId }))!;
    expect([firstError(old), old.trusted]).toEqual([undefined, before]);
    const path = (await reader.proofs.merklePath(key))!;
    expect(firstError(path)).toBeUndefined();
    expect(path.entry.valueHash).toEqual(sha256(bytes('\0newer')));
    expect(path).toMatchObject({ chain: { kind: 'same' }, trusted: newest, checkedAgainst: before });
    expect(await reader.trustedState()).toEqual(newest);
    await reader.close();
  });

  it('is of deletions, of what expired, of what is not indexed, and of references', async () => {
    const [gone, past, hidden, reference] = [randomKey(), randomKey(), randomKey(), randomKey()];
    const plain = { deleted: false, nonIndexable: false };
    const { txId: first } = await client.verifiedSet([
      { key: gone, value: bytes('v') },
      { key: past, value: bytes('v'), metadata: { ...plain, expiresAt: 1n } },
      { key: hidden, value: bytes('v'), metadata: { ...plain, nonIndexable: true } },
    ]);
    const { txId: deletion } = await client.delete([gone]);
    const [{ key: target } = { key: gone }] = await write(1);
    const { txId: referred } = await client.verifiedSetReference(reference, target);

    const prove = async (key: Uint8Array, atTx: bigint) => {
      const path = (await client.proofs.merklePath(key, { atTx }))!;
      expect(firstError(path)).toBeUndefined();
      return path.entry.metadata;
    };
    expect(await prove(gone, first)).toBeUndefined();
    expect(await prove(gone, deletion)).toEqual({ ...plain, deleted: true });
    expect(await prove(past, first)).toEqual({ ...plain, expiresAt: 1n });
    expect(await prove(hidden, first)).toEqual({ ...plain, nonIndexable: true });
    expect(await prove(reference, referred)).toBeUndefined();
    // The write of the key that was asked for is the reference's.
    expect((await client.proofs.merklePath(reference))!.transaction.txId).toBe(referred);
    expect(await client.proofs.merklePath(gone)).toBeUndefined();
  });

  it('is none where there is no such write, and refuses what cannot be one', async () => {
    const [{ key, txId } = { key: randomKey(), txId: 0n }] = await write(1);
    expect(await client.proofs.merklePath(randomKey())).toBeUndefined();
    expect(await client.proofs.merklePath(randomKey(), { atTx: txId })).toBeUndefined();
    await expect(client.proofs.merklePath(key, { atTx: txId + 1000n })).rejects.toMatchObject({
      code: 'TX_NOT_FOUND',
    });
    await expect(client.proofs.merklePath(key, { atTx: 0n })).rejects.toBeInstanceOf(TypeError);
    await expect(client.proofs.merklePath(new Uint8Array(0))).rejects.toBeInstanceOf(Error);
    const ended = client.proofs.merklePath(key, { signal: AbortSignal.abort() });
    await expect(ended).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('is of the key as it was when it was asked for', async () => {
    const [{ key, txId } = { key: randomKey(), txId: 0n }] = await write(1);
    const given = new Uint8Array(key);
    const asked = client.proofs.merklePath(given, { atTx: txId });
    given.fill(0);
    expect((await asked)!.entry.key).toEqual(key);
  });
});
