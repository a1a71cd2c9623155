// How a search for members of a sorted set goes when the server shows more of them than anybody asked for.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scopeOf } from '../../../src/client/call.js';
import type { Connection } from '../../../src/client/connection.js';
import type { VerifiedContext } from '../../../src/client/verified/context.js';
import { findMembers } from '../../../src/client/verified/find-members.js';
import { MAX_NOTED_MEMBERS, MemberTxs } from '../../../src/client/verified/member-txs.js';
import { sortedSetKey } from '../../../src/proof/index.js';
import { toMapKey, u64be, utf8 } from '../../../src/bytes.js';
import { connectFake, FakeTransport } from '../fake-transport.js';

const SET = utf8('set');
const PER_TX = 20_000;
const member = (n: number) => sortedSetKey(SET, 1, u64be(BigInt(n)), 0n);

describe('a search for members', () => {
  let connection: Connection;
  let transport: FakeTransport;
  const members = new MemberTxs();

  beforeAll(async () => {
    transport = new FakeTransport();
    // Three transactions with as many members each, one at a time.
    const stored = Array.from({ length: 3 * PER_TX }, (_, n) => ({ key: member(n) }));
    transport.on('TxScan', ({ request }) => {
      const { initialTx } = request as { initialTx: bigint };
      if (initialTx > 3n) return { txs: [] };
      const first = Number(initialTx - 1n) * PER_TX;
      const entries = stored.slice(first, first + PER_TX);
      return { txs: [{ header: { id: initialTx }, entries }] };
    });
    transport.on('TxById', () => ({ header: { id: 1n }, entries: [], kvEntries: [], zEntries: [] }));
    connection = await connectFake(transport);
  });
  afterAll(() => connection.close());

  async function find(n: number): Promise<bigint | undefined> {
    const context = { connection, members } as Partial<VerifiedContext> as VerifiedContext;
    const shown = { storedKey: member(n), shown: { key: u64be(BigInt(n)) }, entry: { tx: 1n } };
    const found = await findMembers(context, SET, [shown as never], 1n, scopeOf(connection, 'test', {}));
    return found.get(toMapKey(member(n)));
  }

  it('remembers a bounded number of them, and finds those beyond all the same', async () => {
    const last = 3 * PER_TX - 1;
    expect(await find(last)).toBe(3n);
    expect(members.of(SET).txIds.size).toBe(MAX_NOTED_MEMBERS + 1);
    // What there was no room for was not looked at, as far as the next search can tell.
    expect(await find(last - 1)).toBe(3n);
    expect(await find(0)).toBe(1n);
    expect(members.of(SET).txIds.size).toBe(MAX_NOTED_MEMBERS + 2);
  });
});
