// Lies about one record: each operation answers exactly what is documented, to a ledger that has seen the entity and to
// one that has not.

import { beforeEach, describe, expect, it } from 'vitest';
import { evidenceOf } from 'immurepo';
import { type MemoryServer, tamper, type Tampering } from 'immurepo/testing';
import { Account } from '../repository/entities.js';
import {
  type Accounts,
  fill,
  type Operation,
  operations,
  outcome,
  refused,
  startServer,
  watch,
} from './shop.js';

type Codes = Partial<Record<Operation, string>>;

interface Lie {
  readonly name: string;
  readonly tell: (tampering: Tampering, ids: Accounts) => Promise<void>;
  /** What a ledger answers that has seen Ada's account; operations left out succeed. */
  readonly seen: Codes;
  /** And one that has not. */
  readonly unseen: Codes;
}

const OTHER_VALUE = {
  seen: {
    find: 'BINDING_MISMATCH',
    findMany: 'BINDING_MISMATCH',
    history: 'BINDING_MISMATCH',
    update: 'BINDING_MISMATCH',
  },
  unseen: {
    find: 'PROOF_INVALID',
    findMany: 'BINDING_MISMATCH',
    history: 'BINDING_MISMATCH',
    update: 'PROOF_INVALID',
  },
};

const LIES: readonly Lie[] = [
  { name: 'forge', tell: (it, { ada }) => it.forge(Account, ada, { balance: 1_000_000n }), ...OTHER_VALUE },
  { name: 'swap', tell: (it, { ada, bob }) => it.swap(Account, ada, bob), ...OTHER_VALUE },
  {
    name: 'replay',
    tell: (it, { ada }) => it.replay(Account, ada, 2n),
    seen: {
      find: 'STALE_READ',
      findMany: 'STALE_READ',
      history: 'OMISSION_DETECTED',
      update: 'STALE_READ',
    },
    unseen: {},
  },
  {
    name: 'withhold',
    tell: (it, { ada }) => it.withhold(Account, ada),
    seen: {
      find: 'OMISSION_DETECTED',
      findMany: 'OMISSION_DETECTED',
      history: 'OMISSION_DETECTED',
      update: 'OMISSION_DETECTED',
    },
    unseen: {},
  },
  {
    name: 'withholdRevision, of the first',
    tell: (it, { ada }) => it.withholdRevision(Account, ada, 1n),
    seen: { history: 'CHAIN_BROKEN' },
    unseen: { history: 'CHAIN_BROKEN' },
  },
  {
    name: 'withholdRevision, of one between others',
    tell: (it, { ada }) => it.withholdRevision(Account, ada, 2n),
    seen: { history: 'CHAIN_BROKEN' },
    unseen: { history: 'CHAIN_BROKEN' },
  },
  {
    name: 'withholdRevision, of the last',
    tell: (it, { ada }) => it.withholdRevision(Account, ada, 3n),
    seen: { history: 'OMISSION_DETECTED' },
    unseen: {},
  },
];

/** What is not detected may be no success either: nothing was found to update, or another revision than was told. */
const UNNOTICED: Readonly<Record<string, Codes>> = {
  replay: { update: 'CONFLICT' },
  withhold: { update: 'NOT_FOUND' },
};

let server: MemoryServer;
let ids: Accounts;
beforeEach(async () => {
  server = await startServer();
  ids = await fill(server);
});

describe.each(LIES)('$name', ({ name, tell, seen, unseen }) => {
  const names = Object.keys(operations) as Operation[];

  it.each(names)('%s, of an entity that was seen', async (operation) => {
    const watched = await watch(server);
    await operations.find(watched, ids.ada);
    await tell(tamper(watched.ledger), ids);
    const code = seen[operation];
    if (code !== undefined) await refused(watched, operations[operation](watched, ids.ada), code);
    else expect(await outcome(operations[operation](watched, ids.ada))).toBe('ok');
    expect(watched.latched).toEqual([]);
    await tamper(watched.ledger).honest();
    expect(await outcome(operations[operation](watched, ids.ada))).toBe('ok');
  });

  it.each(names)('%s, of one that was not', async (operation) => {
    const watched = await watch(server);
    await tell(tamper(watched.ledger), ids);
    const code = unseen[operation];
    if (code !== undefined) await refused(watched, operations[operation](watched, ids.ada), code);
    else {
      const unnoticed = UNNOTICED[name]?.[operation] ?? 'ok';
      expect(await outcome(operations[operation](watched, ids.ada))).toBe(unnoticed);
      expect(watched.tampered).toEqual([]);
    }
    await tamper(watched.ledger).honest();
    expect(await outcome(operations[operation](watched, ids.ada))).toBe('ok');
  });
});

describe('what cannot be noticed', () => {
  it('is an older revision, with genuine evidence', async () => {
    const { ledger } = await watch(server);
    const accounts = ledger.repository(Account);
    await tamper(ledger).replay(Account, ids.ada, 2n);
    const old = await accounts.findOrFail(ids.ada);
    expect(old.balance).toBe(2n);
    expect(evidenceOf(old)).toMatchObject({ revision: 2n, txId: 2n });
    expect((await accounts.findMany([ids.bob, ids.ada])).map((found) => found?.balance)).toEqual([100n, 2n]);
    expect((await accounts.history(ids.ada)).map(({ revision }) => revision)).toEqual([1n, 2n]);
  });

  it('is an absence', async () => {
    const { ledger } = await watch(server);
    const accounts = ledger.repository(Account);
    await tamper(ledger).withhold(Account, ids.ada);
    expect(await accounts.find(ids.ada)).toBeUndefined();
    expect((await accounts.findMany([ids.ada, ids.bob])).map((found) => found?.balance)).toEqual([
      undefined,
      100n,
    ]);
    expect(await accounts.history(ids.ada)).toEqual([]);
    expect(await ledger.client.scan()).toHaveLength(1);
  });

  it('is a last revision left out', async () => {
    const { ledger } = await watch(server);
    await tamper(ledger).withholdRevision(Account, ids.ada, 3n);
    const history = await ledger.repository(Account).history(ids.ada);
    expect(history.map(({ entity }) => entity?.balance)).toEqual([1n, 2n]);
  });
});

