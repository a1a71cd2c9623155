// Finding on a real immudb, against the same requests sent by grpc-js alone.

import { evidenceOf, type Ledger } from 'immurepo';
import { KeyListRequest, KeyRequest } from '../../src/wire/immudb/schema/kv.js';
import { Account } from './account.js';
import { captured } from './captured.js';
import { type Field, fill } from './field.js';
import { against, both } from './pairs.js';
import { pathOf } from './raw.js';
import type { Row } from './report.js';
import type { Size } from './size.js';

const ENTITIES = 1000;
const MANY = 100;

/** One at a time: `find`, with its proof and without. */
export async function finds(field: Field, size: Size): Promise<Row[]> {
  const { raw, cold, warm, embedded, embeddedCold } = field;
  const stored = await fill(warm, ENTITIES);
  const inFolder = await fill(embedded, ENTITIES);
  const inFolderCold = await fill(embeddedCold, ENTITIES);
  const keys = stored.map((one) => evidenceOf(one).key);
  const at = <T>(list: readonly T[], index: number): T => list[(index * 7919) % list.length]!;
  const find = (ledger: Ledger, entities: readonly Account[]) => (index: number) =>
    ledger.repository(Account).findOrFail(at(entities, index).id);
  await cold.verifyState();
  const proofs = await captured(cold.client, 'VerifiableGet', () =>
    Promise.allSettled(stored.map(({ id }) => cold.repository(Account).find(id))),
  );
  const gets = keys.map((key) => KeyRequest.encode(KeyRequest.create({ key })).finish());
  const [rawProof, rawGet, clientCold, clientWarm, repoCold, repoWarm, folderCold, folderWarm] = await both(
    [
      ['raw VerifiableGet', (index) => raw.call(pathOf({ name: 'VerifiableGet' }), at(proofs, index))],
      ['raw Get', (index) => raw.call(pathOf({ name: 'Get' }), at(gets, index))],
      ['client.verifiedGet, with its proof', (index) => cold.client.verifiedGet(at(keys, index))],
      ['client.verifiedGet, proven before', (index) => warm.client.verifiedGet(at(keys, index))],
      ['find, with its proof', find(cold, stored)],
      ['find, proven before', find(warm, stored)],
      ['find with its proof, embedded', find(embeddedCold, inFolderCold)],
      ['find proven before, embedded', find(embedded, inFolder)],
    ],
    1500,
    size,
  );
  return [
    ...against('client.verifiedGet with its proof', clientCold!, rawProof!),
    ...against('find with its proof', repoCold!, rawProof!, 0.9),
    ...against('find with its proof, embedded', folderCold!, rawProof!),
    ...against('client.verifiedGet of what was proven before', clientWarm!, rawGet!),
    ...against('find of what was proven before', repoWarm!, rawGet!, 0.7),
    ...against('find of what was proven before, embedded', folderWarm!, rawGet!),
  ];
}

/** A hundred at a time: `findMany`. */
export async function findsOfMany({ raw, cold, warm, embedded }: Field, size: Size): Promise<Row[]> {
  const stored = await fill(warm, ENTITIES);
  const inFolder = await fill(embedded, ENTITIES);
  const idsOf = (entities: readonly Account[], index: number) =>
    Array.from({ length: MANY }, (_, i) => entities[(index * 37 + i * 7) % entities.length]!.id);
  const keysOf = (index: number) =>
    Array.from({ length: MANY }, (_, i) => evidenceOf(stored[(index * 37 + i * 7) % ENTITIES]!).key);
  const requests = Array.from({ length: ENTITIES }, (_, index) =>
    KeyListRequest.encode({ keys: keysOf(index), sinceTx: 0n }).finish(),
  );
  const findMany = (ledger: Ledger, entities: readonly Account[]) => (index: number) =>
    ledger.repository(Account).findMany(idsOf(entities, index));
  const [rawAll, client, repoCold, repoWarm, folder] = await both(
    [
      ['raw GetAll of 100', (index) => raw.call(pathOf({ name: 'GetAll' }), requests[index % ENTITIES]!)],
      ['client.verifiedGetAll, proven before', (index) => warm.client.verifiedGetAll(keysOf(index))],
      ['findMany(100), with proofs', findMany(cold, stored), 0.1],
      ['findMany(100), proven before', findMany(warm, stored)],
      ['findMany(100), embedded', findMany(embedded, inFolder)],
    ],
    300,
    size,
  );
  return [
    ...against('client.verifiedGetAll of 100, proven before', client!, rawAll!),
    ...against('findMany(100) with proofs', repoCold!, rawAll!),
    ...against('findMany(100) of what was proven before', repoWarm!, rawAll!, 0.6),
    ...against('findMany(100), embedded', folder!, rawAll!),
  ];
}
