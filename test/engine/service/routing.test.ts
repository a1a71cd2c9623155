import { expect, it } from 'vitest';
import { ImmuError } from '../../../src/errors.js';
import { ServiceFailure } from '../../../src/engine/service-failure.js';
import { failureOf } from '../../../src/engine/service/failure-of.js';
import { pathOf, SERVICES } from '../../../src/engine/service/methods.js';
import { DocumentServiceDefinition } from '../../../src/wire/immudb/model/service.js';
import { administrator, Caller, methods, refusal, testEngine } from './engine-caller.js';

/** A stream of no requests. */
const NOTHING: AsyncIterable<unknown> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
};
const firstOf = (answers: AsyncIterable<unknown>) => answers[Symbol.asyncIterator]().next();

const unary = async (path: string, headers: Record<string, string> = {}) => {
  const { service } = await testEngine();
  return refusal(service.unary({ path, headers }, {}));
};

it.each([
  ['/immudb.schema.ImmuService/Nope', '12 unknown method Nope for service immudb.schema.ImmuService'],
  ['/immudb.schema.ImmuService/get', '12 unknown method get for service immudb.schema.ImmuService'],
  ['/immudb.schema.Nope/Get', '12 unknown service immudb.schema.Nope'],
  ['/nope', '12 malformed method name: "/nope"'],
  ['', '12 malformed method name: ""'],
])('says of the path %s what grpc-go says', async (path, said) => {
  expect(await unary(path)).toBe(said);
});

it('answers every method of immudb, or says what to use instead', async () => {
  const { service } = await testEngine();
  const instead: string[] = [];
  for (const { methods: all } of SERVICES) {
    for (const method of Object.values(all)) {
      const call = { path: pathOf(method), headers: {} };
      const streams = method.requestStream || method.responseStream;
      const said = await refusal(
        streams
          ? firstOf(service.stream(call, NOTHING))
          : service.unary(call, method.requestType.decode(new Uint8Array())),
      );
      expect(said, method.name).not.toMatch(/unknown method|internal error/);
      if (said.startsWith('12 ')) instead.push(method.name);
      else if (streams) expect(said, method.name).toBe('2 not logged in [28000]');
    }
  }
  const documents = Object.values(DocumentServiceDefinition.methods).map(({ name }) => name);
  expect(instead.sort()).toEqual(
    [
      ...['SQLExec', 'SQLQuery', 'UnarySQLQuery', 'ListTables', 'DescribeTable', 'VerifiableSQLGet'],
      ...['NewTx', 'Commit', 'Rollback', 'TxSQLExec', 'TxSQLQuery'],
      ...['exportTx', 'streamExportTx', 'replicateTx'],
      ...documents,
    ].sort(),
  );
});

it.each([
  [methods.unarySQLQuery, 'UnarySQLQuery', 'SQL'],
  [methods.newTx, 'NewTx', 'transactions'],
  [methods.createDatabaseV2, undefined, ''],
])('refuses what it does not have by name, with the way out', async (method, name, about) => {
  const admin = await administrator();
  const said = await refusal(admin.call(method, {}));
  if (name === undefined) expect(said).not.toMatch(/unsupported/);
  else
    expect(said).toMatch(
      new RegExp(`^12 ${name} is unsupported by the embedded ledger: .*${about}.*real immudb, by its URL$`),
    );
});

it('asks for a session before it says that it has no such method', async () => {
  expect(await unary(pathOf(methods.newTx), { sessionid: 'stale' })).toBe('7 session not found [08001]');
});

it('does not answer a stream where one message is asked for, nor the reverse', async () => {
  const admin = await administrator();
  expect(await refusal(admin.call(methods.streamGet as never, {} as never))).toBe(
    '13 internal error of the embedded ledger',
  );
  expect(await refusal(admin.stream(methods.get as never, [{}] as never))).toBe(
    '13 internal error of the embedded ledger',
  );
});

it('answers nothing once the engine is closed', async () => {
  const engine = await testEngine();
  const admin = await new Caller(engine.service).session();
  await engine.close();
  await engine.close();
  const said = '14 the embedded ledger is closed';
  expect(await refusal(admin.call(methods.currentState))).toBe(said);
  expect(await refusal(admin.stream(methods.streamScan, [{}]))).toBe(said);
});

it.each([
  ['LEDGER_DAMAGED', 15, 'the stored data of this embedded ledger is damaged: the row x'],
  ['LEDGER_MISSING', 15, 'the stored data of this embedded ledger is damaged: the row x'],
  ['LEDGER_STORAGE_FAILED', 13, 'the storage of this embedded ledger failed: the row x'],
  ['LEDGER_LOCKED', 13, 'the storage of this embedded ledger failed: the row x'],
  ['KEY_NOT_FOUND', 13, 'internal error of the embedded ledger'],
] as const)('tells %s to the caller as %i', (code, status, message) => {
  const cause = new ImmuError(code, 'the row x');
  const failure = failureOf(cause);
  expect(failure).toMatchObject({ status, message, code: undefined, cause });
});

it('keeps to itself what nobody foresaw, and passes on what was meant for the caller', () => {
  const failure = failureOf(new RangeError('/home/secret'));
  expect(failure.message).toBe('internal error of the embedded ledger');
  const meant = new ServiceFailure(2, 'already closed');
  expect(failureOf(meant)).toBe(meant);
});