describe('a lie about a record', () => {
  it('is not about others', async () => {
    const watched = await watch(server);
    const accounts = watched.ledger.repository(Account);
    await tamper(watched.ledger).forge(Account, ids.ada, { balance: 0n });
    await tamper(watched.ledger).withhold(Account, ids.ada);
    expect((await accounts.findOrFail(ids.bob)).balance).toBe(100n);
    expect(await accounts.history(ids.bob)).toHaveLength(1);
    expect(watched.tampered).toEqual([]);
  });

  it('goes with others: the newest has the last word', async () => {
    const watched = await watch(server);
    const tampering = tamper(watched.ledger);
    await tampering.withhold(Account, ids.bob);
    await tampering.forge(Account, ids.ada, { balance: 0n });
    expect(await operations.find(watched, ids.bob)).toBeUndefined();
    await refused(watched, operations.find(watched, ids.ada), 'PROOF_INVALID');
    await tampering.withhold(Account, ids.ada);
    expect(await operations.find(watched, ids.ada)).toBeUndefined();
  });

  it('holds for revisions to come', async () => {
    const watched = await watch(server);
    await tamper(watched.ledger).forge(Account, ids.ada, { balance: 0n });
    const other = await watch(server);
    await operations.update(other, ids.ada);
    await refused(watched, operations.find(watched, ids.ada), 'PROOF_INVALID');
  });

  it('is shown to what reads without proofs, which believes it', async () => {
    const { ledger } = await watch(server);
    const key = evidenceOf(await ledger.repository(Account).findOrFail(ids.ada)).key;
    const [honest] = await ledger.client.getAll([key]);
    await tamper(ledger).forge(Account, ids.ada, { balance: 0n });
    const forged = await ledger.client.get(key);
    expect(forged).toMatchObject({ key, txId: honest!.txId, revision: 3n });
    expect(forged!.value).not.toEqual(honest!.value);
    expect((await ledger.client.scan({ prefix: key }))[0]).toEqual(forged);
    expect((await ledger.client.history(key, { desc: true, limit: 1 }))[0]).toEqual(forged);
  });

  it('leaves what is asked for by its transaction', async () => {
    const { ledger } = await watch(server);
    const key = evidenceOf(await ledger.repository(Account).findOrFail(ids.ada)).key;
    const honest = await ledger.client.verifiedGet(key, { atTx: 2n });
    await tamper(ledger).replay(Account, ids.ada, 1n);
    expect((await ledger.client.get(key))!.txId).toBe(1n);
    expect((await ledger.client.get(key, { atTx: 2n }))!.value).toEqual(honest!.value);
    expect(await ledger.client.verifiedGet(key, { atTx: 2n })).toEqual(honest);
  });

  it('pages a history as if there were nothing else', async () => {
    const { ledger } = await watch(server);
    const key = evidenceOf(await ledger.repository(Account).findOrFail(ids.ada)).key;
    await tamper(ledger).withholdRevision(Account, ids.ada, 2n);
    const revisions = async (page: object) =>
      (await ledger.client.history(key, page)).map(({ revision }) => revision);
    expect(await revisions({ limit: 1 })).toEqual([1n]);
    expect(await revisions({ limit: 5, offset: 1n })).toEqual([3n]);
    expect(await revisions({ limit: 5, desc: true })).toEqual([3n, 1n]);
    expect(await revisions({ limit: 5, offset: 2n })).toEqual([]);
    expect(await revisions({ limit: 5, offset: 9n })).toEqual([]);
  });

  it('about what is not there, or changes nothing, is a mistake', async () => {
    const { ledger } = await watch(server);
    const tampering = tamper(ledger);
    const mistakes: [Promise<void>, RegExp][] = [
      [tampering.forge(Account, 'nobody', { balance: 0n }), /no Account "nobody".*save it/],
      [tampering.swap(Account, ids.ada, 'nobody'), /no Account "nobody"/],
      [tampering.swap(Account, ids.ada, ids.ada), /with itself/],
      [tampering.withhold(Account, 'nobody'), /no Account "nobody"/],
      [tampering.replay(Account, ids.ada, 4n), /1n to 3n/],
      [tampering.replay(Account, ids.ada, 0n), /1n to 3n/],
      [tampering.withholdRevision(Account, ids.ada, 4n), /1n to 3n/],
      [tampering.forge(Account, ids.ada, { balance: 3n }), /nothing would be forged/],
      [tampering.forge(Account, ids.ada, { nick: 'x' } as object), /nick/],
    ];
    for (const [mistake, message] of mistakes) {
      await expect(mistake).rejects.toThrow(message);
      await expect(mistake).rejects.toBeInstanceOf(TypeError);
    }
    await ledger.repository(Account).delete(ids.bob);
    await expect(tampering.forge(Account, ids.bob, { balance: 0n })).rejects.toThrow(/deleted/);
    expect((await ledger.repository(Account).findOrFail(ids.ada)).balance).toBe(3n);
  });
});
