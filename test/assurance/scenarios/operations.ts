// Operations on what was there before the twin went its own way: both servers have it, so that only histories differ.

import { randomBytes } from 'node:crypto';
import { evidenceOf } from 'immurepo';
import { Deposit } from '../deposit.js';
import { bytes, freshKey } from '../shapes/client.js';
import type { Subject } from '../subject.js';

/** An operation by its name. */
export interface Operation {
  readonly name: string;
  readonly run: (subject: Subject) => Promise<unknown>;
}

const BASE = 'base-0';

async function keyOf({ world, place }: Subject): Promise<Uint8Array> {
  return evidenceOf(await world.writer(place).repository(Deposit).findOrFail(BASE)).key;
}

/** Every verified operation. */
export const OPERATIONS: readonly Operation[] = [
  { name: 'verifiedGet', run: async (s) => s.client.verifiedGet(await keyOf(s)) },
  { name: 'verifiedGetAll', run: async (s) => s.client.verifiedGetAll([await keyOf(s), freshKey()]) },
  { name: 'verifiedHistory', run: async (s) => s.client.verifiedHistory(await keyOf(s)) },
  { name: 'verifiedTx', run: (s) => s.client.verifiedTx(2n) },
  { name: 'verifiedSet', run: (s) => s.client.verifiedSet([{ key: freshKey(), value: bytes('mine') }]) },
  { name: 'verifiedState', run: (s) => s.client.verifiedState() },
  { name: 'find', run: (s) => s.deposits.find(BASE) },
  { name: 'findMany', run: (s) => s.deposits.findMany([BASE, 'base-1', 'nobody']) },
  { name: 'history', run: (s) => s.deposits.history(BASE) },
  { name: 'findBy', run: (s) => s.deposits.findBy({ owner: 'base' }) },
  { name: 'page', run: (s) => s.deposits.page({ limit: 3 }) },
  { name: 'count', run: (s) => s.deposits.count({ where: { owner: 'base' } }) },
  { name: 'at(tx).find', run: (s) => s.deposits.at(5n).find(BASE) },
  {
    name: 'insert',
    run: (s) => {
      const id = randomBytes(6).toString('hex');
      return s.deposits.insert(s.deposits.create({ id, owner: 'me', slip: id, amount: 1n }));
    },
  },
  { name: 'update', run: (s) => s.deposits.update(BASE, { amount: 9n }) },
  {
    name: 'transaction',
    run: (s) =>
      s.ledger.transaction(async (tx) => {
        const deposit = await tx.repository(Deposit).findOrFail(BASE);
        deposit.amount += 1n;
        await tx.repository(Deposit).save(deposit);
      }),
  },
];
