// Guide of README.md: the ways to write.
import { Entity, evidenceOf, Id, Index, type IndexProps, openLedger, Property } from 'immurepo';

@Entity({ name: 'device' })
class Device {
  declare [IndexProps]?: 'serial';
  @Id({ generate: 'ulid' }) id!: string;
  @Index({ unique: true }) serial!: string;
  @Property() firmware!: string;
}

const ledger = await openLedger({ path: './ledger', entities: [Device] });
const devices = ledger.repository(Device);

await devices.upsert({ serial: 'X1', firmware: '1.0' }, { by: ['serial'] });
const device = await devices.upsert({ serial: 'X1', firmware: '1.1' }, { by: ['serial'] });
console.log(evidenceOf(device).revision); // → 2n

// The same write made twice, after a timeout or by another process, is one write.
for (const _ of ['first', 'again']) {
  const loan = devices.create({ id: 'loan-9', serial: 'L9', firmware: '1.1' });
  await devices.save(loan, { idempotencyKey: 'request-4711' });
  console.log(evidenceOf(loan).revision); // → 1n
}
// → 1n

await devices.update(device.id, { firmware: '2.0' }, { force: true }); // over whatever another writer made of it
await devices.update(device.id, { firmware: '2.1' }, { expiresAt: new Date(Date.now() - 1) });
console.log(await devices.exists(device.id)); // → false

const { entries, fits } = await devices.plan([devices.create({ serial: 'X2', firmware: '1.0' })]);
console.log(entries, fits, devices.batchLimit()); // → 2 true 341
await ledger.close();
