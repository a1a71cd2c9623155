// What every trust store must guarantee, whatever it keeps its records in. Run on each implementation; a new one
// (a database, a key-value service) only needs to call this with a way to make it.
import { describe, expect, it } from 'vitest';
import { type ImmuError, VerificationError } from '../../src/errors.js';
import type { TrustRecord } from '../../src/trust/record.js';
import type { TrustId, TrustStore } from '../../src/trust/store.js';
import { caught } from './support/caught.js';
import { bank, draftAt, hashOf, latch, stateAt } from './support/records.js';

/**
 * @param name of the implementation
 * @param make two handles on one new and empty place, as two processes would hold them
 */
export function describeTrustStore(
  name: string,
  make: () => Promise<readonly [TrustStore, TrustStore]>,
): void {
  describe(`${name} as a trust store`, () => {
    firstRecords(make);
    replacements(make);
    latches(make);
    recoveries(make);
    names(make);
  });
}

type Make = () => Promise<readonly [TrustStore, TrustStore]>;

function firstRecords(make: Make): void {
  it('knows nothing at first, and says so', async () => {
    const [store] = await make();
    expect(await store.load(bank)).toBeUndefined();
    expect(await store.list()).toEqual([]);
  });

  it('stores a first record with epoch 1, for every handle', async () => {
    const [store, other] = await make();
    const draft = draftAt(5n, { keyId: 'ab'.repeat(32), nextRoot: hashOf(50n) });
    const stored = await store.create(bank, draft);
    expect(stored).toStrictEqual({ version: 1, ...bank, ...draft, epoch: 1 });
    expect(await other.load(bank)).toStrictEqual(stored);
  });

  it('stores the largest transaction id there is without loss', async () => {
    const [store] = await make();
    await store.create(bank, draftAt(0xffff_ffff_ffff_ffffn));
    expect((await store.load(bank))?.head.txId).toBe(0xffff_ffff_ffff_ffffn);
  });

  it('stores an empty database', async () => {
    const [store] = await make();
    await store.create(bank, draftAt(0n));
    expect((await store.replace(bank, 1, draftAt(1n))).head.txId).toBe(1n);
  });

  it('creates once: a second record is TRUST_EXISTS, and the first stays', async () => {
    const [store, other] = await make();
    await store.create(bank, draftAt(5n));
    const error = await caught<ImmuError>(other.create(bank, draftAt(6n)));
    expect(error).toMatchObject({ code: 'TRUST_EXISTS', retryable: false });
    expect(error.message).toMatch(/already is a trust record for ledger "bank", database "defaultdb"/);
    expect((await store.load(bank))?.head.txId).toBe(5n);
  });

  it('lets one of many creators win', async () => {
    const [store, other] = await make();
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) => (i % 2 ? store : other).create(bank, draftAt(BigInt(i + 1)))),
    );
    const won = results.filter((result) => result.status === 'fulfilled');
    expect(won).toHaveLength(1);
    expect(await store.load(bank)).toStrictEqual(won[0]?.value);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'TRUST_EXISTS' });
    }
  });

  it('returns copies: what a caller does to one changes nothing', async () => {
    const [store] = await make();
    const stored = await store.create(bank, draftAt(5n));
    stored.head.alh.fill(0);
    const loaded = await store.load(bank);
    loaded?.head.alh.fill(1);
    expect((await store.load(bank))?.head).toEqual(stateAt(5n));
  });

  it('refuses what is no record, and stores nothing', async () => {
    const [store] = await make();
    const bad = draftAt(5n, { head: { txId: 5n, alh: new Uint8Array(31) } });
    await expect(store.create(bank, bad)).rejects.toThrow(TypeError);
    await expect(store.create(bank, draftAt(-1n))).rejects.toThrow(TypeError);
    await expect(store.create(bank, draftAt(1n, { observedAt: 'yesterday' }))).rejects.toThrow(TypeError);
    expect(await store.load(bank)).toBeUndefined();
  });
}

