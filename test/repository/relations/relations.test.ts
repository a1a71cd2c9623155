// References are stored as ids, lead to proven entities of the ledger they were read from, and may mean one revision for ever.

import { describe, expect, it } from 'vitest';
import { evidenceOf, type Ledger, Ref } from 'immurepo';
import { describeServers } from '../../support/describe-servers.js';
import { onEveryBackend } from '../any-ledger.js';
import { Complaint, Customer, Order, OrderLine, SHOP } from './shop.js';

const repositoriesOf = (ledger: Ledger) => ({
  customers: ledger.repository(Customer),
  orders: ledger.repository(Order),
  lines: ledger.repository(OrderLine),
});

onEveryBackend('relations', describeServers, (start) => {
  const opened = async () => {
    const database = await start();
    const [ledger, other] = [await database.open(SHOP), await database.open(SHOP)];
    const here = repositoriesOf(ledger);
    const ada = await here.customers.save(here.customers.create({ id: 'ada', name: 'Ada' }));
    const order = here.orders.create({ id: 'o1', customer: Ref.to(ada), replaces: null, total: 5n });
    await here.orders.save(order);
    return { database, ledger, here, ada, order, there: repositoriesOf(other), other };
  };

  it('load what they refer to, with evidence of its own', async () => {
    const { there, ada, order: made } = await opened();
    const order = await there.orders.findOrFail('o1');
    expect(order.customer).toBeInstanceOf(Ref);
    expect(order.customer.id).toBe('ada');
    const loaded = await order.customer.load();
    expect(loaded).toBeInstanceOf(Customer);
    expect(loaded?.name).toBe('Ada');
    expect(evidenceOf(loaded!).txId).toBe(evidenceOf(ada).txId);
    expect(await there.orders.ref('none').load()).toBeUndefined();
    // So does one of an entity that was made here.
    expect((await made.customer.load())?.name).toBe('Ada');
  });

  it('that are pinned mean one revision, whatever is saved later', async () => {
    const { here, there, ada } = await opened();
    const signed = here.customers.pin(ada);
    await here.orders.save(here.orders.create({ id: 'o2', customer: signed, replaces: null, total: 1n }));
    await here.customers.update('ada', { name: 'Countess' });
    const order = await there.orders.findOrFail('o2');
    expect(order.customer.pin).toEqual({
      revision: 1n,
      txId: evidenceOf(ada).txId,
      digest: signed.pin?.digest,
    });
    expect((await order.customer.load())?.name).toBe('Ada');
    expect((await there.customers.find('ada'))?.name).toBe('Countess');
    await here.customers.delete('ada');
    const kept = await order.customer.load();
    expect(kept?.name).toBe('Ada');
    expect(evidenceOf(kept!).revision).toBe(1n);
    // It is found by the customer, pinned or not.
    expect(await there.orders.findBy({ customer: 'ada' })).toHaveLength(2);
  });

  it('are found by an index, by id and by reference, and no longer once they lead elsewhere', async () => {
    const { here, there, ada, order } = await opened();
    const bob = await here.customers.save(here.customers.create({ id: 'bob', name: 'Bob' }));
    expect((await there.orders.findBy({ customer: Ref.to(ada) })).map(({ id }) => id)).toEqual(['o1']);
    expect((await there.orders.findBy({ customer: 'ada' })).map(({ id }) => id)).toEqual(['o1']);
    order.customer = Ref.to(bob);
    await here.orders.save(order);
    expect(await there.orders.findBy({ customer: 'ada' })).toEqual([]);
    expect((await there.orders.findOneBy({ customer: 'bob' }))?.id).toBe('o1');
  });

  it('lead back: an entity finds those that refer to it', async () => {
    const { here, there, ada } = await opened();
    await here.orders.save(
      here.orders.create({ id: 'o2', customer: here.customers.ref('ada'), replaces: null, total: 7n }),
    );
    const loaded = await there.customers.findOrFail('ada');
    expect((await loaded.orders.find()).map(({ id }) => id)).toEqual(['o1', 'o2']);
    expect((await loaded.orders.find({ limit: 1, desc: true })).map(({ id }) => id)).toEqual(['o2']);
    const streamed: string[] = [];
    for await (const { id } of ada.orders.stream()) streamed.push(id);
    expect(streamed).toEqual(['o1', 'o2']);
    expect(evidenceOf((await loaded.orders.find())[0]!).entity).toBe('order');
    // They are no part of the entity's data.
    expect(Object.keys(loaded)).toEqual(['id', 'name']);
    const made = Object.assign(new Customer(), { id: 'eve', name: 'Eve' });
    await here.customers.save(made);
    expect(await made.orders.find()).toEqual([]);
  });

  it('within a transaction are read by it, and guarded', async () => {
    const { ledger, other, there } = await opened();
    const seen: string[] = [];
    await ledger.transaction(async (tx) => {
      const order = await tx.repository(Order).findOrFail('o1');
      const customer = (await order.customer.load())!;
      seen.push(customer.name);
      if (seen.length === 1) await other.repository(Customer).update('ada', { name: 'Countess' });
      order.total = BigInt(customer.name.length);
      await tx.repository(Order).save(order);
    });
    expect(seen).toEqual(['Ada', 'Countess']);
    expect((await there.orders.findOrFail('o1')).total).toBe(8n);
    await ledger.transaction(async (tx) => {
      const customer = await tx.repository(Customer).findOrFail('ada');
      expect((await customer.orders.find()).map(({ id }) => id)).toEqual(['o1']);
      expect(() => customer.orders.stream()).toThrow(TypeError);
    });
  });

  it('are loaded together: in their order, twice if asked twice, pinned ones among them', async () => {
    const { here, there, ada } = await opened();
    const pinned = here.customers.pin(ada);
    await here.customers.update('ada', { name: 'Countess' });
    await here.customers.save(here.customers.create({ id: 'bob', name: 'Bob' }));
    const refs = [
      Ref.to(Customer, 'bob'),
      Ref.to(Customer, 'none'),
      pinned,
      Ref.to(Customer, 'ada'),
      Ref.to(Customer, 'bob'),
    ];
    const loaded = await there.customers.loadMany(refs);
    expect(loaded.map((customer) => customer?.name)).toEqual(['Bob', undefined, 'Ada', 'Countess', 'Bob']);
    expect(loaded[0]).not.toBe(loaded[4]);
    expect((await there.customers.load(refs[0]!))?.name).toBe('Bob');
    expect(await there.customers.loadMany([])).toEqual([]);
  });

  it('lead to entities with an id of several properties, and to others of the same class', async () => {
    const { ledger, here, there, other, order } = await opened();
    const line = await here.lines.save(here.lines.create({ order: 'o1', line: 1, sku: 'A' }));
    const complaints = ledger.repository(Complaint);
    await complaints.save(
      complaints.create({
        id: 'c1',
        about: [Ref.to(line), here.lines.pin(line), Ref.to(OrderLine, { order: 'o1', line: 1 })],
      }),
    );
    const { about } = await other.repository(Complaint).findOrFail('c1');
    expect(about.map(({ id }) => id)).toEqual([
      { order: 'o1', line: 1 },
      { order: 'o1', line: 1 },
      { order: 'o1', line: 1 },
    ]);
    expect((await about[1]!.load())?.sku).toBe('A');
    await here.orders.save(
      here.orders.create({ id: 'o2', customer: order.customer, replaces: Ref.to(order), total: 0n }),
    );
    const second = await there.orders.findOrFail('o2');
    expect((await second.replaces?.load())?.id).toBe('o1');
    expect((await there.orders.findOrFail('o1')).replaces).toBeNull();
  });

  it('keep their evidence: an entity with references is unchanged until one of them is', async () => {
    const { there } = await opened();
    const order = await there.orders.findOrFail('o1');
    expect(evidenceOf(order).revision).toBe(1n);
    expect(evidenceOf(await there.orders.save(order)).revision).toBe(1n);
    order.customer = Ref.to(Customer, 'bob');
    expect(() => evidenceOf(order)).toThrow(expect.objectContaining({ code: 'MODIFIED_ENTITY' }));
    const [selected] = await there.orders.findBy({ customer: 'ada' }, { select: ['customer', 'total'] });
    expect(selected?.customer.id).toBe('ada');
    expect(evidenceOf(selected!).revision).toBe(1n);
  });

  it('lead to entities of the namespace they were read in', async () => {
    const { ledger, here } = await opened();
    const apart = await ledger.namespace('apart');
    const there = repositoriesOf(apart);
    await there.customers.save(there.customers.create({ id: 'ada', name: 'Another' }));
    await there.orders.save(
      there.orders.create({ id: 'o1', customer: Ref.to(Customer, 'ada'), replaces: null, total: 0n }),
    );
    expect((await (await there.orders.findOrFail('o1')).customer.load())?.name).toBe('Another');
    expect((await (await here.orders.findOrFail('o1')).customer.load())?.name).toBe('Ada');
  });

  it('that are pinned to what is not stored there are refused', async () => {
    const { database, here, ada } = await opened();
    const apart = await database.open(SHOP, { namespace: 'apart' });
    const there = repositoriesOf(apart);
    const other = await there.customers.save(there.customers.create({ id: 'ada', name: 'Another' }));
    const pin = { ...here.customers.pin(ada).pin!, txId: evidenceOf(other).txId };
    const wrong = new Ref({ entityClass: Customer, id: 'ada', pin, relations: undefined });
    await expect(there.customers.load(wrong)).rejects.toMatchObject({
      code: 'PIN_MISMATCH',
      details: { entity: 'customer', revision: 1n },
    });
    expect(() => there.customers.pin(ada)).toThrow(TypeError);
  });
});

