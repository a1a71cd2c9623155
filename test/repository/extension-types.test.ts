// What must and must not compile of hooks, validators, plug-ins, events and repositories of the application's own classes.
// Nothing here runs but the one test; the compiler is the judge.

import { expectTypeOf, it } from 'vitest';
import {
  Entity,
  Id,
  type Ledger,
  openLedger,
  Property,
  Repository,
  type Transaction,
  type Verified,
} from 'immurepo';
import { z } from 'zod';
import type { CommittedEntity } from '../../src/repository/ledger-events.js';
import type { TransactionRepository } from '../../src/repository/transaction/transaction-repository.js';
import { Account } from './entities.js';

class Accounts extends Repository<Account> {
  static readonly entity = Account;
  rich() {
    return this.findMany(['a']);
  }
}

/** An entity that is called as other things are. */
@Entity({ name: 'entry' })
class Entry {
  static readonly entity = 'entry';
  @Id() id!: string;
  @Property() text!: string;
}

/** Never called: its body only has to compile, and its marked lines must not. */
export async function compiles(ledger: Ledger, tx: Transaction): Promise<void> {
  expectTypeOf(ledger.repository(Accounts)).toEqualTypeOf<Accounts>();
  expectTypeOf(tx.repository(Accounts)).toEqualTypeOf<Accounts>();
  expectTypeOf(ledger.repository(Account)).toEqualTypeOf<Repository<Account>>();
  expectTypeOf(tx.repository(Account)).toEqualTypeOf<TransactionRepository<Account>>();
  expectTypeOf(ledger.repository(Entry)).toEqualTypeOf<Repository<Entry>>();
  expectTypeOf(await ledger.repository(Accounts).rich()).toEqualTypeOf<(Verified<Account> | undefined)[]>();
  // @ts-expect-error the id is a string
  await tx.repository(Accounts).find(1);

  ledger.on('committed', ({ txId, entities }) => {
    expectTypeOf(txId).toEqualTypeOf<bigint>();
    expectTypeOf(entities).toEqualTypeOf<readonly CommittedEntity[]>();
  });
  ledger.on('hook-failed', ({ hook }) => {
    expectTypeOf(hook).toEqualTypeOf<'afterSave'>();
  });
  ledger.on('tampered', ({ error }) => error.code);
  // @ts-expect-error no such event
  ledger.on('saved', () => undefined);

  const path = './ledger';
  await openLedger({
    path,
    entities: [Account],
    validator: z.object({}),
    plugins: [
      {
        name: 'log',
        afterSave: (_, { txId }) => {
          expectTypeOf(txId).toEqualTypeOf<bigint>();
        },
      },
    ],
  });
  await openLedger({ path, entities: [Account], validator: (entity) => ('id' in entity ? [] : undefined) });
  // @ts-expect-error a plug-in has a name
  await openLedger({ path, entities: [Account], plugins: [{ afterLoad: () => undefined }] });
  // @ts-expect-error a validator answers with issues
  await openLedger({ path, entities: [Account], validator: () => true });
}

it('compiles', () => {
  expectTypeOf(compiles).toBeFunction();
});