function replacements(make: Make): void {
  it('replaces a record by one with the next epoch', async () => {
    const [store, other] = await make();
    await store.create(bank, draftAt(5n));
    const next = await other.replace(bank, 1, draftAt(9n, { nextRoot: hashOf(90n) }));
    expect(next).toMatchObject({ epoch: 2, head: stateAt(9n), nextRoot: hashOf(90n) });
    expect(await store.load(bank)).toStrictEqual(next);
  });

  it('drops what belonged to the old head', async () => {
    const [store] = await make();
    await store.create(bank, draftAt(5n, { nextRoot: hashOf(50n) }));
    expect(await store.replace(bank, 1, draftAt(6n))).not.toHaveProperty('nextRoot');
  });

  it('accepts the same head again, e.g. to note a key', async () => {
    const [store] = await make();
    await store.create(bank, draftAt(5n));
    const keyId = 'cd'.repeat(32);
    expect(await store.replace(bank, 1, draftAt(5n, { keyId }))).toMatchObject({ epoch: 2, keyId });
  });

  it.each([0, 2, 99])('refuses a replacement built on epoch %i instead of 1', async (epoch) => {
    const [store] = await make();
    const before = await store.create(bank, draftAt(5n));
    const error = await caught<ImmuError>(store.replace(bank, epoch, draftAt(6n)));
    expect(error).toMatchObject({ code: 'TRUST_CONFLICT', retryable: true });
    expect(error.details).toMatchObject({ expectedEpoch: epoch, foundEpoch: 1 });
    expect(await store.load(bank)).toStrictEqual(before);
  });

  it('lets exactly one of many writers that build on one epoch win', async () => {
    const [store, other] = await make();
    await store.create(bank, draftAt(1n));
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, i) => (i % 2 ? store : other).replace(bank, 1, draftAt(BigInt(i + 2)))),
    );
    const won = results.filter((result) => result.status === 'fulfilled');
    expect(won).toHaveLength(1);
    expect(await store.load(bank)).toStrictEqual(won[0]?.value);
  });

  it('keeps count over many replacements from two handles', async () => {
    const [store, other] = await make();
    let record = await store.create(bank, draftAt(1n));
    for (let i = 1; i <= 40; i++) {
      record = await (i % 2 ? store : other).replace(bank, record.epoch, draftAt(BigInt(i + 1)));
    }
    expect(await store.load(bank)).toMatchObject({ epoch: 41, head: stateAt(41n) });
  });

  it('never goes back: an older head is ROLLBACK_DETECTED', async () => {
    const [store] = await make();
    const before = await store.create(bank, draftAt(5n));
    const error = await caught<VerificationError>(store.replace(bank, 1, draftAt(4n)));
    expect(error).toBeInstanceOf(VerificationError);
    expect(error).toMatchObject({ code: 'ROLLBACK_DETECTED', trusted: stateAt(5n), offered: stateAt(4n) });
    expect(await store.load(bank)).toStrictEqual(before);
  });

  it('never swaps history: another state of the same transaction is FORK_DETECTED', async () => {
    const [store] = await make();
    const before = await store.create(bank, draftAt(5n));
    const error = await caught<VerificationError>(
      store.replace(bank, 1, draftAt(5n, { head: stateAt(5n, 1) })),
    );
    expect(error).toBeInstanceOf(VerificationError);
    expect(error).toMatchObject({ code: 'FORK_DETECTED', trusted: stateAt(5n), offered: stateAt(5n, 1) });
    expect(await store.load(bank)).toStrictEqual(before);
  });

  it('does not create by replacing', async () => {
    const [store] = await make();
    expect(await caught(store.replace(bank, 0, draftAt(5n)))).toMatchObject({ code: 'TRUST_MISSING' });
    expect(await caught(store.replace(bank, 1, draftAt(5n)))).toMatchObject({ code: 'TRUST_MISSING' });
    expect(await store.load(bank)).toBeUndefined();
  });
}

function latches(make: Make): void {
  it('stores a latch, and nothing replaces it', async () => {
    const [store, other] = await make();
    await store.create(bank, draftAt(7n));
    const latched = await store.replace(bank, 1, { ...draftAt(7n), latch });
    expect(latched.latch).toEqual(latch);
    for (const next of [draftAt(8n), { ...draftAt(8n), latch }]) {
      const error = await caught<ImmuError>(other.replace(bank, 2, next));
      expect(error).toMatchObject({ code: 'TRUST_LATCHED', retryable: false });
    }
    expect(await other.load(bank)).toStrictEqual(latched);
  });

  it('tells a writer that is behind of the conflict first, so that it loads the latch', async () => {
    const [store, other] = await make();
    await store.create(bank, draftAt(7n));
    await store.replace(bank, 1, { ...draftAt(7n), latch });
    expect(await caught(other.replace(bank, 1, draftAt(8n)))).toMatchObject({ code: 'TRUST_CONFLICT' });
  });
}

