// Saving on a real immudb, against the same requests sent by grpc-js alone.

import type { Ledger } from 'immurepo';
import { utf8 } from '../../src/bytes.js';
import { SetRequest } from '../../src/wire/immudb/schema/kv.js';
import { VerifiableSetRequest } from '../../src/wire/immudb/schema/verifiable.js';
import { Account, newAccount } from './account.js';
import { captured } from './captured.js';
import type { Field } from './field.js';
import { against, IN_FLIGHT } from './pairs.js';
import { pathOf } from './raw.js';
import { ratio, type Row } from './report.js';
import { type Contender, measure } from './rounds.js';
import type { Size } from './size.js';

/** Coalesced saves need as many callers as there can be. */
const CALLERS = 256;
const BATCH = 1000;
/** About as long as a stored account. */
const VALUE = new Uint8Array(150);

/** One at a time: `save`. */
export async function saves({ raw, warm, coalescing, embedded }: Field, size: Size): Promise<Row[]> {
  const save = (ledger: Ledger) => (index: number) =>
    ledger.repository(Account).save(newAccount(ledger, index));
  const path = pathOf({ name: 'VerifiableSet' });
  const perRound = 1024;
  /** The very requests that saving sends, made before each round. */
  const rawSaves = (name: string, inFlight: number, count: number): Contender => {
    let first = 0;
    let requests: Uint8Array[] = [];
    return {
      ...{ name, inFlight, perRound: count },
      prepare: async (index) => {
        first = index;
        await warm.verifyState();
        requests = await captured(warm.client, 'VerifiableSet', () =>
          Promise.allSettled(Array.from({ length: count }, (_, i) => save(warm)(index + i))),
        );
      },
      op: (index) => raw.write(path, requests[index - first]!),
    };
  };
  const few = Math.round((perRound / 16) * size.scale);
  const lot = Math.round(perRound * size.scale);
  const set = (index: number) =>
    warm.client.verifiedSet([{ key: utf8(`plain ${index} ${Math.random()}`), value: VALUE }]);
  const [rawOne, one, folderOne, clientOne, rawMany, many, folderMany, clientMany, shared] = await measure(
    [
      rawSaves('raw VerifiableSet, 1 in flight', 1, few),
      { name: 'save, 1 in flight', op: save(warm), perRound: few },
      { name: 'save, embedded, 1 in flight', op: save(embedded), perRound: few },
      { name: 'client.verifiedSet, 1 in flight', op: set, perRound: few },
      rawSaves(`raw VerifiableSet, ${IN_FLIGHT} in flight`, IN_FLIGHT, lot),
      { name: `save, ${IN_FLIGHT} in flight`, op: save(warm), inFlight: IN_FLIGHT, perRound: lot },
      {
        name: `save, embedded, ${IN_FLIGHT} in flight`,
        op: save(embedded),
        inFlight: IN_FLIGHT,
        perRound: lot,
      },
      { name: `client.verifiedSet, ${IN_FLIGHT} in flight`, op: set, inFlight: IN_FLIGHT, perRound: lot },
      {
        name: `coalesced save, ${CALLERS} in flight`,
        op: save(coalescing),
        inFlight: CALLERS,
        perRound: 4 * lot,
      },
    ],
    size.rounds,
  );
  return [
    ...against(
      'client.verifiedSet',
      { one: clientOne!, many: clientMany! },
      { one: rawOne!, many: rawMany! },
    ),
    ...against('save', { one: one!, many: many! }, { one: rawOne!, many: rawMany! }, 0.85),
    ...against('save, embedded', { one: folderOne!, many: folderMany! }, { one: rawOne!, many: rawMany! }),
    ratio(`coalesced save, ${CALLERS} in flight`, shared!, rawMany!, 3),
  ];
}

/** A thousand in one transaction: `saveMany`. */
export async function savesOfMany({ raw, warm, embedded }: Field, size: Size): Promise<Row[]> {
  const batch = (ledger: Ledger, index: number) =>
    Array.from({ length: BATCH }, (_, i) => newAccount(ledger, index * BATCH + i));
  const saveMany = (ledger: Ledger) => (index: number) =>
    ledger.repository(Account).saveMany(batch(ledger, index));
  let next = 0;
  let requests: Uint8Array[] = [];
  /** The same entries and conditions in a plain set, as our request holds it. */
  const prepare = (count: number) => async () => {
    next = 0;
    const proving = await captured(warm.client, 'VerifiableSet', () =>
      Promise.allSettled(Array.from({ length: count }, (_, i) => saveMany(warm)(i))),
    );
    requests = proving.map((bytes) =>
      SetRequest.encode(VerifiableSetRequest.decode(bytes).setRequest!).finish(),
    );
  };
  const path = pathOf({ name: 'Set' });
  const rawSet = (inFlight: number, perRound: number): Contender => ({
    name: `raw Set of 1000, ${inFlight} in flight`,
    ...{ inFlight, perRound, prepare: prepare(perRound) },
    op: () => raw.write(path, requests[next++]!),
  });
  const [few, lot] = [Math.max(2, Math.round(8 * size.scale)), Math.max(8, Math.round(48 * size.scale))];
  const ours = (name: string, ledger: Ledger, inFlight: number, perRound: number): Contender => ({
    name: `${name}, ${inFlight} in flight`,
    ...{ inFlight, perRound },
    op: saveMany(ledger),
  });
  const setMany = (index: number) =>
    warm.client.verifiedSet(
      Array.from({ length: BATCH }, (_, i) => ({
        key: utf8(`plain ${index} ${i} ${Math.random()}`),
        value: VALUE,
      })),
    );
  const client = (inFlight: number, perRound: number): Contender => ({
    name: `client.verifiedSet of 1000, ${inFlight} in flight`,
    ...{ inFlight, perRound },
    op: setMany,
  });
  const [rawOne, one, folderOne, clientOne, rawMany, many, folderMany, clientMany] = await measure(
    [
      rawSet(1, few),
      ours('saveMany(1000)', warm, 1, few),
      ours('saveMany(1000), embedded', embedded, 1, few),
      client(1, few),
      rawSet(IN_FLIGHT, lot),
      ours('saveMany(1000)', warm, IN_FLIGHT, lot),
      ours('saveMany(1000), embedded', embedded, IN_FLIGHT, lot),
      client(IN_FLIGHT, lot),
    ],
    size.rounds,
  );
  const baseline = { one: rawOne!, many: rawMany! };
  return [
    ...against('client.verifiedSet of 1000', { one: clientOne!, many: clientMany! }, baseline),
    ...against('saveMany(1000)', { one: one!, many: many! }, baseline, 0.6),
    ...against('saveMany(1000), embedded', { one: folderOne!, many: folderMany! }, baseline),
  ];
}
