// The table of what 1.11.1 says, row by row: the real server must still say it, and our engine must say the same.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeReal } from '../support/describe-real.js';
import { startServer, type RealServer } from '../support/real-server.js';
import { openEngineBackend } from './engine-backend.js';
import { grpcBackend } from './grpc-backend.js';
import { describeTable } from './describe-table.js';
import type { RpcBackend } from './rpc-backend.js';
import { GROUPS } from './rows/all.js';
import { OWN_ANSWERS } from './rows/own-answers.js';

/** Rows open sessions and leave them. */
const MAX_SESSIONS = 2000;

describeReal('the table', () => {
  let server: RealServer;
  let backend: RpcBackend;
  // One of its own: rows count databases, unload them, and make users.
  beforeAll(async () => {
    server = await startServer({ maxSessions: MAX_SESSIONS });
    backend = grpcBackend('immudb', server.address);
  });
  afterAll(async () => {
    await backend.close();
    await server.stop();
  });
  describeTable(() => backend, GROUPS);
});

describe.each([
  ['in this process', false],
  ['over gRPC', true],
])('the table (engine %s)', (_, served) => {
  let backend: RpcBackend;
  beforeAll(async () => {
    ({ backend } = await openEngineBackend({ served, maxSessions: MAX_SESSIONS }));
  });
  afterAll(() => backend.close());
  describeTable(() => backend, GROUPS, OWN_ANSWERS);
});

describe('answers of our own', () => {
  it('are of rows there are, and are not what 1.11.1 says', () => {
    const rows = new Map(
      GROUPS.flatMap(({ name, rows: own }) => own.map(([what, , answer]) => [`${name}: ${what}`, answer])),
    );
    for (const { group, what, answer } of OWN_ANSWERS) {
      const theirs = rows.get(`${group}: ${what}`);
      expect(theirs, `${group}: ${what}`).toBeDefined();
      expect(theirs).not.toEqual(typeof answer === 'string' ? answer : expect.stringMatching(answer));
    }
  });

  it('have no two rows of one name to mean', () => {
    for (const { rows } of GROUPS) {
      const names = rows.map(([what]) => what);
      expect(
        new Set(names).size,
        names.find((name, index) => names.indexOf(name) !== index),
      ).toBe(names.length);
    }
  });
});