function recoveries(make: Make): void {
  it('recovers from a latch to whatever the operator says, and remembers all of it', async () => {
    const [store, other] = await make();
    await store.create(bank, draftAt(7n));
    await store.replace(bank, 1, { ...draftAt(7n), latch });
    const recovered = await store.recover(bank, draftAt(3n, { head: stateAt(3n, 1) }), 'the backup won');
    expect(recovered).toMatchObject({ epoch: 3, head: stateAt(3n, 1) });
    expect(recovered).not.toHaveProperty('latch');
    expect(recovered.recovered).toEqual([
      {
        reason: 'the backup won',
        at: expect.any(String) as string,
        abandoned: stateAt(7n),
        lifted: 'FORK_DETECTED',
      },
    ]);
    expect(await other.load(bank)).toStrictEqual(recovered);
  });

  it('carries recoveries along for ever', async () => {
    const [store] = await make();
    await store.create(bank, draftAt(7n));
    await store.recover(bank, draftAt(2n), 'first');
    await store.replace(bank, 2, draftAt(4n));
    await store.recover(bank, draftAt(1n), 'second');
    const { recovered, epoch } = await store.replace(bank, 4, draftAt(2n));
    expect(epoch).toBe(5);
    expect(recovered?.map(({ reason, abandoned }) => [reason, abandoned?.txId])).toEqual([
      ['first', 7n],
      ['second', 4n],
    ]);
  });

  it('makes writers that built on the old record conflict', async () => {
    const [store, other] = await make();
    await store.create(bank, draftAt(7n));
    await store.recover(bank, draftAt(2n), 'restored');
    expect(await caught(other.replace(bank, 1, draftAt(8n)))).toMatchObject({ code: 'TRUST_CONFLICT' });
  });

  it.each(['', '  ', '\n'])('needs a reason, and %j is none', async (reason) => {
    const [store] = await make();
    const before = await store.create(bank, draftAt(7n));
    await expect(store.recover(bank, draftAt(2n), reason)).rejects.toThrow(TypeError);
    expect(await store.load(bank)).toStrictEqual(before);
  });

  it('does not create by recovering', async () => {
    const [store] = await make();
    expect(await caught(store.recover(bank, draftAt(2n), 'why not'))).toMatchObject({
      code: 'TRUST_MISSING',
    });
    expect(await store.load(bank)).toBeUndefined();
  });
}

/** Names that have broken stores that made file names, keys or queries of them. */
export const hostileNames: readonly TrustId[] = [
  { ledgerId: 'Bank', database: 'defaultdb' },
  { ledgerId: 'bank', database: 'DefaultDB' },
  { ledgerId: 'bankd', database: 'efaultdb' },
  { ledgerId: '..', database: '..' },
  { ledgerId: '../../etc/passwd', database: '/' },
  { ledgerId: 'C:\\windows', database: '\\\\server\\share' },
  { ledgerId: 'a\0b', database: '\0' },
  { ledgerId: 'CON', database: 'NUL' },
  { ledgerId: 'x'.repeat(10_000), database: 'y'.repeat(10_000) },
  { ledgerId: 'caf\u00e9', database: 'd' },
  { ledgerId: 'cafe\u0301', database: 'd' },
  { ledgerId: '\u202eknab', database: '💰' },
  { ledgerId: '["a","b"]', database: '"' },
  { ledgerId: '__proto__', database: 'constructor' },
  { ledgerId: ' ', database: '\n' },
  { ledgerId: '%2e%2e', database: "'; DROP TABLE trust; --" },
];

function names(make: Make): void {
  it('keeps every name apart from every other, however hostile', async () => {
    const [store, other] = await make();
    const ids = [bank, ...hostileNames];
    const stored: TrustRecord[] = [];
    for (const [i, id] of ids.entries()) stored.push(await store.create(id, draftAt(BigInt(i + 1))));
    for (const [i, id] of ids.entries()) expect(await other.load(id)).toStrictEqual(stored[i]);
    const listed = await other.list();
    expect(listed).toHaveLength(ids.length);
    expect(new Set(listed.map((id) => JSON.stringify(id)))).toEqual(
      new Set(ids.map(({ ledgerId, database }) => JSON.stringify({ ledgerId, database }))),
    );
  });

  it('lists in order of the names', async () => {
    const [store] = await make();
    for (const ledgerId of ['b', 'a', 'c']) {
      for (const database of ['y', 'x']) await store.create({ ledgerId, database }, draftAt(1n));
    }
    const listed = (await store.list()).map(({ ledgerId, database }) => ledgerId + database);
    expect(listed).toEqual(['ax', 'ay', 'bx', 'by', 'cx', 'cy']);
  });

  it.each([
    { ledgerId: '', database: 'd' },
    { ledgerId: 'l', database: '' },
    { ledgerId: 'l\ud800', database: 'd' },
    { ledgerId: 'l'.repeat(70_000), database: 'd' },
    { ledgerId: 5, database: 'd' } as unknown as TrustId,
    { ledgerId: 'l' } as unknown as TrustId,
  ])('refuses a name that is none (case %#)', async (id) => {
    const [store] = await make();
    await expect(store.load(id)).rejects.toThrow(TypeError);
    await expect(store.create(id, draftAt(1n))).rejects.toThrow(TypeError);
    await expect(store.replace(id, 1, draftAt(1n))).rejects.toThrow(TypeError);
    await expect(store.recover(id, draftAt(1n), 'reason')).rejects.toThrow(TypeError);
  });
}
