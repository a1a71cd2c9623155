// Records of several codecs in one ledger: each is read by the one that wrote it, and new ones are written by the one the
// ledger was opened with, on every backend.

import { expect, it } from 'vitest';
import { Entity, evidenceOf, Id, Index, type IndexProps, isVerified, type Ledger, Property } from 'immurepo';
import { cbor } from 'immurepo/cbor';
import { canonicalSuperjson, type Codec } from 'immurepo/codec';
import { messagePack } from 'immurepo/message-pack';
import { parseRecord } from '../../src/codec/parse-record.js';
import { ownJson } from '../codec/own-json.js';
import { describeServers } from '../support/describe-servers.js';
import { freshDatabaseName } from '../support/describe-real.js';
import { onEveryBackend } from './any-ledger.js';
import { Specimen } from './entities.js';

@Entity({ name: 'person' })
class Person {
  declare [IndexProps]?: 'email' | 'city';
  @Id() id!: string;
  @Index({ unique: true }) email!: string;
  @Index() city!: string;
  @Property() tags!: Set<string> | string[];
}

@Entity({ name: 'price' })
class FirstPrice {
  @Id() id!: string;
  @Property() cents!: bigint;
}

/** The same, later. */
@Entity({ name: 'price', version: 2, upcast: { 1: (stored) => ({ ...stored, currency: 'EUR' }) } })
class Price {
  @Id() id!: string;
  @Property() cents!: bigint;
  @Property() currency!: string;
}

/** Has a codec of its own. */
@Entity({ name: 'note', codec: ownJson })
class Note {
  @Id() id!: string;
  @Property() text!: string;
}

const specimen = (ledger: Ledger, id: bigint) =>
  ledger.repository(Specimen).create({
    id,
    text: 'é😀',
    integer: -0,
    big: 2n ** 70n,
    yes: true,
    when: new Date(1_700_000_000_123),
    bytes: Uint8Array.of(0, 255),
    list: ['a', null],
    tags: new Set(['b', 'a']),
    prices: new Map([
      ['b', 1n],
      ['a', -1n],
    ]),
    nested: { a: { b: [1.5] }, nothing: null },
  });

/** The number of the codec that wrote what an entity was loaded from, or saved as. */
async function codecOf(ledger: Ledger, entity: object): Promise<number> {
  const entry = await ledger.client.verifiedGet(evidenceOf(entity).key);
  return parseRecord(entry!.value).codec;
}

const ALL: { codecs: readonly Codec[] } = { codecs: [cbor, messagePack] };

