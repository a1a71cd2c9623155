// Clients move amounts between accounts on a real server while their connections are cut and the server is killed. A short
// run; longer ones: IMMUREPO_BANK_SECONDS.

import type { Ledger } from 'immurepo';
import { memoryLedger } from 'immurepo/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isGoInstalled } from '../support/real-server.js';
import { bankRun } from './bank/bank-run.js';
import { checkBank } from './bank/check-bank.js';
import { type Attempted, moveAmounts } from './bank/client.js';
import { Account, Transfer } from './bank/entities.js';

const SECONDS = Number(process.env.IMMUREPO_BANK_SECONDS ?? 6);
/** A server is killed about so often. */
const SECONDS_PER_KILL = 5;

describe.skipIf(!process.env.CI && !(await isGoInstalled()))('a bank (real immudb)', () => {
  it(
    `has the same sum after ${SECONDS} seconds of cut connections and killed servers`,
    { timeout: 60_000 + SECONDS * 2_000 },
    async () => {
      const report = await bankRun({
        clients: 8,
        accounts: 10,
        durationMs: SECONDS * 1000,
        kills: Math.max(1, Math.round(SECONDS / SECONDS_PER_KILL)),
        cutEveryMs: 300,
      });
      const { done, refused, unknown, retried, cuts, kills } = report;
      console.log(
        `${done} transfers made, ${retried} of their attempts again; refused: ${JSON.stringify(refused)}; of unknown outcome: ` +
          `${JSON.stringify(unknown)}; ${cuts} connections cut, ${kills} servers killed`,
      );
      expect(done).toBeGreaterThan(0);
      expect(cuts).toBeGreaterThan(0);
    },
  );
});

describe('the check of the bank', () => {
  const accounts = ['a0', 'a1', 'a2'];
  let ledger: Ledger;
  let told: readonly Attempted[];

  beforeEach(async () => {
    ledger = await memoryLedger({ entities: [Account, Transfer] });
    const all = ledger.repository(Account);
    await all.insertMany(accounts.map((id) => all.create({ id, balance: 100n })));
    let left = 5;
    told = await moveAmounts(ledger, 'c', accounts, () => left-- === 0);
  });
  afterEach(() => ledger.close());

  const check = (claims: readonly Attempted[]) => checkBank(ledger, accounts, 100n, claims);
  const changed = (result: Attempted['result'], change: object) =>
    told.map((one) => (one.result === result ? { ...one, ...change } : one));

  it('takes what is so', async () => {
    const { done, refused } = await check(told);
    expect(done + (refused.poor ?? 0)).toBe(5);
    expect(done).toBeGreaterThan(0);
    // Nobody knew, and it was made: that may be.
    expect((await check(changed('done', { result: 'unknown' }))).unknown.made).toBe(done);
  });

  it('misses what was acknowledged and is not there', async () => {
    const gone = { ...told[0]!, id: 'gone', result: 'done' } as const;
    await expect(check([...told, gone])).rejects.toThrow('gone was acknowledged, and is gone');
  });

  it('finds what was refused, and what nobody made', async () => {
    await expect(check(changed('done', { result: 'refused' }))).rejects.toThrow(/was refused, and is in/);
    await expect(check([])).rejects.toThrow(/Nobody made transfer c-/);
  });

  it('notices money that came from nowhere, and an update that was lost', async () => {
    const { from, to } = told.find(({ result }) => result === 'done')!;
    const all = ledger.repository(Account);
    const giver = await all.findOrFail(from);
    giver.balance += 1n;
    await all.save(giver);
    await expect(check(told)).rejects.toThrow(/^The accounts hold 301, and held 300/);
    const taker = await all.findOrFail(to);
    taker.balance -= 1n;
    await all.save(taker);
    await expect(check(told)).rejects.toThrow(/changed \d times, by \d transfers/);
  });

  it('does not take a conflict over what did not change', async () => {
    const sight = new Map([['a0', 1_000_000n]]);
    const conflict = { ...told[0]!, id: 'x', result: 'refused', code: 'CONFLICT', sights: [sight] } as const;
    const again = { ...conflict, code: 'poor', sights: [sight, sight] };
    for (const changes of [[], ['bank-account "a0"'], ['bank-account "a1"']])
      await expect(check([...told, { ...conflict, changed: changes }])).rejects.toThrow(
        /met a conflict over/,
      );
    await expect(check([...told, again])).rejects.toThrow('x was tried again, and nothing had changed');
  });
});
