// What must and must not compile: the client's unions, and that what is proven is not confused with what is said.

import { describe, expect, expectTypeOf, it } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import type {
  ClientEvents,
  ConnectOptions,
  ImmuClient,
  Logger,
  Operation,
  ProvisionalValue,
  StreamEntryToWrite,
  UnverifiedEntry,
  UnverifiedMember,
  VerifiedEntry,
  VerifiedMember,
  VerifiedTransaction,
} from '../../src/client/index.js';

const key = utf8('k');
const value = utf8('v');

describe('types of the client', () => {
  it('tell what is proven from what is said', () => {
    expectTypeOf<UnverifiedEntry>().not.toExtend<VerifiedEntry>();
    expectTypeOf<UnverifiedMember>().not.toExtend<VerifiedMember>();
    expectTypeOf<ImmuClient['verifiedExecAll']>().returns.resolves.toEqualTypeOf<VerifiedTransaction>();
    expectTypeOf<ImmuClient['count']>().returns.resolves.toBeBigInt();
  });

  it('take operations as they are, and no others', () => {
    const operations: Operation[] = [
      { kind: 'set', key, value },
      { kind: 'setReference', key, referencedKey: key, atTx: 'this' },
      { kind: 'zAdd', set: key, score: 1, key, atTx: 3n },
      // @ts-expect-error: a member has a score
      { kind: 'zAdd', set: key, key },
      // @ts-expect-error: a reference leads to a key
      { kind: 'setReference', key, value },
      // @ts-expect-error: a transaction is a bigint
      { kind: 'zAdd', set: key, score: 1, key, atTx: 3 },
    ];
    expect(operations).toHaveLength(6);
  });

  it('want the length of what is streamed, unless it is there as a whole', () => {
    const piecemeal = new Blob(['v']).stream();
    const entries: StreamEntryToWrite[] = [
      { key, value },
      { key, value: piecemeal, length: 1 },
      // @ts-expect-error: the length goes first
      { key, value: piecemeal },
    ];
    expect(entries).toHaveLength(3);
  });

  it('say that a value on its way is not proven yet', () => {
    expectTypeOf<ProvisionalValue['verified']>().extract<undefined>().toBeUndefined();
    expectTypeOf<ProvisionalValue>().not.toExtend<VerifiedEntry>();
  });

  it('know events by name', () => {
    expectTypeOf<ClientEvents['unreachable']['address']>().toBeString();
    const listen = (client: ImmuClient) => {
      client.on('replica-behind', ({ operation }) => {
        expectTypeOf(operation).toBeString();
      });
      // @ts-expect-error: there is no such event
      client.on('replica-ahead', () => undefined);
    };
    expect(listen).toBeTypeOf('function');
  });

  it('know every RPC by its name, and its messages', () => {
    const call = async (client: ImmuClient) => {
      const { databases } = await client.unverifiedRpc('ImmuService', 'databaseList', {});
      expectTypeOf(databases[0]!.databaseName).toBeString();
      // @ts-expect-error: a name is text
      await client.unverifiedRpc('ImmuService', 'createDatabase', { databaseName: 1 });
      // @ts-expect-error: it streams
      await client.unverifiedRpc('ImmuService', 'streamGet', {});
      // @ts-expect-error: of another service
      await client.unverifiedRpc('DocumentService', 'databaseList', {});
    };
    expect(call).toBeTypeOf('function');
  });

  it('take console for a logger, and loggers with some of the levels', () => {
    const loggers: Logger[] = [console, { warn: (line) => line.length }, {}];
    // @ts-expect-error: a line is text
    const wrong: Logger = { warn: (line: number) => line };
    const options: ConnectOptions[] = [
      { replicas: ['a:1'], logger: console, circuit: false, trust: { firstUse: true, linearAdvance: 3 } },
      // @ts-expect-error: several, in a list
      { replicas: 'a:1' },
    ];
    expect([loggers.length, options.length, wrong]).toBeTruthy();
  });
});