describe('a reference', () => {
  it('needs evidence of what it is pinned to', async () => {
    const { memoryLedger } = await import('immurepo/testing');
    await using ledger = await memoryLedger({ entities: SHOP });
    const customers = ledger.repository(Customer);
    const ada = customers.create({ id: 'ada', name: 'Ada' });
    expect(() => customers.pin(ada)).toThrow(expect.objectContaining({ code: 'NO_EVIDENCE' }));
    await customers.save(ada);
    ada.name = 'Countess';
    expect(() => customers.pin(ada)).toThrow(expect.objectContaining({ code: 'MODIFIED_ENTITY' }));
  });

  it('is pinned to an entity of its class, and to the revision that it names', async () => {
    const { memoryLedger } = await import('immurepo/testing');
    await using ledger = await memoryLedger({ entities: SHOP });
    const { customers, orders } = repositoriesOf(ledger);
    const ada = await customers.save(customers.create({ id: 'ada', name: 'Ada' }));
    expect(() => orders.pin(ada as never)).toThrow(
      /^pin: this is no Order, but what is stored as "customer"/,
    );
    const pin = { ...customers.pin(ada).pin!, revision: 2n };
    const wrong = new Ref({ entityClass: Customer, id: 'ada', pin, relations: undefined });
    await expect(customers.load(wrong)).rejects.toMatchObject({ code: 'PIN_MISMATCH' });
  });

  it('to a forged entity is refused, and no other way is taken', async () => {
    const { memoryLedger, tamper } = await import('immurepo/testing');
    await using ledger = await memoryLedger({ entities: SHOP });
    const { customers, orders } = repositoriesOf(ledger);
    const ada = await customers.save(customers.create({ id: 'ada', name: 'Ada' }));
    const pinned = customers.pin(ada);
    const order = orders.create({ id: 'o1', customer: pinned, replaces: null, total: 0n });
    await orders.save(order);
    const loaded = await orders.findOrFail('o1');
    await tamper(ledger).forge(Customer, 'ada', { name: 'Mallory' });
    await expect(customers.ref('ada').load()).rejects.toMatchObject({ name: 'VerificationError' });
    await expect(loaded.customer.load()).rejects.toMatchObject({ name: 'VerificationError' });
    await expect(customers.loadMany([pinned, Ref.to(ada)])).rejects.toMatchObject({
      name: 'VerificationError',
    });
    await tamper(ledger).honest();
    expect((await loaded.customer.load())?.name).toBe('Ada');
  });

  it('leads into the database of the tenant it was read from', async () => {
    const { memoryLedger } = await import('immurepo/testing');
    await using ledger = await memoryLedger({ entities: SHOP, createTenants: true });
    for (const name of ['north', 'south']) {
      const { customers, orders } = repositoriesOf(await ledger.tenant(name));
      await customers.save(customers.create({ id: 'ada', name }));
      await orders.save(
        orders.create({ id: 'o1', customer: Ref.to(Customer, 'ada'), replaces: null, total: 0n }),
      );
    }
    for (const name of ['north', 'south']) {
      const { orders } = repositoriesOf(await ledger.tenant(name));
      expect((await (await orders.findOrFail('o1')).customer.load())?.name).toBe(name);
    }
  });

  it('that was made by hand says how it is loaded', async () => {
    await expect(Ref.to(Customer, 'ada').load()).rejects.toThrow(
      'This reference to Customer belongs to no ledger: load it by ledger.repository(Customer).load(ref).',
    );
  });
});
