// A server that cannot be reached, or whose answers are lost: no contradiction, and never an alarm.

import { beforeEach, describe, expect, it, vi } from 'vitest';
import { ImmuError, UnknownOutcomeError } from 'immurepo';
import { type MemoryServer, tamper } from 'immurepo/testing';
import { Account } from '../repository/entities.js';
import {
  type Accounts,
  fill,
  type Operation,
  operations,
  outcome,
  startServer,
  watch,
  type Watched,
} from './shop.js';

let server: MemoryServer;
let ids: Accounts;
let watched: Watched;
beforeEach(async () => {
  server = await startServer();
  ids = await fill(server);
  watched = await watch(server);
});

/** No longer than a test may take that waits for a server in vain. */
const briefly = { timeoutMs: 400 };

/** The revisions that are really there. */
const stored = async () =>
  (await operations.history(await watch(server), ids.ada)).map(({ entity }) => entity?.balance);

describe('goAway', () => {
  it.each(Object.keys(operations) as Operation[])('lets %s fail, as retryable', async (name) => {
    await tamper(watched.ledger).goAway();
    const failure = await operations[name](watched, ids.ada, briefly).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ImmuError);
    expect(failure).toMatchObject({ code: 'UNREACHABLE', retryable: true });
    expect(watched.tampered).toEqual([]);
    await tamper(watched.ledger).comeBack();
    expect(await outcome(operations[name](watched, ids.ada))).toBe('ok');
    expect(await stored()).toHaveLength(name === 'update' ? 4 : 3);
  });

  it('lets ledgers neither open nor hang when they are closed', async () => {
    await tamper(server).goAway();
    expect(await outcome(watch(server))).toBe('UNREACHABLE');
    await watched.ledger.close();
    await tamper(server).honest();
    expect(await outcome(watch(server))).toBe('ok');
  });

  it('is survived by an operation that may take longer', async () => {
    await tamper(watched.ledger).goAway();
    const found = watched.ledger.repository(Account).findOrFail(ids.ada);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await tamper(watched.ledger).comeBack();
    expect((await found).balance).toBe(3n);
  });
});

describe('crash', () => {
  it.each([
    ['after-commit', 'update', [1n, 2n, 3n, 7n]],
    ['before-commit', 'update', [1n, 2n, 3n]],
    ['after-commit', 'insert', [1n, 2n, 3n]],
    ['before-commit', 'insert', [1n, 2n, 3n]],
  ] as const)('%s leaves the outcome of %s unknown', async (point, name, revisions) => {
    await operations.find(watched, ids.ada);
    await tamper(watched.ledger).crash(point);
    await expect(operations[name](watched, ids.ada, briefly)).rejects.toBeInstanceOf(UnknownOutcomeError);
    expect(watched.tampered).toEqual([]);
    expect(await stored()).toEqual(revisions);
    const txId = (await (await watch(server)).ledger.verifyState())!.txId;
    expect(txId).toBe(point === 'after-commit' ? 5n : 4n);
    await tamper(watched.ledger).comeBack();
    expect(await outcome(operations[name](watched, ids.ada))).toBe('ok');
  });

  it.each(['before-commit', 'after-commit'] as const)(
    '%s is not noticed if the server comes back in time: the write is committed once',
    async (point) => {
      const accounts = watched.ledger.repository(Account);
      const ada = await accounts.findOrFail(ids.ada);
      ada.deposit(4n);
      await tamper(watched.ledger).crash(point);
      const saved = accounts.save(ada);
      await vi.waitFor(async () => {
        expect(await outcome(operations.find(watched, ids.ada, briefly))).toBe('UNREACHABLE');
      });
      await tamper(watched.ledger).comeBack();
      await saved;
      expect(await stored()).toEqual([1n, 2n, 3n, 7n]);
    },
  );

  it('happens to writes only', async () => {
    await tamper(watched.ledger).crash('before-commit');
    for (const name of ['find', 'findMany', 'history', 'verifyState'] as const) {
      expect(await outcome(operations[name](watched, ids.ada))).toBe('ok');
    }
    await tamper(watched.ledger).honest();
    expect(await outcome(operations.update(watched, ids.ada))).toBe('ok');
  });
});

describe('loseAnswers', () => {
  it('is not noticed: what was saved is committed once', async () => {
    await tamper(watched.ledger).loseAnswers(3);
    await operations.update(watched, ids.ada);
    await operations.insert(watched, ids.ada);
    expect(await stored()).toEqual([1n, 2n, 3n, 7n]);
    expect(watched.tampered).toEqual([]);
  });

  it('loses one if no number is given, and a plain write does not look what became of it', async () => {
    const write = () => watched.ledger.client.set(new TextEncoder().encode('k'), new Uint8Array(1));
    await tamper(watched.ledger).loseAnswers();
    await expect(write()).rejects.toBeInstanceOf(UnknownOutcomeError);
    await write();
    expect(await watched.ledger.client.history(new TextEncoder().encode('k'))).toHaveLength(2);
  });

  it('loses refusals too', async () => {
    const key = new TextEncoder().encode('k');
    const write = () =>
      watched.ledger.client.setAll([{ key, value: key }], { preconditions: [{ kind: 'mustExist', key }] });
    await tamper(watched.ledger).loseAnswers(1);
    expect(await outcome(write())).toBe('UNKNOWN_OUTCOME');
    expect(await outcome(write())).toBe('PRECONDITION_FAILED');
  });
});

it('takes numbers and moments that can be meant', async () => {
  const { ledger } = watched;
  for (const count of [0, -1, 1.5, NaN, Infinity]) {
    await expect(tamper(ledger).loseAnswers(count)).rejects.toThrow(TypeError);
  }
  await expect(tamper(ledger).crash('soon' as 'before-commit')).rejects.toThrow(TypeError);
  expect(await outcome(operations.update(watched, ids.ada))).toBe('ok');
});
