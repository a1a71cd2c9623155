// The verified operations of the low-level client.

import { randomBytes } from 'node:crypto';
import type { EntryToWrite } from 'immurepo/client';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import type { Subject } from '../subject.js';
import type { Prepared, Shape } from './shape.js';

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
export const freshKey = (hint = 'k'): Uint8Array => bytes(`${hint}-${randomBytes(6).toString('hex')}`);

const expiresAt = BigInt(Math.floor(Date.now() / 1000) + 86_400);

/** A transaction of three entries, the second with metadata. */
export async function writeThree({ world, place }: Subject, keys = [freshKey(), freshKey(), freshKey()]) {
  const entries: EntryToWrite[] = keys.map((key, n) => ({ key, value: bytes(`value ${n}`) }));
  entries[1] = { ...entries[1]!, metadata: { deleted: false, nonIndexable: false, expiresAt } };
  const { txId } = await world.writer(place).client.verifiedSet(entries);
  return { keys, txId };
}

/** Two transactions, both of which wrote the same keys, and a later one. */
async function written(subject: Subject) {
  const { keys, txId: earlierTx } = await writeThree(subject);
  const { txId } = await writeThree(subject, keys);
  return { keys, key: keys[1]!, otherKey: keys[0]!, earlierTx, txId };
}

const client = (
  name: string,
  rpcs: Shape['rpcs'],
  prepare: Shape['prepare'],
  more: Partial<Shape> = {},
): Shape => ({ name, level: 'client', rpcs, prepare, ...more });

const entriesOf = (keys: readonly Uint8Array[]): EntryToWrite[] =>
  keys.map((key) => ({ key, value: bytes('mine') }));

/** A key that refers to another one, as it is, or (bound) as it was in one transaction. */
async function referred(subject: Subject, bound: boolean): Promise<Prepared> {
  const { keys, key: target, earlierTx } = await written(subject);
  const key = freshKey('reference');
  const raw = await subject.world.raw(subject.place, 'server');
  await raw.call(ImmuServiceDefinition.methods.setReference, {
    key,
    referencedKey: target,
    boundRef: bound,
    atTx: bound ? earlierTx : 0n,
  });
  return { run: () => subject.client.verifiedGet(key), key, otherKey: keys[0]!, earlierTx };
}

export const CLIENT_SHAPES: readonly Shape[] = [
  client('verifiedGet', ['VerifiableGet'], async (subject) => {
    const scene = await written(subject);
    return { ...scene, run: () => subject.client.verifiedGet(scene.key) };
  }),
  client('verifiedGet atTx', ['VerifiableGet'], async (subject) => {
    const scene = await written(subject);
    const { txId } = await writeThree(subject, scene.keys);
    return {
      ...scene,
      earlierTx: txId,
      run: () => subject.client.verifiedGet(scene.key, { atTx: scene.txId }),
    };
  }),
  client('verifiedGet by reference', ['VerifiableGet'], (subject) => referred(subject, false), {
    inSteps: true,
  }),
  client('verifiedGet by bound reference', ['VerifiableGet'], (subject) => referred(subject, true), {
    inSteps: true,
  }),
  client(
    'verifiedGet again',
    ['Get'],
    async (subject) => {
      const scene = await written(subject);
      await subject.client.verifiedGet(scene.key);
      return { ...scene, run: () => subject.client.verifiedGet(scene.key) };
    },
    { warm: true },
  ),
  client('verifiedGetAll', ['GetAll', 'VerifiableTxById'], async (subject) => {
    const [scene, more] = [await written(subject), await writeThree(subject)];
    const keys = [...scene.keys, ...more.keys];
    return { ...scene, run: () => subject.client.verifiedGetAll(keys) };
  }),
  client('verifiedHistory', ['History', 'VerifiableTxById'], async (subject) => {
    const scene = await written(subject);
    return { ...scene, run: () => subject.client.verifiedHistory(scene.key) };
  }),
  client('verifiedTx', ['VerifiableTxById'], async (subject) => {
    const scene = await written(subject);
    return { ...scene, run: () => subject.client.verifiedTx(scene.txId) };
  }),
  client(
    'verifiedSet',
    ['VerifiableSet'],
    (subject) => {
      const keys = [freshKey(), freshKey()];
      const run = () => subject.client.verifiedSet(entriesOf(keys));
      return Promise.resolve({ key: keys[0]!, otherKey: keys[1]!, run });
    },
    { writes: true },
  ),
  client('verifiedState', ['CurrentState', 'VerifiableTxById'], async (subject) => {
    const scene = await written(subject);
    return { ...scene, run: () => subject.client.verifiedState() };
  }),
];
