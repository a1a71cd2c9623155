// Servers that lie about the past of an entity: what the revisions themselves say decides, and a list is never believed.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ImmuClient } from 'immurepo/client';
import { equalBytes } from '../../../src/bytes.js';
import { keyNotFound, txNotFound } from '../../../src/engine/database/refusals.js';
import { refused } from '../../../src/engine/service-failure.js';
import { ChainForkError, VerificationError } from '../../../src/errors.js';
import { historyPages, readHistory } from '../../../src/repository/history.js';
import { revisionNumbered } from '../../../src/repository/time/revision-numbered.js';
import { revisionAt, revisionsAt } from '../../../src/repository/time/revision-at.js';
import type { ResponseOf } from '../../../src/testing/lie.js';
import {
  accountKey,
  accountSchema,
  AccountWriter,
  alarmsOf,
  type RecordLedger,
  recordLedger,
  type Written,
} from './records.js';
import { lifecycle } from '../no-lifecycle.js';

type Listed = ResponseOf<'history'>['entries'];

let ledger: RecordLedger;
let writer: AccountWriter;
let reader: ImmuClient;
let alarms: string[];

beforeEach(async () => {
  ledger = await recordLedger();
  writer = new AccountWriter(await ledger.open());
  reader = await ledger.open();
  alarms = alarmsOf(reader);
});
afterEach(() => ledger.close());

const key = accountKey('ada');
const numbered = (revision: bigint) => revisionNumbered({ client: reader }, accountSchema, key, revision, {});
const at = (txId: bigint) => revisionAt({ client: reader }, accountSchema, key, txId, {});

/** Every step of reading the past of ada: as of a transaction, alone and among others, and backwards. */
const readings: [string, (txId: bigint) => Promise<unknown>][] = [
  ['alone', at],
  ['among others', (txId) => revisionsAt({ client: reader }, accountSchema, [key], txId, {})],
  ['by its number', (txId) => numbered(txId)],
  [
    'backwards',
    async () => {
      for await (const _ of historyPages({ client: reader, lifecycle }, accountSchema, key, {}));
    },
  ],
];

/** The operation is refused, listeners are told, and what is trusted stays. */
async function expectRefused(operation: Promise<unknown>, code: string): Promise<Error> {
  const failure = await operation.then(
    () => undefined,
    (error: unknown) => error as VerificationError,
  );
  expect(failure).toBeInstanceOf(VerificationError);
  expect(failure!.code).toBe(code);
  expect(alarms).toEqual([code]);
  return failure!;
}

describe('a list of revisions that lies', () => {
  const COUNT = 40n;

  beforeEach(async () => {
    for (let balance = 1n; balance <= COUNT; balance++) await writer.write('ada', balance);
  });

  const tell = (change: (entries: Listed) => Listed) => {
    ledger.service.tell({
      history: async (request, ask) => ({ entries: change((await ask('history', request)).entries) }),
    });
  };

  it.each<[string, (entries: Listed) => Listed]>([
    ['nothing', () => []],
    ['them backwards', (entries) => entries.toReversed()],
    ['the same one again and again', (entries) => entries.map(() => entries[0]!)],
    ['fewer than there are', (entries) => entries.slice(0, -1)],
    ['more than were asked for', (entries) => [...entries, ...entries]],
    ['transactions that wrote something else', (entries) => entries.map((e) => ({ ...e, tx: e.tx * 2n }))],
    ['transactions that there are not', (entries) => entries.map((e) => ({ ...e, tx: e.tx + 10n ** 9n }))],
    ['transactions that there cannot be', (entries) => entries.map((e) => ({ ...e, tx: 0n }))],
    ['every revision a little too early', (entries) => entries.map((e) => ({ ...e, tx: e.tx - 1n }))],
    ['every revision a little too late', (entries) => entries.map((e) => ({ ...e, tx: e.tx + 1n }))],
    ['other values', (entries) => entries.map((e) => ({ ...e, value: new Uint8Array([1]) }))],
  ])('by showing %s is not followed', async (_, change) => {
    tell(change);
    for (const txId of [1n, 2n, 20n, 33n, COUNT - 2n]) {
      expect((await at(txId))!.evidence.txId).toBe(txId);
      expect((await numbered(txId))!.evidence.txId).toBe(txId);
    }
    expect(alarms).toEqual([]);
  });

  it('by leaving out what was written last before is not followed', async () => {
    await writer.write('bob', 1n);
    for (let balance = 1n; balance <= 3n; balance++) await writer.write('ada', balance);
    ledger.service.tell({
      history: async (request, ask) => {
        const { entries } = await ask('history', { ...request, offset: 0n, limit: 100 });
        const shown = entries.filter(({ tx }) => tx !== COUNT);
        return { entries: shown.slice(Number(request.offset), Number(request.offset) + request.limit) };
      },
    });
    expect((await at(COUNT + 1n))!.evidence.txId).toBe(COUNT);
  });

  it('by an error, or by being too large, is done without', async () => {
    for (const refusal of [keyNotFound(), refused('tbtree: no more entries'), refused('out of order')]) {
      ledger.service.tell({ history: () => Promise.reject(refusal) });
      expect((await at(20n))!.evidence.txId).toBe(20n);
      expect((await numbered(20n))!.evidence.txId).toBe(20n);
      ledger.service.end();
    }
    const pages: number[] = [];
    ledger.service.tell({
      history: (request, ask) => {
        pages.push(request.limit);
        // As gRPC says it.
        const tooLarge = 'grpc: received message larger than max (40000000 vs. 33554432)';
        const failure = Object.assign(new Error(tooLarge), { status: 8 });
        return request.limit > 1 ? Promise.reject(failure) : ask('history', request);
      },
    });
    expect((await at(20n))!.evidence.txId).toBe(20n);
    expect(pages[0]).toBe(32);
    expect(new Set(pages.slice(1))).toEqual(new Set([1]));
    expect(pages.length).toBeLessThanOrEqual(1 + 6);
  });
});

