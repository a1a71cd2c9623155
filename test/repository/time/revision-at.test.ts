// What an entity was as of a transaction: for every transaction of a history, on every server, and what it costs.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImmuClient } from 'immurepo/client';
import { revisionAt, revisionsAt } from '../../../src/repository/time/revision-at.js';
import type { StoredRevision } from '../../../src/repository/stored-revision.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import { connectVerified, createDatabase } from '../../client/verified/verified-client.js';
import { describeServers } from '../../support/describe-servers.js';
import { RawClient } from '../../support/raw-client.js';
import {
  Account,
  accountKey,
  accountSchema,
  AccountWriter,
  type RecordLedger,
  recordLedger,
  type Written,
} from './records.js';

const at = (client: ImmuClient, id: string, txId: bigint, options = {}) =>
  revisionAt({ client }, accountSchema, accountKey(id), txId, options);
const manyAt = (client: ImmuClient, ids: readonly string[], txId: bigint, options = {}) =>
  revisionsAt({ client }, accountSchema, ids.map(accountKey), txId, options);

/** That exactly this was found. */
function expectFound(found: StoredRevision<Account> | undefined, written: Written | undefined): void {
  expect(found?.evidence.txId).toBe(written?.txId);
  expect(found?.record.revision).toBe(written?.revision);
  expect(found?.record.tombstone).toBe(written === undefined ? undefined : written.balance === undefined);
  expect(found?.entity?.balance).toBe(written?.balance);
  if (found?.entity !== undefined) expect(found.entity).toBeInstanceOf(Account);
}

/** Three accounts that come, change, go and come again, in turn. */
async function writeStory(writer: AccountWriter): Promise<void> {
  await writer.write('ada', 1n);
  await writer.write('bob', 10n);
  await writer.write('ada', 2n);
  await writer.write('ada', undefined);
  await writer.write('cy', 100n);
  await writer.write('ada', 3n);
  await writer.write('bob', undefined);
  await writer.write('ada', 4n);
  await writer.write('bob', 11n);
}

describeServers('an entity as of a transaction', (server) => {
  it('is its last revision not after it, for every transaction, whoever wrote it', async () => {
    const database = await createDatabase(server);
    const writing = await connectVerified(server, { database });
    const writer = new AccountWriter(writing);
    await writeStory(writer);
    const reader = await connectVerified(server, { database });
    const ids = ['cy', 'nobody', 'ada', 'bob', 'ada'];
    for (const client of [reader, writing]) {
      for (let txId = 0n; txId <= 9n; txId++) {
        for (const id of ids) expectFound(await at(client, id, txId), writer.at(id, txId));
        const many = await manyAt(client, ids, txId);
        expect(many).toHaveLength(ids.length);
        ids.forEach((id, index) => {
          expectFound(many[index], writer.at(id, txId));
        });
      }
      await client.close();
    }
  });

  it('cannot be had from a server that has not come so far', async () => {
    const client = await connectVerified(server);
    const writer = new AccountWriter(client);
    await writer.write('ada', 1n);
    await expect(at(client, 'ada', 2n)).rejects.toMatchObject({ code: 'SERVER_BEHIND' });
    await client.close();
  });

  it('is not what a reference at its key leads to', async () => {
    const database = await createDatabase(server);
    const client = await connectVerified(server, { database });
    const writer = new AccountWriter(client);
    await writer.write('ada', 1n);
    const raw = await RawClient.open(server.address, database);
    await raw.call(ImmuServiceDefinition.methods.setReference, {
      key: accountKey('eve'),
      referencedKey: accountKey('ada'),
      atTx: 0n,
      boundRef: false,
      noWait: false,
      preconditions: [],
    });
    await raw.close();
    const refusal = { code: 'UNREADABLE_RECORD', message: expect.stringContaining('eve') as string };
    await expect(at(client, 'eve', 2n)).rejects.toMatchObject(refusal);
    await expect(manyAt(client, ['ada', 'eve'], 2n)).rejects.toMatchObject(refusal);
    await client.close();
  });
});

