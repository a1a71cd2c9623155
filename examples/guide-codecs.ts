// Guide of README.md: other bytes for the same values.
import { Entity, Id, openLedger, Property } from 'immurepo';
import { cbor } from 'immurepo/cbor';
import { messagePack } from 'immurepo/message-pack';

@Entity({ name: 'reading' })
class Reading {
  @Id() id!: string;
  @Property() values!: Map<string, number>;
}

@Entity({ name: 'event', codec: messagePack })
class Event {
  @Id() id!: string;
  @Property() at!: Date;
}

const plain = await openLedger({ path: './ledger', entities: [Reading] });
const readings = plain.repository(Reading);
await readings.save(readings.create({ id: 'r1', values: new Map([['kWh', 0.5]]) }));
await plain.close();

const ledger = await openLedger({ path: './ledger', entities: [Reading, Event], codec: cbor });
const now = ledger.repository(Reading);
const reading = await now.findOrFail('r1'); // JSON, as it was written
reading.values.set('kWh', 0.75);
await now.save(reading); // CBOR from here on
console.log((await now.history('r1')).map(({ entity }) => entity?.values.get('kWh'))); // → [ 0.5, 0.75 ]
const events = ledger.repository(Event);
await events.save(events.create({ id: 'e1', at: new Date(0) }));
console.log((await events.findOrFail('e1')).at.toISOString()); // → 1970-01-01T00:00:00.000Z
console.log(await now.count(), await events.count()); // → 1 1
await ledger.close();