describe('a chain that is broken', () => {
  it.each(readings)('because a revision is withheld is refused, read %s', async (_, read) => {
    for (let balance = 1n; balance <= 4n; balance++) await writer.write('ada', balance);
    for (const refusal of [keyNotFound, txNotFound]) {
      ledger.service.tell({
        history: () => Promise.resolve({ entries: [] }),
        verifiableGet: (request, ask) => {
          const { keyRequest } = request;
          return equalBytes(keyRequest!.key, key) && keyRequest!.atTx === 2n
            ? Promise.reject(refusal())
            : ask('verifiableGet', request);
        },
      });
      const failure = await expectRefused(read(1n), 'CHAIN_BROKEN');
      expect(failure.message).toMatch(/"ada".*revision 3 in transaction 3.*revision 2 in transaction 2/);
      ledger.service.end();
      alarms.length = 0;
    }
  });

  it.each<[string, (written: readonly Written[]) => Parameters<AccountWriter['write']>[2]]>([
    ['other bytes than were written', () => ({ record: { prevDigest: new Uint8Array(32).fill(1) } })],
    ['an earlier revision', ([first]) => ({ on: first, record: { revision: 4n } })],
    ['a transaction that wrote something else', () => ({ record: { prevTx: 4n } })],
    ['itself', () => ({ record: { prevTx: 5n } })],
    ['a later transaction', () => ({ record: { prevTx: 6n } })],
    ['a transaction that there cannot be', () => ({ record: { prevTx: 2n ** 64n - 1n } })],
  ])('because a revision names %s is refused', async (names, odd) => {
    for (let balance = 1n; balance <= 3n; balance++) await writer.write('ada', balance);
    await writer.write('bob', 1n);
    await writer.write('ada', 4n, odd(writer.written));
    await writer.write('ada', 5n);
    for (const [, read] of readings) {
      const { message } = await expectRefused(read(3n), 'CHAIN_BROKEN');
      expect(message.includes('no earlier transaction')).toBe(/itself|later|cannot be/.test(names));
      alarms.length = 0;
    }
    // Further down, two neighbours name one another, and what was written later need not be looked at.
    expect((await at(2n))!.evidence.txId).toBe(2n);
  });
});

describe('a chain that forked', () => {
  it('is told as such where the fork is, and its branches are revisions elsewhere', async () => {
    const first = await writer.write('ada', 1n);
    await writer.write('ada', 2n);
    const other = await writer.write('ada', 22n, { on: first });
    await writer.write('ada', 3n, { on: other });
    await writer.write('ada', 4n);
    const failure = await expectRefused(at(2n), 'CHAIN_FORK');
    expect(failure).toBeInstanceOf(ChainForkError);
    expect(failure.message).toMatch(/"ada" has two revisions 2, in transactions 2 and 3/);
    expect((await at(1n))!.entity!.balance).toBe(1n);
    expect((await at(3n))!.entity!.balance).toBe(22n);
    expect((await at(4n))!.entity!.balance).toBe(3n);
    expect((await numbered(1n))!.entity!.balance).toBe(1n);
    expect((await numbered(4n))!.entity!.balance).toBe(4n);
    alarms.length = 0;
    await expectRefused(numbered(2n), 'CHAIN_FORK');
    alarms.length = 0;
    await expectRefused(readHistory({ client: reader, lifecycle }, accountSchema, key, {}), 'CHAIN_FORK');
  });
});

describe('what nobody can prove', () => {
  it('an entity that is withheld, or whose later revisions are', async () => {
    for (let balance = 1n; balance <= 3n; balance++) await writer.write('ada', balance);
    ledger.service.tell({
      verifiableGet: (request, ask) =>
        ask('verifiableGet', { ...request, keyRequest: { ...request.keyRequest!, sinceTx: 0n, atTx: 1n } }),
    });
    expect((await at(3n))!.evidence.txId).toBe(1n);
    ledger.service.end();
    const stranger = await ledger.open();
    ledger.service.tell({ verifiableGet: () => Promise.reject(keyNotFound()) });
    expect(await revisionAt({ client: stranger }, accountSchema, key, 3n, {})).toBeUndefined();
    expect(alarms).toEqual([]);
  });

  it('but what this client has proven itself is not withheld from it', async () => {
    for (let balance = 1n; balance <= 3n; balance++) await writer.write('ada', balance);
    await at(3n);
    ledger.service.tell({
      get: () => Promise.reject(keyNotFound()),
      verifiableGet: () => Promise.reject(keyNotFound()),
      history: () => Promise.reject(keyNotFound()),
    });
    await expectRefused(at(1n), 'OMISSION_DETECTED');
  });
});
