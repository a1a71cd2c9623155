// The revisions of an entity, all at once and one by one, and what each says of itself.

import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImmuClient } from 'immurepo/client';
import { historyPages, readHistory, type Revision } from '../../../src/repository/history.js';
import { evidenceOf } from '../../../src/repository/verified.js';
import { connectVerified, createDatabase } from '../../client/verified/verified-client.js';
import { describeServers } from '../../support/describe-servers.js';
import {
  type Account,
  accountKey,
  accountSchema,
  AccountWriter,
  type RecordLedger,
  recordLedger,
} from './records.js';
import { lifecycle } from '../no-lifecycle.js';

const all = (client: ImmuClient, id: string) =>
  readHistory({ client, lifecycle }, accountSchema, accountKey(id), {});
const backwards = (client: ImmuClient, id: string, options = {}) =>
  historyPages({ client, lifecycle }, accountSchema, accountKey(id), options);

async function collected(client: ImmuClient, id: string): Promise<Revision<Account>[]> {
  const revisions: Revision<Account>[] = [];
  for await (const revision of backwards(client, id)) revisions.push(revision);
  return revisions;
}

describeServers('the revisions of an entity', (server) => {
  it('are the same all at once and one by one, with who, why and until when', async () => {
    const database = await createDatabase(server);
    const client = await connectVerified(server, { database });
    const writer = new AccountWriter(client);
    const expiresAt = 2_000_000_000_123;
    await writer.write('ada', 1n, { facts: { actor: 'bob', reason: 'opened', correlationId: 'r-1' } });
    await writer.write('bob', 1n);
    await writer.write('ada', 2n, { facts: { expiresAt } });
    await writer.write('ada', undefined, { facts: { actor: 'eve' } });
    await writer.write('ada', 3n);
    const revisions = await all(client, 'ada');
    expect(
      revisions.map(({ revision, txId, deleted, entity, actor, reason, correlationId }) => [
        [revision, txId, deleted, entity?.balance],
        [actor, reason, correlationId],
      ]),
    ).toEqual([
      [
        [1n, 1n, false, 1n],
        ['bob', 'opened', 'r-1'],
      ],
      [
        [2n, 3n, false, 2n],
        [undefined, undefined, undefined],
      ],
      [
        [3n, 4n, true, undefined],
        ['eve', undefined, undefined],
      ],
      [
        [4n, 5n, false, 3n],
        [undefined, undefined, undefined],
      ],
    ]);
    expect(revisions.map((revision) => revision.expiresAt)).toEqual([
      undefined,
      new Date(expiresAt),
      undefined,
      undefined,
    ]);
    const reader = await connectVerified(server, { database });
    const oneByOne = await collected(reader, 'ada');
    const told = (revision: Revision<Account>) => ({ ...revision, evidence: revision.evidence.alh });
    expect(oneByOne.map(told)).toEqual(revisions.toReversed().map(told));
    for (const { entity, evidence } of oneByOne) {
      if (entity !== undefined) expect(evidenceOf(entity)).toEqual(evidence);
    }
    expect(await collected(reader, 'nobody')).toEqual([]);
    await client.close();
    await reader.close();
  });
});

describe('revisions one by one', () => {
  let ledger: RecordLedger;
  let writer: AccountWriter;
  let reader: ImmuClient;

  beforeEach(async () => {
    ledger = await recordLedger();
    writer = new AccountWriter(await ledger.open());
    reader = await ledger.open();
    for (let balance = 1n; balance <= 20n; balance++) await writer.write('ada', balance);
    await reader.verifiedState();
    ledger.calls.length = 0;
  });
  afterEach(() => ledger.close());

  it('are read when they are asked for, and no longer than that', async () => {
    const revisions = backwards(reader, 'ada');
    expect(ledger.calls).toEqual([]);
    const seen: bigint[] = [];
    for await (const { revision } of revisions) {
      seen.push(revision);
      expect(ledger.calls).toHaveLength(seen.length);
      if (seen.length === 3) break;
    }
    await setTimeout(5);
    expect(seen).toEqual([20n, 19n, 18n]);
    expect(ledger.calls).toHaveLength(3);
    ledger.calls.length = 0;
    expect(await collected(reader, 'ada')).toHaveLength(20);
    expect(ledger.calls).toHaveLength(20);
  });

  it('are those there were when it began', async () => {
    const seen: bigint[] = [];
    for await (const { revision } of backwards(reader, 'ada')) {
      seen.push(revision);
      await writer.write('ada', 100n + revision);
    }
    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => 20n - BigInt(index)));
  });

  it('end between two of them when the caller gives up', async () => {
    const aborting = new AbortController();
    const seen: bigint[] = [];
    const read = async () => {
      for await (const { revision } of backwards(reader, 'ada', { signal: aborting.signal })) {
        seen.push(revision);
        if (revision === 18n) aborting.abort();
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'ABORTED' });
    expect(seen).toEqual([20n, 19n, 18n]);
  });

  it('may take their time together, but not each of them', async () => {
    ledger.settings.delayMs = 20;
    const revisions: bigint[] = [];
    for await (const { revision } of backwards(reader, 'ada', { timeoutMs: 300 })) revisions.push(revision);
    expect(revisions).toHaveLength(20);
    ledger.settings.delayMs = 500;
    await expect(backwards(reader, 'ada', { timeoutMs: 100 }).next()).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
  });

  it('take no more memory for more of them', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const read: WeakRef<Revision<Account>>[] = [];
    const alive: number[] = [];
    for await (const revision of backwards(reader, 'ada')) {
      read.push(new WeakRef(revision));
      // What a WeakRef was asked for stays until the next turn.
      await setTimeout(1);
      collectGarbage();
      alive.push(read.filter((one) => one.deref() !== undefined).length);
    }
    expect(alive).toHaveLength(20);
    expect(Math.max(...alive)).toBeLessThanOrEqual(4);
  });
});
