// The table of what 1.11.1 says, row by row: the real server must still say it, and our engine must say the same.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeReal } from '../support/describe-real.js';
import { startServer, type RealServer } from '../support/real-server.js';
import { openEngineBackend } from './engine-backend.js';
import { grpcBackend } from './grpc-backend.js';
import type { RpcBackend } from './rpc-backend.js';
import { GROUPS } from './rows/all.js';
import { OWN_ANSWERS, type OwnAnswer } from './rows/own-answers.js';

/** Rows open sessions and leave them. */
const MAX_SESSIONS = 2000;

/** All rows on one backend, in order: later ones of a group may build on earlier ones. */
function describeTable(backend: () => RpcBackend, ownAnswers: readonly OwnAnswer[] = []): void {
  describe.each(GROUPS)('$name', ({ name, prepare, rows }) => {
    let place: unknown;
    beforeAll(async () => {
      place = await prepare(backend());
    });
    for (const [what, ask, answer] of rows) {
      const own = ownAnswers.find((one) => one.group === name && one.what === what);
      it(own ? `${what} (differs: ${own.because})` : what, async () => {
        const expected = own?.answer ?? answer;
        const said = await ask(place);
        if (typeof expected === 'string') expect(said).toBe(expected);
        else expect(said).toMatch(expected);
      });
    }
  });
}

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
  describeTable(() => backend);
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
  describeTable(() => backend, OWN_ANSWERS);
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
