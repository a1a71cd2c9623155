// Classes of class-transformer and class-validator come back as they were from every backend, and no other class reads them wrong.

import 'reflect-metadata';
import * as transformer from 'class-transformer';
import { Expose, Type } from 'class-transformer';
import * as validator from 'class-validator';
import { IsEmail, Length, ValidateNested } from 'class-validator';
import { expect, it } from 'vitest';
import { Entity, evidenceOf, Id, Index, type IndexProps, isVerified, Property } from 'immurepo';
import { classTransformer, classValidator } from 'immurepo/adapters';
import { cbor } from 'immurepo/cbor';
import { onEveryBackend } from '../repository/any-ledger.js';
import { describeServers } from '../support/describe-servers.js';

class Address {
  @Length(2, 40) city!: string;
  get label(): string {
    return `${this.city}!`;
  }
}

@Entity({ name: 'member', hydrator: 'class-transformer' })
class Member {
  declare [IndexProps]?: 'email';
  @Id({ generate: 'ulid' }) id!: string;
  @Expose({ name: 'mail' }) @IsEmail() @Index({ unique: true }) email!: string;
  @Property() balance!: bigint;
  @Type(() => Date) @Property() since!: Date;
  @ValidateNested() @Type(() => Address) @Property() addresses!: Address[];
}

/** The same record, read by our own way. */
@Entity({ name: 'member' })
class Plain {
  @Id() id!: string;
  @Property() mail!: string;
  @Property() addresses!: { city: string }[];
}

const options = {
  hydrators: [classTransformer(transformer)],
  validator: classValidator(validator),
  codec: cbor,
};

onEveryBackend('the libraries of an application', describeServers, (start) => {
  it('make and check its instances', async () => {
    const database = await start();
    const members = (await database.open([Member], options)).repository(Member);
    const address = Object.assign(new Address(), { city: 'Wien' });
    const since = new Date(0);
    const data = { email: 'ada@example.com', balance: 5n, since, addresses: [address] };
    const saved = await members.save(members.create(data));

    const there = (await database.open([Member], options)).repository(Member);
    const found = await there.findOneBy({ email: 'ada@example.com' });
    expect(found).toEqual(saved);
    expect(found?.addresses[0]?.label).toBe('Wien!');
    expect(isVerified(found)).toBe(true);
    expect(evidenceOf(await there.save(found!)).revision).toBe(1n);

    found!.addresses.push(Object.assign(new Address(), { city: 'W' }));
    await expect(there.save(found!)).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      issues: [{ path: 'addresses[1].city' }],
    });
    const plain = (await database.open([Plain], { codecs: [cbor] })).repository(Plain);
    expect(await plain.findOrFail(saved.id)).toMatchObject({
      mail: 'ada@example.com',
      addresses: [{ city: 'Wien' }],
    });
  });
});
