// A user who may only read has the same repositories, and the same proofs. What such a user cannot do is refused by name,
// and leaves nothing behind.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  Entity,
  evidenceOf,
  Id,
  Index,
  type IndexProps,
  isVerified,
  type Ledger,
  openLedger,
  Property,
} from 'immurepo';
import { utf8 } from '../../../src/bytes.js';
import { callService } from '../../../src/client/call.js';
import { MemoryTrustStore } from '../../../src/trust/memory-store.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import { createDatabase } from '../../repository/open-real.js';
import { describeServers } from '../../support/describe-servers.js';

const READ = 1;
const PASSWORD = 'Reader-1234';

@Entity({ name: 'book' })
class Book {
  declare [IndexProps]?: 'author' | 'isbn';
  @Id() id!: string;
  @Index() author!: string;
  @Index({ unique: true }) isbn!: string;
  @Property() copies!: bigint;
}

describeServers('repositories of a user who may only read', (server) => {
  const user = `reader_${randomBytes(4).toString('hex')}`;
  let writer: Ledger;
  let reader: Ledger;

  beforeAll(async () => {
    const database = await createDatabase(server);
    const open = (who: string) =>
      openLedger({
        url: `immudb://${who}@${server.address}/${database}`,
        entities: [Book],
        trust: { key: server.publicKeyPem, store: new MemoryTrustStore(), ledgerId: 'test' },
      });
    writer = await open('immudb:immudb');
    const books = writer.repository(Book);
    await books.saveMany(
      Array.from({ length: 12 }, (_, n) =>
        books.create({ id: `b${n}`, author: n % 2 ? 'ada' : 'bob', isbn: `isbn-${n}`, copies: BigInt(n) }),
      ),
    );
    await books.update('b1', { copies: 100n });
    await books.delete('b2');
    const request = { user: utf8(user), password: utf8(PASSWORD), permission: READ, database };
    const { createUser } = ImmuServiceDefinition.methods;
    await callService(writer.client.connection, createUser, request, { kind: 'control' });
    reader = await open(`${user}:${PASSWORD}`);
  });
  afterAll(async () => {
    await reader.close();
    await writer.close();
  });

  it('reads as everybody does, with proofs', async () => {
    const books = reader.repository(Book);
    const found = await books.findOrFail('b1');
    expect(found.copies).toBe(100n);
    expect(evidenceOf(found).revision).toBe(2n);
    expect(await books.find('b2')).toBeUndefined();
    expect(await books.exists('b3')).toBe(true);
    const many = await books.findMany(['b11', 'nobody', 'b2', 'b1']);
    expect(many.map((book) => book?.id)).toEqual(['b11', undefined, undefined, 'b1']);
    expect(many.filter((book) => book !== undefined).every(isVerified)).toBe(true);
    expect((await books.history('b1')).map(({ revision }) => revision)).toEqual([1n, 2n]);
    expect((await books.findBy({ author: 'ada' })).map(({ id }) => id).sort()).toEqual([
      'b1',
      'b11',
      'b3',
      'b5',
      'b7',
      'b9',
    ]);
    expect((await books.findOneBy({ isbn: 'isbn-4' }))?.id).toBe('b4');
    expect(await books.count()).toBe(11);
    const past = await books.at(evidenceOf(many[0]!).txId).find('b1');
    expect(past?.copies).toBe(1n);
    expect(await reader.verifyState()).toEqual(await writer.verifyState());
  });

  it('reads in a transaction too', async () => {
    const sum = await reader.transaction(async (tx) => {
      const books = tx.repository(Book);
      return (await books.findOrFail('b1')).copies + (await books.findOrFail('b3')).copies;
    });
    expect(sum).toBe(103n);
  });

  it('is refused what would write, by name, and nothing is written', async () => {
    const books = reader.repository(Book);
    const refused = { code: 'PERMISSION_DENIED', message: expect.stringContaining(user) as string };
    const fresh = () => books.create({ id: 'new', author: 'eve', isbn: 'isbn-new', copies: 1n });
    await expect(books.save(fresh())).rejects.toMatchObject(refused);
    await expect(books.insert(fresh())).rejects.toMatchObject(refused);
    await expect(books.saveMany([fresh()])).rejects.toMatchObject(refused);
    await expect(books.update('b1', { copies: 0n })).rejects.toMatchObject(refused);
    await expect(books.delete('b1')).rejects.toMatchObject(refused);
    await expect(
      reader.transaction((tx) => tx.repository(Book).update('b1', { copies: 0n })),
    ).rejects.toMatchObject(refused);
    expect(await writer.repository(Book).find('new')).toBeUndefined();
    expect((await writer.repository(Book).findOrFail('b1')).copies).toBe(100n);
  });
});