describe('an entity as of a transaction', () => {
  let ledger: RecordLedger;
  let writer: AccountWriter;
  let reader: ImmuClient;

  beforeEach(async () => {
    ledger = await recordLedger();
    writer = new AccountWriter(await ledger.open());
    reader = await ledger.open();
  });
  afterEach(() => ledger.close());

  /** Methods called by an operation. */
  async function callsOf(operation: () => Promise<unknown>): Promise<string[]> {
    ledger.calls.length = 0;
    await operation();
    return [...ledger.calls];
  }

  it('is found in any of many revisions', async () => {
    for (let balance = 0n; balance < 150n; balance++) await writer.write('ada', balance);
    for (let txId = 1n; txId <= 150n; txId++) {
      expectFound(await at(reader, 'ada', txId), writer.at('ada', txId));
    }
  });

  it('costs one call for the latest, two for the one before, and few for any other', async () => {
    await writer.write('bob', 1n);
    for (let balance = 1n; balance <= 1000n; balance++) await writer.write('ada', balance);
    await reader.verifiedState();
    expect(await callsOf(() => at(reader, 'ada', 0n))).toEqual([]);
    expect(await callsOf(() => at(reader, 'ada', 1001n))).toEqual(['VerifiableGet']);
    expect(await callsOf(() => at(reader, 'ada', 1000n))).toHaveLength(2);
    const young = await ledger.open();
    await young.verifiedState();
    for (const txId of [1n, 2n, 32n, 33n, 500n, 999n]) {
      const calls = await callsOf(() => at(young, 'ada', txId));
      expect(calls.filter((call) => call === 'History').length).toBeLessThanOrEqual(6);
      expect(calls.filter((call) => call !== 'History').length).toBeLessThanOrEqual(3);
    }
  });

  it('costs for many what their latest revisions cost, and more only for those that changed since', async () => {
    const ids = Array.from({ length: 20 }, (_, index) => `id-${index}`);
    for (const id of ids) await writer.write(id, 1n);
    await writer.write('id-3', 2n);
    await manyAt(reader, ids, 21n);
    expect(await callsOf(() => manyAt(reader, ids, 21n))).toEqual(['GetAll']);
    expect(await callsOf(() => manyAt(reader, ids, 20n))).toEqual(['GetAll', 'VerifiableGet']);
    expect(await callsOf(() => manyAt(reader, [], 20n))).toEqual([]);
    expect(await manyAt(reader, ['x', 'y'], 0n)).toEqual([undefined, undefined]);
  });

  it('does not need to understand what was written later', async () => {
    await writer.write('ada', 1n);
    await writer.write('ada', 2n);
    await writer.write('ada', 3n, { record: { codec: 2 } });
    await writer.write('ada', 4n, { record: { codec: 3, payload: new Uint8Array([1]) } });
    expectFound(await at(reader, 'ada', 2n), writer.at('ada', 2n));
    await expect(at(reader, 'ada', 3n)).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      message: expect.stringMatching(/"ada".*transaction 3/) as string,
    });
  });

  it('is not found in what is no record, which is named', async () => {
    await writer.write('ada', 1n);
    const other = await ledger.open();
    await other.set(accountKey('ada'), new Uint8Array([9, 9]));
    for (const read of [
      () => at(reader, 'ada', 1n),
      () => at(reader, 'ada', 2n),
      () => manyAt(reader, ['ada'], 2n),
    ])
      await expect(read()).rejects.toMatchObject({
        code: 'UNSUPPORTED_FORMAT',
        message: expect.stringMatching(/"ada".*transaction 2/) as string,
      });
  });

  it('is read anew each time', async () => {
    await writer.write('ada', 1n);
    const [first, second] = [await at(reader, 'ada', 1n), await at(reader, 'ada', 1n)];
    expect(first!.entity).toEqual(second!.entity);
    expect(first!.entity).not.toBe(second!.entity);
  });

  it.each([-1n, 1, 'one', undefined, {}])('needs the id of a transaction, not %s', async (txId) => {
    await expect(at(reader, 'ada', txId as bigint)).rejects.toBeInstanceOf(TypeError);
    await expect(manyAt(reader, ['ada'], txId as bigint)).rejects.toBeInstanceOf(TypeError);
  });

  it('is looked for within one time for all steps, and until the caller gives up', async () => {
    for (let balance = 1n; balance <= 200n; balance++) await writer.write('ada', balance);
    await reader.verifiedState();
    ledger.settings.delayMs = 30;
    await expect(at(reader, 'ada', 20n, { timeoutMs: 80 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    await expect(manyAt(reader, ['ada'], 20n, { timeoutMs: 80 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    const signal = AbortSignal.timeout(50);
    await expect(at(reader, 'ada', 20n, { signal })).rejects.toMatchObject({ code: 'ABORTED' });
  });
});
