// Guide of README.md: who, why, when, and what it was.
import { Entity, evidenceOf, Id, openLedger, Property } from 'immurepo';

@Entity({ name: 'contract' })
class Contract {
  @Id() id!: string;
  @Property() party!: string;
  @Property() price!: bigint;
}

const ledger = await openLedger({ path: './ledger', entities: [Contract], requireActor: true });
const contracts = ledger.repository(Contract);

await ledger.as({ actor: 'ada', correlationId: 'req-1' }, async () => {
  await contracts.insert(contracts.create({ id: 'c-7', party: 'Grace', price: 100n }));
  await ledger.as({ reason: 'indexation' }, () => contracts.update('c-7', { price: 103n }));
});
const signed = evidenceOf(await contracts.findOrFail('c-7')).txId;
await ledger.as({ actor: 'bob' }, () => contracts.delete('c-7'));

for (const { revision, actor, reason, deleted, entity } of await contracts.history('c-7'))
  console.log(revision, actor, reason, deleted ? 'deleted' : entity?.price);
// → 1n ada undefined 100n
// → 2n ada indexation 103n
// → 3n bob undefined deleted

const [change] = await contracts.diff('c-7', 1n, 2n);
console.log(change?.property, change?.before, change?.after); // → price 100n 103n
console.log(await contracts.find('c-7')); // → undefined
console.log((await contracts.at(signed).find('c-7'))?.price); // → 103n
console.log(await contracts.at(new Date('2020-01-01')).count()); // → 0

await ledger.as({ actor: 'ada', reason: 'deleted by mistake' }, () => contracts.restore('c-7', 2n));
console.log((await contracts.findOrFail('c-7')).party); // → Grace
await ledger.close();
