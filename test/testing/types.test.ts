// What must and must not compile. Nothing here runs but the one test; the compiler is the judge.

import { expectTypeOf, it } from 'vitest';
import { type Ledger, type openLedger } from 'immurepo';
import { memoryLedger, MemoryServer, tamper, type Tampering } from 'immurepo/testing';
import { Account, OrderLine } from '../repository/entities.js';

/** Never called: its body only has to compile, and its marked lines must not. */
export async function compiles(server: MemoryServer, open: typeof openLedger): Promise<void> {
  const ledger = await memoryLedger({ entities: [Account] });
  expectTypeOf(ledger).toEqualTypeOf<Ledger>();
  expectTypeOf(await server.open({ entities: [Account] })).toEqualTypeOf<Ledger>();
  expectTypeOf(tamper(ledger)).toEqualTypeOf<Tampering>();
  await memoryLedger({ entities: [Account], now: () => new Date(), database: 'x', timeoutMs: 1, memory: {} });
  // @ts-expect-error entities are required
  await memoryLedger({});
  // @ts-expect-error it is in no folder
  await memoryLedger({ entities: [Account], path: './ledger' });
  // @ts-expect-error a clock tells a date
  await memoryLedger({ entities: [Account], now: () => 0 });
  // @ts-expect-error trust is by a key or at first use, not by both
  await memoryLedger({ entities: [Account], trust: { key: 'pem', firstUse: true } });
  // @ts-expect-error the database is the server's
  await server.open({ entities: [Account], database: 'x' });
  // @ts-expect-error entities are the ledger's
  await MemoryServer.start({ entities: [Account] });
  // @ts-expect-error use start()
  new MemoryServer();

  tamper(server);
  // What was opened otherwise is of the same type: it is refused when the test runs.
  tamper(await open({ path: 'x', entities: [Account] }));
  // @ts-expect-error a ledger, not its repository
  tamper(ledger.repository(Account));
  // @ts-expect-error there is nothing to tamper with
  tamper(undefined);

  const tampering = tamper(ledger);
  await tampering.forge(Account, 'x', { balance: 1n, note: undefined });
  await tampering.forge(OrderLine, { order: 'o', line: 1 }, { quantity: 2 });
  // @ts-expect-error balance is a bigint
  await tampering.forge(Account, 'x', { balance: 1 });
  // @ts-expect-error no such property
  await tampering.forge(Account, 'x', { nick: 'x' });
  // @ts-expect-error the id is what it is about
  await tampering.forge(Account, 'x', { id: 'y' });
  // @ts-expect-error what is forged must be said
  await tampering.forge(Account, 'x');
  // @ts-expect-error the id is a string
  await tampering.withhold(Account, 1);
  // @ts-expect-error a part of the id is missing
  await tampering.withhold(OrderLine, { order: 'o' });
  // @ts-expect-error an instance is no class
  await tampering.withhold(new Account(), 'x');
  // @ts-expect-error the other id is of the same class
  await tampering.swap(Account, 'x', { order: 'o', line: 1 });
  // @ts-expect-error revisions are bigint
  await tampering.replay(Account, 'x', 1);
  // @ts-expect-error which one must be said
  await tampering.withholdRevision(Account, 'x');
  // @ts-expect-error transaction ids are bigint
  await tampering.rollBack(1);
  // @ts-expect-error where it forks must be said
  await tampering.fork();
  // @ts-expect-error before or after the commit
  await tampering.crash('soon');
  // @ts-expect-error a count is a number
  await tampering.loseAnswers(1n);
  expectTypeOf(tampering.honest()).toEqualTypeOf<Promise<void>>();
}

it('compiles', () => {
  expectTypeOf(compiles).toBeFunction();
});
