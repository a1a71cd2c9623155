// What must and must not compile. Nothing here runs but the one test; the compiler is the judge.
/* eslint-disable @typescript-eslint/no-unused-expressions, @typescript-eslint/no-misused-spread, @typescript-eslint/no-unsafe-class-instance-assignment --
   the lines that must not compile are wrong on purpose */

import { expectTypeOf, it } from 'vitest';
import { evidenceOf, type Evidence, type Ledger, openLedger, type Repository, type Verified } from 'immurepo';
import { Account, OrderLine, Specimen } from './entities.js';

/** Never called: its body only has to compile, and its marked lines must not. */
export async function compiles(ledger: Ledger): Promise<void> {
  const accounts = ledger.repository(Account);
  expectTypeOf(accounts).toEqualTypeOf<Repository<Account>>();

  // create: data without the id and without methods; everything else is required and typed
  const account = accounts.create({ email: 'ada', balance: 1n });
  expectTypeOf(account).toEqualTypeOf<Account>();
  accounts.create({ id: 'given', email: 'ada', balance: 1n, note: 'x' });
  // @ts-expect-error balance is missing
  accounts.create({ email: 'ada' });
  // @ts-expect-error balance is a bigint
  accounts.create({ email: 'ada', balance: 1 });
  // @ts-expect-error no such property
  accounts.create({ email: 'ada', balance: 1n, nick: 'x' });
  // @ts-expect-error methods are not data
  accounts.create({ email: 'ada', balance: 1n, deposit: () => undefined });

  // find: typed by the id; absent is undefined, and what is found is verified
  const found = await accounts.find('x');
  expectTypeOf(found).toEqualTypeOf<Verified<Account> | undefined>();
  // @ts-expect-error it may be undefined
  found.balance;
  // @ts-expect-error the id is a string
  await accounts.find(1);
  // @ts-expect-error an id is never "everything"
  await accounts.find(undefined);
  expectTypeOf(await accounts.findOrFail('x')).toEqualTypeOf<Verified<Account>>();
  expectTypeOf(await accounts.findMany(['x'])).toEqualTypeOf<(Verified<Account> | undefined)[]>();
  await ledger.repository(Specimen).find(1n);
  // @ts-expect-error 1 and 1n are different ids
  await ledger.repository(Specimen).find(1);

  // composite ids are objects of their parts
  const lines = ledger.repository(OrderLine);
  await lines.find({ order: 'o', line: 1 });
  // @ts-expect-error a part is missing
  await lines.find({ order: 'o' });
  // @ts-expect-error not the parts in order
  await lines.find(['o', 1]);

  // a verified entity is one; a copy of it is not
  const verified = await accounts.save(account);
  expectTypeOf(verified).toExtend<Account>();
  const onlyVerified = (entity: Verified<Account>): Evidence => evidenceOf(entity);
  onlyVerified(verified);
  // @ts-expect-error never saved
  onlyVerified(account);
  // @ts-expect-error a spread has no evidence
  onlyVerified({ ...verified });
  // @ts-expect-error another entity
  await accounts.save(lines.create({ order: 'o', line: 1, product: 'p', quantity: 1 }));

  // update: properties other than the id
  await accounts.update('x', { balance: 2n });
  // @ts-expect-error the id cannot be changed
  await accounts.update('x', { id: 'y' });
  // @ts-expect-error no such property
  await accounts.update('x', { nick: 'y' });
  // @ts-expect-error of another type
  await accounts.update('x', { balance: 'all' });

  expectTypeOf(evidenceOf(verified).txId).toEqualTypeOf<bigint>();
  expectTypeOf(await accounts.delete('x')).toEqualTypeOf<Evidence | undefined>();

  // @ts-expect-error entities are required
  await openLedger({ url: 'immudb://localhost' });
  // @ts-expect-error trust is by a key, by a state or at first use, not by both
  await openLedger({ url: 'immudb://localhost', entities: [Account], trust: { key: 'pem', firstUse: true } });
  // @ts-expect-error no such option
  await openLedger({ url: 'immudb://localhost', entities: [Account], retries: 3 });
}

it('compiles', () => {
  expectTypeOf(compiles).toBeFunction();
});