onEveryBackend('codecs', describeServers, (start) => {
  it('are mixed in one ledger, and every value is to each of them what it is to the others', async () => {
    const database = await start();
    for (const [index, codec] of [canonicalSuperjson, cbor, messagePack].entries()) {
      const ledger = await database.open([Specimen], { codec, ...ALL });
      const specimens = ledger.repository(Specimen);
      const saved = await specimens.save(specimen(ledger, BigInt(index)));
      expect(await codecOf(ledger, saved)).toBe(codec.id);
      expect(isVerified(saved)).toBe(true);
    }
    const reader = await database.open([Specimen], ALL);
    const specimens = reader.repository(Specimen);
    const found = await specimens.findMany([0n, 1n, 2n]);
    for (const [index, one] of found.entries()) {
      expect(one).toEqual(specimen(reader, BigInt(index)));
      expect(Object.is(one?.integer, -0)).toBe(true);
      expect(evidenceOf(one!).revision).toBe(1n);
    }
    const { items } = await specimens.page();
    expect(items.map(({ id }) => id)).toEqual([0n, 1n, 2n]);
    expect(await specimens.count()).toBe(3);
  });

  it('find by index, and show the same history and differences, whichever wrote which revision', async () => {
    const database = await start();
    const writers = [undefined, cbor, messagePack, canonicalSuperjson];
    for (const [index, codec] of writers.entries()) {
      const ledger = await database.open([Person], { ...(codec && { codec }), ...ALL });
      const people = ledger.repository(Person);
      if (index === 0) await people.save(people.create(person(index)));
      else await people.update('ada', { city: String(index) });
    }
    const ledger = await database.open([Person], { codec: messagePack, ...ALL });
    const people = ledger.repository(Person);
    const history = await people.history('ada');
    expect(history.map(({ entity }) => entity?.city)).toEqual(['0', '1', '2', '3']);
    for (const { entity, entityVersion } of history) {
      expect(isVerified(entity)).toBe(true);
      expect(entityVersion).toBe(1);
    }
    for (const [from, to] of [
      [1n, 2n],
      [2n, 3n],
      [3n, 4n],
    ] as const)
      expect(await people.diff('ada', from, to)).toMatchObject([
        { property: 'city', after: String(to - 1n) },
      ]);
    expect(await people.findBy({ city: '3' })).toHaveLength(1);
    expect(await people.findBy({ city: '1' })).toEqual([]);
    expect(await people.at(history[1]!.txId).find('ada')).toMatchObject({ city: '1' });
  });

  it('hold what was proven until it is changed, and write it anew when it is saved by another', async () => {
    const database = await start();
    const first = await database.open([Specimen], { codec: cbor });
    await first.repository(Specimen).save(specimen(first, 1n));
    const ledger = await database.open([Specimen], { codec: messagePack, codecs: [cbor] });
    const specimens = ledger.repository(Specimen);
    const loaded = await specimens.findOrFail(1n);
    expect(await codecOf(ledger, loaded)).toBe(2);
    expect(isVerified(loaded)).toBe(true);
    loaded.tags.add('c');
    expect(isVerified(loaded)).toBe(false);
    loaded.tags.delete('c');
    expect(isVerified(loaded)).toBe(true);

    await specimens.save(loaded);
    expect(evidenceOf(loaded).revision).toBe(2n);
    expect(await codecOf(ledger, loaded)).toBe(3);
    // As it is stored now, there is nothing to write.
    await specimens.save(loaded);
    expect(evidenceOf(loaded).revision).toBe(2n);
    await specimens.save(await specimens.findOrFail(1n));
    expect(await specimens.history(1n)).toHaveLength(2);
    expect(await specimens.diff(1n, 1n, 2n)).toEqual([]);
  });

  it('that were not given are an error that says which option to add, and can be passed over', async () => {
    const database = await start();
    for (const [index, codec] of [cbor, messagePack, ownJson].entries()) {
      const ledger = await database.open([Person], { codec });
      const people = ledger.repository(Person);
      await people.save(
        people.create({ ...person(index), tags: [], id: String(index), email: `${index}@x` }),
      );
    }
    const ledger = await database.open([Person]);
    const people = ledger.repository(Person);
    for (const [id, remedy] of [
      ['0', /codec 2, .*`codecs: \[cbor\]`, imported from 'immurepo\/cbor'/],
      ['1', /codec 3, .*`codecs: \[messagePack\]`, imported from 'immurepo\/message-pack'/],
      ['2', /codec 0x8001, .*add it to `codecs`/],
    ] as const) {
      const error = { code: 'UNSUPPORTED_FORMAT', message: expect.stringMatching(remedy) as unknown };
      await expect(people.find(id)).rejects.toMatchObject(error);
      await expect(people.history(id)).rejects.toMatchObject(error);
    }
    const passedOver: string[] = [];
    const { items } = await people.page({ onUnreadable: ({ error }) => passedOver.push(error.code) });
    expect(items).toEqual([]);
    expect(passedOver).toEqual(['UNSUPPORTED_FORMAT', 'UNSUPPORTED_FORMAT', 'UNSUPPORTED_FORMAT']);
    const all = await database.open([Person], { codecs: [messagePack, ownJson, cbor] });
    expect(await all.repository(Person).count()).toBe(3);
  });

  it('of an entity go before those of the ledger, and are read without being named', async () => {
    const database = await start();
    const ledger = await database.open([Note, Person], { codec: cbor });
    const notes = ledger.repository(Note);
    const note = await notes.save(notes.create({ id: 'a', text: 'x' }));
    const people = ledger.repository(Person);
    const ada = await people.save(people.create(person(0)));
    expect([await codecOf(ledger, note), await codecOf(ledger, ada)]).toEqual([0x8001, 2]);
    const again = await database.open([Note]);
    expect(await again.repository(Note).find('a')).toEqual(notes.create({ id: 'a', text: 'x' }));
    await expect(notes.save(notes.create({ id: 'b', text: 1n as unknown as string }))).rejects.toMatchObject({
      code: 'VALUE_REFUSED',
      message:
        'Note cannot be stored: the codec "own JSON" threw: TypeError: JSON has no bigint of this kind.',
    });
  });

  it('keep the evidence of what an older version wrote, by whichever, until it is changed', async () => {
    const database = await start();
    const old = await database.open([FirstPrice], { codec: cbor });
    await old.repository(FirstPrice).save(old.repository(FirstPrice).create({ id: 'a', cents: 5n }));
    const ledger = await database.open([Price], ALL);
    const prices = ledger.repository(Price);
    const price = await prices.findOrFail('a');
    expect(price.currency).toBe('EUR');
    expect(isVerified(price)).toBe(true);
    price.currency = 'CHF';
    expect(isVerified(price)).toBe(false);
    price.currency = 'EUR';
    expect(isVerified(price)).toBe(true);
    // Its values are the same, its form is not.
    await prices.save(price);
    await prices.save(price);
    expect(isVerified(price)).toBe(true);
    const history = await prices.history('a');
    expect(history.map(({ revision, entityVersion }) => [revision, entityVersion])).toEqual([
      [1n, 1],
      [2n, 2],
    ]);
    expect(history.map(({ entity }) => isVerified(entity))).toEqual([true, true]);
  });

  it('are those of its tenants, namespaces and transactions', async () => {
    const ledger = await (await start()).open([Person], { codec: messagePack, createTenants: true });
    for (const other of [await ledger.tenant(freshDatabaseName()), await ledger.namespace('north')]) {
      const saved = await other.transaction(async (tx) => {
        const people = tx.repository(Person);
        return people.save(people.create(person(0)));
      });
      expect(await codecOf(other, saved)).toBe(3);
      expect(await other.repository(Person).find('ada')).toMatchObject({ city: '0' });
    }
  });
});

function person(index: number) {
  return { id: 'ada', email: 'ada@example.com', city: String(index), tags: new Set(['b', 'a']) };
}
