// The operations of a repository: each is a few verified operations of the client, and decodes what they prove.

import { randomBytes } from 'node:crypto';
import { evidenceOf, type Verified } from 'immurepo';
import { Deposit } from '../deposit.js';
import type { Subject } from '../subject.js';
import type { Prepared, Shape } from './shape.js';

const fresh = (hint: string): string => `${hint}-${randomBytes(6).toString('hex')}`;

/** Deposits of one owner, written by somebody else. */
async function deposited({ world, place }: Subject, count = 3) {
  const deposits = world.writer(place).repository(Deposit);
  const owner = fresh('owner');
  const all = await deposits.saveMany(
    Array.from({ length: count }, (_, n) =>
      deposits.create({ id: `${owner}-${n}`, owner, slip: `${owner}-${n}`, amount: BigInt(n) }),
    ),
  );
  return { deposits, owner, all, first: all[0]! };
}

/** One deposit in three revisions, and another one. */
async function changed(subject: Subject) {
  const { deposits, owner, first, all } = await deposited(subject, 2);
  const { key, txId: earlierTx } = evidenceOf(first);
  for (const amount of [100n, 200n]) {
    first.amount = amount;
    await deposits.save(first);
  }
  const scene = { key, otherKey: evidenceOf(all[1]!).key, earlierTx };
  return { ...scene, owner, id: first.id, otherId: all[1]!.id };
}

const repository = (
  name: string,
  rpcs: Shape['rpcs'],
  prepare: Shape['prepare'],
  more: Partial<Shape> = {},
): Shape => ({ name, level: 'repository', rpcs, prepare, ...more });

async function loaded(subject: Subject): Promise<Prepared & { readonly entity: Verified<Deposit> }> {
  const scene = await changed(subject);
  const entity = await subject.deposits.findOrFail(scene.id);
  return { ...scene, entity, run: () => Promise.resolve() };
}

const created = ({ deposits }: Subject, id = fresh('new')): Deposit =>
  deposits.create({ id, owner: 'me', slip: id, amount: 1n });

const LISTED: Shape['rpcs'] = ['CurrentState', 'Scan', 'GetAll', 'VerifiableTxById'];

const collected = async (items: AsyncIterable<unknown>): Promise<unknown[]> => {
  const all: unknown[] = [];
  for await (const item of items) all.push(item);
  return all;
};

export const REPOSITORY_SHAPES: readonly Shape[] = [
  repository('find', ['VerifiableGet'], async (subject) => {
    const scene = await changed(subject);
    return { ...scene, run: () => subject.deposits.find(scene.id) };
  }),
  repository(
    'find again',
    ['Get'],
    async (subject) => {
      const scene = await changed(subject);
      await subject.deposits.find(scene.id);
      return { ...scene, run: () => subject.deposits.find(scene.id) };
    },
    { warm: true },
  ),
  repository('findMany', ['GetAll', 'VerifiableTxById'], async (subject) => {
    const scene = await changed(subject);
    return { ...scene, run: () => subject.deposits.findMany([scene.id, scene.otherId]) };
  }),
  repository('history', ['History', 'VerifiableTxById'], async (subject) => {
    const scene = await changed(subject);
    return { ...scene, run: () => subject.deposits.history(scene.id) };
  }),
  repository(
    'revisions',
    ['VerifiableGet'],
    async (subject) => {
      const scene = await changed(subject);
      return { ...scene, run: () => collected(subject.deposits.revisions(scene.id)) };
    },
    { inSteps: true },
  ),
  repository('findBy', LISTED, async (subject) => {
    const { owner } = await deposited(subject);
    return { run: () => subject.deposits.findBy({ owner }) };
  }),
  repository(
    'findOneBy unique',
    ['VerifiableGet'],
    async (subject) => {
      const { first } = await deposited(subject);
      return { run: () => subject.deposits.findOneBy({ slip: first.slip }) };
    },
    { inSteps: true },
  ),
  repository(
    'page',
    LISTED,
    async (subject) => {
      const { owner } = await deposited(subject);
      return { run: async () => (await subject.deposits.page({ where: { owner } })).items };
    },
    { inSteps: true },
  ),
  repository(
    'stream',
    LISTED,
    async (subject) => {
      const { owner } = await deposited(subject);
      return { run: () => collected(subject.deposits.streamBy({ owner })) };
    },
    { inSteps: true },
  ),
  repository(
    'count',
    LISTED,
    async (subject) => {
      const { owner } = await deposited(subject);
      return { run: () => subject.deposits.count({ where: { owner } }) };
    },
    { inSteps: true },
  ),
  repository(
    'at(tx).find',
    ['VerifiableGet'],
    async (subject) => {
      const scene = await changed(subject);
      return { ...scene, run: () => subject.deposits.at(scene.earlierTx + 1n).find(scene.id) };
    },
    { inSteps: true },
  ),
  repository(
    'at(Date).find',
    ['CurrentState', 'VerifiableTxById', 'VerifiableGet'],
    async (subject) => {
      const scene = await changed(subject);
      const now = new Date();
      return { ...scene, run: () => subject.deposits.at(now).find(scene.id) };
    },
    { inSteps: true },
  ),
  repository(
    'insert',
    ['VerifiableSet'],
    (subject) => {
      const entity = created(subject);
      return Promise.resolve({ run: () => subject.deposits.insert(entity) });
    },
    { writes: true },
  ),
  repository(
    'save',
    ['VerifiableSet'],
    async (subject) => {
      const { entity, ...scene } = await loaded(subject);
      entity.amount += 1n;
      return { ...scene, run: () => subject.deposits.save(entity) };
    },
    { writes: true },
  ),
  repository(
    'saveMany',
    ['VerifiableSet'],
    async (subject) => {
      const { entity, ...scene } = await loaded(subject);
      entity.amount += 1n;
      const more = await subject.deposits.findOrFail(`${entity.owner}-1`);
      more.amount += 1n;
      return { ...scene, run: () => subject.deposits.saveMany([entity, more]) };
    },
    { writes: true },
  ),
  repository(
    'update',
    ['VerifiableGet', 'VerifiableSet'],
    async (subject) => {
      const scene = await changed(subject);
      return { ...scene, run: () => subject.deposits.update(scene.id, { amount: 7n }) };
    },
    { writes: true, inSteps: true },
  ),
  repository(
    'delete',
    ['VerifiableSet'],
    async (subject) => {
      const { entity, ...scene } = await loaded(subject);
      return { ...scene, run: () => subject.deposits.delete(entity) };
    },
    { writes: true },
  ),
  repository(
    'transaction',
    ['VerifiableGet', 'VerifiableSet'],
    async (subject) => {
      const scene = await changed(subject);
      const run = () =>
        subject.ledger.transaction(async (tx) => {
          const deposits = tx.repository(Deposit);
          const entity = await deposits.findOrFail(scene.id);
          entity.amount += 1n;
          await deposits.save(entity);
        });
      return { ...scene, run };
    },
    { writes: true, inSteps: true },
  ),
];
