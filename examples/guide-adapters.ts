// Guide of README.md: class-transformer and class-validator.
import 'reflect-metadata';
import { Type } from 'class-transformer';
import { IsEmail, Length, ValidateNested } from 'class-validator';
import { Entity, Id, openLedger, Property } from 'immurepo';
import { classTransformer, classValidator } from 'immurepo/adapters';

class Address {
  @Length(2, 40) city!: string;
}

@Entity({ name: 'member', hydrator: 'class-transformer' })
class Member {
  @Id({ generate: 'ulid' }) id!: string;
  @IsEmail() @Property() email!: string;
  @ValidateNested() @Type(() => Address) @Property() addresses: Address[] = [];
}

const ledger = await openLedger({
  path: './ledger',
  entities: [Member],
  hydrators: [classTransformer(await import('class-transformer'))],
  validator: classValidator(await import('class-validator')),
});
const members = ledger.repository(Member);
const member = members.create({ email: 'ada@example.com', addresses: [] });
member.addresses.push(Object.assign(new Address(), { city: 'Wien' }));
await members.save(member);
console.log((await members.findOrFail(member.id)).addresses[0] instanceof Address); // → true

member.addresses.push(Object.assign(new Address(), { city: 'W' }));
const refused = await members.save(member).catch((error: unknown) => error);
console.log(String(refused).includes('addresses[1].city')); // → true
console.log((await members.findOrFail(member.id)).addresses.length); // → 1
await ledger.close();
