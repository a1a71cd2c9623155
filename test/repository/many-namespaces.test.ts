// A process may use many ledgers, namespaces and tenants, one after another: what those did that are done with must not slow
// what is done now.

import type { Repository } from 'immurepo';
import { memoryLedger } from 'immurepo/testing';
import { expect, it } from 'vitest';
import { Account } from './entities.js';

const NAMESPACES = 250;
const FINDS = 300;

/** Processor time of a few reads, the least of some rounds: others are at work on this machine, too. */
async function costOf(accounts: Repository<Account>): Promise<number> {
  const rounds: number[] = [];
  for (let round = 0; round < 3; round++) {
    const before = process.cpuUsage();
    for (let find = 0; find < FINDS; find++) await accounts.find('a');
    const { user, system } = process.cpuUsage(before);
    rounds.push(user + system);
  }
  return Math.min(...rounds);
}

it('reads as fast after many namespaces have been used as before', { timeout: 60_000 }, async () => {
  await using ledger = await memoryLedger({ entities: [Account] });
  const accounts = ledger.repository(Account);
  await accounts.save(accounts.create({ id: 'a', email: 'a@example.org', balance: 1n }));
  await costOf(accounts);
  const before = await costOf(accounts);
  for (let number = 0; number < NAMESPACES; number++) {
    const other = await ledger.namespace(`n${number}`);
    await other.as({ actor: 'ada' }, () => other.transaction(() => Promise.resolve()));
  }
  expect((await costOf(accounts)) / before).toBeLessThan(3);
});
