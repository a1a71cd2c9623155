// What a service does when its store lies, as README.md shows it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Entity, Id, Property } from 'immurepo';
import { memoryLedger, tamper } from 'immurepo/testing';

@Entity({ name: 'account', version: 1 })
class Account {
  @Id({ generate: 'ulid' }) id!: string;
  @Property() owner!: string;
  @Property() balance!: bigint;
}

void test('a balance edited in the store raises the alarm', async () => {
  const ledger = await memoryLedger({ entities: [Account] });
  const accounts = ledger.repository(Account);
  const ada = await accounts.save(accounts.create({ owner: 'Ada', balance: 10n }));
  const alarms: string[] = []; // what your service would page somebody with
  ledger.on('tampered', ({ error }) => alarms.push(error.code));

  await tamper(ledger).forge(Account, ada.id, { balance: 1_000_000n });
  await assert.rejects(accounts.find(ada.id), { name: 'VerificationError' });
  assert.deepEqual(alarms, ['BINDING_MISMATCH']);

  await tamper(ledger).honest();
  assert.equal((await accounts.findOrFail(ada.id)).balance, 10n);
  await ledger.close();
});
