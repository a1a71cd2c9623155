// What is noted of indexes when a ledger is opened: by whom, once, and what a note that cannot be believed does.

import { afterEach, expect, it } from 'vitest';
import type { Ledger } from 'immurepo';
import { encodeIndexState, type IndexState } from '../../src/codec/index-state.js';
import { encodeKey, namedKeys } from '../../src/codec/record-key.js';
import { openEngine } from '../../src/engine/engine.js';
import { entitySchemas } from '../../src/entity/entity-set.js';
import { schemaOf } from '../../src/entity/entity-schema.js';
import { IndexStates, openIndexes, type OwnedIndex } from '../../src/repository/index-states.js';
import { LyingService } from '../../src/testing/lying-service.js';
import { atEnd, endAll, openOn } from './any-ledger.js';
import { Account } from './entities.js';
import { indexOf, newestTx, OldPerson, Person, savePeople } from './reindex/people.js';

afterEach(endAll);

const schema = schemaOf(Person);
const email: OwnedIndex = { schema, index: indexOf('email') };
const initial: OwnedIndex = { schema, index: indexOf('initial') };

/** A ledger without indexes, and a service that can be made to lie to it. */
async function ledgerOn(): Promise<{ ledger: Ledger; service: LyingService }> {
  const engine = await openEngine({ databases: ['ledger'] });
  atEnd(() => engine.close());
  const service = new LyingService(engine.service, 'ledger');
  const ledger = await openOn({ service: service, ownCredentials: engine.ownCredentials }, [
    Account,
    OldPerson,
  ]);
  atEnd(() => ledger.close());
  return { ledger, service };
}

const noted = ({ client }: Ledger, owned: readonly OwnedIndex[]) => new IndexStates(client).read(owned, {});
const note = (ledger: Ledger, { index }: OwnedIndex, state: IndexState['state']) =>
  ledger.client.verifiedSet([
    { key: index.metaKey, value: encodeIndexState({ state, digest: index.digest }) },
  ]);

it('notes nothing where there are no indexes', async () => {
  const { ledger } = await ledgerOn();
  expect(await newestTx(ledger)).toBe(0n);
});

it('notes all new indexes of empty entities in one transaction, and none a second time', async () => {
  const { ledger } = await ledgerOn();
  const states = await openIndexes(ledger.client, entitySchemas([Person]), {});
  expect(await newestTx(ledger)).toBe(1n);
  await states.assertReady(email, {});
  await openIndexes(ledger.client, entitySchemas([Person]), {});
  expect(await newestTx(ledger)).toBe(1n);
});

it('notes one that is new beside one that is known, if there is nothing yet', async () => {
  const { ledger } = await ledgerOn();
  await note(ledger, email, 'building');
  await openIndexes(ledger.client, entitySchemas([Person]), {});
  expect(await noted(ledger, [email, initial])).toEqual(['building', 'ready']);
});

it('leaves what others note at the same time, and notes the rest', async () => {
  const { ledger } = await ledgerOn();
  const states = new IndexStates(ledger.client);
  await note(ledger, email, 'building');
  await states.noteNew([email, initial], 'ready', {});
  expect(await noted(ledger, [email, initial])).toEqual(['building', 'ready']);
  await expect(states.assertReady(email, {})).rejects.toMatchObject({ code: 'INDEX_NOT_READY' });
  await states.assertReady(initial, {});
});

it('notes as many as there are', async () => {
  const { ledger } = await ledgerOn();
  const owned = Array.from({ length: 1100 }, (_, n) => {
    const metaKey = encodeKey(namedKeys('meta', 'person', `i${n}`), []);
    return { schema, index: { ...email.index, name: `i${n}`, metaKey } };
  });
  await new IndexStates(ledger.client).noteNew(owned, 'building', {});
  expect(new Set(await noted(ledger, owned))).toEqual(new Set(['building']));
});

it('asks no more once an index is ready', async () => {
  const { ledger, service } = await ledgerOn();
  await savePeople(ledger.repository(OldPerson), 0, 1);
  const states = await openIndexes(ledger.client, entitySchemas([Person]), {});
  for (const state of ['building', 'ready'] as const) {
    await note(ledger, email, state);
    const ready = states.assertReady(email, {});
    if (state === 'building') await expect(ready).rejects.toMatchObject({ code: 'INDEX_NOT_READY' });
    else await ready;
  }
  service.network.goDown();
  await states.assertReady(email, {});
  service.network.recover();
});

it.each([
  ['a user who may only read', 'loggedin user does not have permissions for this operation'],
  ['a copy of a server', "database is read-only because it's a replica"],
])('opens for %s, without a note', async (_, message) => {
  const { ledger, service } = await ledgerOn();
  service.tell({
    verifiableSet: () => Promise.reject(Object.assign(new Error(message), { status: 2 })),
  });
  const states = await openIndexes(ledger.client, entitySchemas([Person]), {});
  service.end();
  await expect(states.assertReady(email, {})).rejects.toMatchObject({ code: 'INDEX_NOT_READY' });
});

it('does not open where a note cannot be written for another reason', async () => {
  const { ledger, service } = await ledgerOn();
  service.tell({
    verifiableSet: () => Promise.reject(Object.assign(new Error('no entries provided'), { status: 2 })),
  });
  const opening = openIndexes(ledger.client, entitySchemas([Person]), {});
  await expect(opening).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

it.each([
  ['is damaged', Uint8Array.of(1, 9), 'UNREADABLE_RECORD'],
  ['is of a newer version', Uint8Array.of(2, 0), 'UNSUPPORTED_FORMAT'],
])('names the index whose note %s', async (_, value, code) => {
  const { ledger } = await ledgerOn();
  await ledger.client.verifiedSet([{ key: email.index.metaKey, value }]);
  await expect(openIndexes(ledger.client, entitySchemas([Person]), {})).rejects.toMatchObject({
    ...{ code, message: expect.stringMatching(/^Person, index "email": /) as unknown },
    details: { entity: 'person', index: 'email' },
  });
});
