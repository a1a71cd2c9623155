// One revision of an entity by its number.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImmuClient } from 'immurepo/client';
import { revisionNumbered } from '../../../src/repository/time/revision-numbered.js';
import { connectVerified, createDatabase } from '../../client/verified/verified-client.js';
import { describeServers } from '../../support/describe-servers.js';
import { accountKey, accountSchema, AccountWriter, type RecordLedger, recordLedger } from './records.js';

const numbered = (client: ImmuClient, id: string, revision: bigint, options = {}) =>
  revisionNumbered({ client }, accountSchema, accountKey(id), revision, options);

describeServers('a revision by its number', (server) => {
  it('is the one with that number, tombstones included, and none where the server shows none', async () => {
    const database = await createDatabase(server);
    const writer = new AccountWriter(await connectVerified(server, { database }));
    for (const balance of [1n, 2n, undefined, 4n, 5n]) {
      await writer.write('ada', balance);
      await writer.write('bob', 0n);
    }
    const reader = await connectVerified(server, { database });
    for (const written of writer.written.filter(({ id }) => id === 'ada')) {
      const found = await numbered(reader, 'ada', written.revision);
      expect(found?.record.revision).toBe(written.revision);
      expect(found?.evidence.txId).toBe(written.txId);
      expect(found?.entity?.balance).toBe(written.balance);
    }
    expect(await numbered(reader, 'ada', 6n)).toBeUndefined();
    expect(await numbered(reader, 'nobody', 1n)).toBeUndefined();
    await reader.close();
  });
});

describe('a revision by its number', () => {
  let ledger: RecordLedger;
  let reader: ImmuClient;

  beforeEach(async () => {
    ledger = await recordLedger();
    const writer = new AccountWriter(await ledger.open());
    for (let balance = 1n; balance <= 150n; balance++) await writer.write('ada', balance);
    reader = await ledger.open();
    await reader.verifiedState();
  });
  afterEach(() => ledger.close());

  it('costs at most four calls, whichever it is', async () => {
    for (let revision = 1n; revision <= 150n; revision++) {
      ledger.calls.length = 0;
      expect((await numbered(reader, 'ada', revision))?.entity?.balance).toBe(revision);
      expect(ledger.calls.length).toBeLessThanOrEqual(revision === 150n ? 1 : revision === 149n ? 2 : 4);
    }
  });

  it.each([0n, -1n, 1, 'one', undefined])('is a bigint from 1n, not %s', async (revision) => {
    await expect(numbered(reader, 'ada', revision as bigint)).rejects.toBeInstanceOf(TypeError);
  });

  it('is looked for within one time for all steps, and until the caller gives up', async () => {
    ledger.settings.delayMs = 30;
    await expect(numbered(reader, 'ada', 7n, { timeoutMs: 70 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    await expect(numbered(reader, 'ada', 7n, { signal: AbortSignal.timeout(40) })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});
