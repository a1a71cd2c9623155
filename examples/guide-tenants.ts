// Guide of README.md: data that is kept apart, and processes that do not lose what another has seen.
import { Entity, evidenceOf, Id, openLedger, Property } from 'immurepo';

@Entity({ name: 'note' })
class Note {
  @Id() id!: string;
  @Property() text!: string;
}

const ledger = await openLedger({ path: './ledger', entities: [Note], createTenants: true });
const acme = await ledger.tenant('acme'); // a database of its own, with a trusted state of its own
const drafts = await ledger.namespace('drafts'); // the same database, and other keys
for (const [place, { repository }] of [
  ['tenant', { repository: acme.repository(Note) }],
  ['namespace', { repository: drafts.repository(Note) }],
] as const)
  await repository.insert(repository.create({ id: '1', text: place }));

console.log(await ledger.repository(Note).find('1')); // → undefined
const note = await drafts.repository(Note).findOrFail('1');
console.log(note.text); // → namespace

// What this process has seen, another can insist on: an older answer is then refused.
const seen = evidenceOf(note).txId;
console.log((await drafts.repository(Note).findOrFail('1', { notBefore: seen })).text); // → namespace
await ledger.close();
