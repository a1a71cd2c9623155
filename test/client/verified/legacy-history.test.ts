// A history that a server older than 1.4 began, on a real server of today: its transactions are replicated into a
// database with trees that lag behind their headers, as such servers wrote them.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { utf8 } from '../../../src/bytes.js';
import { callService } from '../../../src/client/call.js';
import { callStream } from '../../../src/client/call-stream.js';
import { connect, type ImmuClient, MemoryTrustStore, type TrustOption } from '../../../src/client/index.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import {
  DatabaseNullableSettings,
  ReplicationNullableSettings,
} from '../../../src/wire/immudb/schema/settings.js';
import { be, NaiveLedger, plain } from '../../proof/naive-ledger.js';
import { describeReal, freshDatabaseName } from '../../support/describe-real.js';
import { rejection } from '../fake-transport.js';

const LEGACY = 12;
/** How many transactions the tree of a header covers: it grows by three at a time. */
const treeOf = (id: number) => Math.floor((id - 1) / 3) * 3;

/** Transactions as an old server would export them. */
function exported(): Uint8Array[] {
  const ledger = new NaiveLedger();
  return Array.from({ length: LEGACY }, (_, at) => {
    const id = at + 1;
    const blTxId = treeOf(id);
    const entry = plain(`k${id}`, `v${id}`);
    ledger.commit([entry], {
      blTxId: BigInt(blTxId),
      // A tree of nothing has no root that could be checked.
      blRoot: blTxId === 0 ? new Uint8Array(32) : ledger.root(blTxId),
    });
    const { header } = ledger.verifiableTx(id).tx!;
    const { prevAlh, ts, nentries, eH, blRoot } = header!;
    const head = Buffer.concat([
      be(id, 8),
      prevAlh,
      be(ts, 8),
      be(1, 2),
      be(0, 2),
      be(nentries, 4),
      eH,
      be(blTxId, 8),
      blRoot,
    ]);
    const { key, value } = entry;
    const parts = [be(head.length, 4), head, be(key.length, 2), key, be(0, 2), be(value.length, 4), value];
    return new Uint8Array(Buffer.concat([...parts, be(1, 2), be(0, 1)]));
  });
}

async function replicate(client: ImmuClient, tx: Uint8Array): Promise<void> {
  const content = new Uint8Array(Buffer.concat([be(tx.length, 8), tx]));
  const { replicateTx } = ImmuServiceDefinition.methods;
  const answers = callStream(client.connection, replicateTx, [{ content, metadata: new Map() }], {
    kind: 'write',
  });
  for await (const _ of answers);
}

describeReal('a history of trees that lag behind', (server) => {
  const database = freshDatabaseName('legacy');
  const open: ImmuClient[] = [];
  const openWith = async (trust: Partial<TrustOption> = {}) => {
    const client = await connect({
      url: `immudb://${server.address}/${database}`,
      trust: { firstUse: true, store: new MemoryTrustStore(), ...trust } as TrustOption,
    });
    open.push(client);
    return client;
  };

  beforeAll(async () => {
    const admin = await connect(`immudb://${server.address}/defaultdb`);
    open.push(admin);
    await admin.createDatabase(database, { settings: { replicationSettings: { replica: true } } });
    const replica = await openWith();
    for (const tx of exported()) await replicate(replica, tx);
    await callService(
      admin.connection,
      ImmuServiceDefinition.methods.updateDatabaseV2,
      {
        database,
        settings: DatabaseNullableSettings.create({
          replicationSettings: ReplicationNullableSettings.create({ replica: { value: false } }),
        }),
      },
      { kind: 'control' },
    );
    const writer = await connect(`immudb://${server.address}/${database}`);
    open.push(writer);
    for (const at of [1, 2, 3]) await writer.set(utf8(`new${at}`), utf8('x'));
  });
  afterAll(async () => {
    await Promise.all(open.map((client) => client.close()));
  });

  it('is read, every transaction of it, where the policy allows for it', async () => {
    const client = await openWith({ linearAdvance: 3 });
    for (let id = 1; id <= LEGACY; id++) {
      const found = await client.verifiedGet(utf8(`k${id}`));
      expect(found && [found.txId, Buffer.from(found.value).toString()]).toEqual([BigInt(id), `v${id}`]);
    }
    await client.verifiedSet([{ key: utf8('next'), value: utf8('y') }]);
    expect((await client.trustedState())?.txId).toBe(BigInt(LEGACY + 4));
  });

  it('is refused otherwise, with what to do about it', async () => {
    const client = await openWith();
    const error = await rejection(client.verifiedGet(utf8('k6')));
    expect(error).toMatchObject({ code: 'PROOF_INVALID' });
    expect(error.message).toMatch(/trust: \{ linearAdvance \}/);
    expect((await client.verifiedGet(utf8('new2')))?.value).toEqual(utf8('x'));
  });
});
