// What a pass does at the limits: of the messages, of one transaction, of a user's rights, and of a server's honesty.

import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { type Ledger, MemoryTrustStore, openLedger, VerificationError } from 'immurepo';
import { callService } from '../../../src/client/call.js';
import { openEngine } from '../../../src/engine/engine.js';
import { encodeKey } from '../../../src/codec/record-key.js';
import { schemaOf } from '../../../src/entity/entity-schema.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import { describeServers } from '../../support/describe-servers.js';
import { type AnyOptions, atEnd, endAll, onEveryBackend, openOn } from '../any-ledger.js';
import { createDatabase } from '../open-real.js';
import { entryKey, has, idOf, newestTx, OldPerson, Person, savePeople, statesOf } from './people.js';

const READ = 1;
const bytes = (text: string) => new TextEncoder().encode(text);

/** People with names of so many bytes. */
async function saveLarge(ledger: Ledger, count: number, size: number): Promise<void> {
  const people = ledger.repository(OldPerson);
  for (let n = 0; n < count; n++)
    await people.insert(people.create({ id: idOf(n), name: 'x'.repeat(size), email: `${n}@x` }));
}

onEveryBackend('limits of a pass', describeServers, (start) => {
  it('writes records that do not fit one transaction together in several', async () => {
    const database = await start();
    await saveLarge(await database.open([OldPerson]), 40, 1_000_000);
    const ledger = await database.open([Person]);
    const report = await ledger.reindex(Person);
    expect(report).toMatchObject({ records: 40, written: 40, faultCount: 40, remaining: 0, ready: true });
  });
});

describeServers('reindex over gRPC', (server) => {
  async function opened(database: string, options: object = {}): Promise<Ledger> {
    const ledger = await openLedger({
      url: `immudb://immudb:immudb@${server.address}/${database}`,
      entities: [Person],
      trust: { key: server.publicKeyPem, store: new MemoryTrustStore(), ledgerId: 'test' },
      ...options,
    });
    return ledger;
  }

  it('reads records in parts where they do not fit one answer together', async () => {
    const database = await createDatabase(server);
    await using old = await opened(database, { entities: [OldPerson] });
    await saveLarge(old, 60, 10_000);
    await using ledger = await opened(database, { maxMessageBytes: 100_000 });
    expect(await ledger.reindex(Person)).toMatchObject({
      records: 60,
      written: 60,
      remaining: 0,
      ready: true,
    });
    expect(await ledger.reindex(Person, { check: true })).toMatchObject({ entries: 120, faultCount: 0 });
  });

  it('lets a user who may only read open and check, and write nothing', async () => {
    const database = await createDatabase(server);
    await using writer = await opened(database, { entities: [OldPerson] });
    const user = `reader${randomBytes(4).toString('hex')}`;
    const password = 'Reader1!password';
    const request = { user: bytes(user), password: bytes(password), permission: READ, database };
    await callService(writer.client.connection, ImmuServiceDefinition.methods.createUser, request, {
      kind: 'control',
    });
    const url = `immudb://${user}:${encodeURIComponent(password)}@${server.address}/${database}`;
    await using empty = await opened(database, { url });
    // It is empty, and this user may not note it.
    expect(await statesOf(empty)).toEqual([undefined, undefined]);
    await savePeople(writer.repository(OldPerson), 0, 3);
    await using reader = await opened(database, { url });
    const newest = await newestTx(writer);
    expect(await reader.reindex(Person, { check: true })).toMatchObject({
      ...{ records: 3, faultCount: 3, remaining: 3, ready: false },
    });
    await expect(reader.reindex(Person)).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(await newestTx(writer)).toBe(newest);
  });
});

/** A ledger on a server in this process that lists other index entries than there are. */
async function lyingLedger(
  options: AnyOptions = {},
): Promise<{ ledger: Ledger; list: (lie?: List) => void }> {
  const engine = await openEngine({ databases: ['ledger'] });
  atEnd(() => engine.close());
  let lie: List | undefined;
  const { service } = engine;
  const lying = {
    uuid: service.uuid,
    unary: async (call: Parameters<typeof service.unary>[0], request: unknown) => {
      const { prefix, seekKey } = request as { prefix?: Uint8Array; seekKey?: Uint8Array };
      if (!call.path.endsWith('/Scan') || lie === undefined || prefix?.[1] !== INDEX)
        return service.unary(call, request);
      return { entries: lie(seekKey!).map((key) => ({ key, value: Uint8Array.of(1), tx: 1n })) };
    },
  };
  const ledger = await openOn(
    { service: lying as never, ownCredentials: engine.ownCredentials },
    [Person],
    options,
  );
  atEnd(() => ledger.close());
  return { ledger, list: (told) => (lie = told) };
}

/** What is listed after a key. */
type List = (after: Uint8Array) => Uint8Array[];

/** The second byte of keys of entries that are not unique. */
const INDEX = 2;

describe('a server that lies about what there is', () => {
  afterEach(endAll);

  it('gets nothing deleted that is no entry of the index', async () => {
    const { ledger, list } = await lyingLedger();
    await savePeople(ledger.repository(Person), 0, 2);
    const record = encodeKey(schemaOf(Person).keys, [idOf(0)]);
    const other = entryKey('email', '0@x');
    for (const listed of [record, other]) {
      list(() => [listed]);
      await expect(ledger.reindex(Person)).rejects.toThrow(VerificationError);
      expect(await has(ledger, listed)).toBe(true);
    }
    list();
    expect(await ledger.reindex(Person)).toMatchObject({ deleted: 0, faultCount: 0, entries: 4 });
  });

  it('does not keep a pass busy for ever', async () => {
    const { ledger, list } = await lyingLedger({ timeoutMs: 500 });
    await savePeople(ledger.repository(Person), 0, 2);
    const entry = entryKey('initial', 'a', idOf(0));
    list(() => [entry, entry]);
    await expect(ledger.reindex(Person)).rejects.toThrow(VerificationError);
    let count = 0;
    list(() => [entryKey('initial', 'a', `q${String(count++).padStart(9, '0')}`)]);
    await expect(ledger.reindex(Person)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    list();
    expect(await ledger.reindex(Person)).toMatchObject({ deleted: 0, faultCount: 0, entries: 4 });
  });
});
