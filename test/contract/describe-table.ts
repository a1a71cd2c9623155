// The rows of the table as tests, on one backend.
import { beforeAll, describe, expect, it } from 'vitest';
import type { RpcBackend } from './rpc-backend.js';
import type { OwnAnswer } from './rows/own-answers.js';
import type { Group } from './rows/table.js';

/**
 * Rows in their order: later ones of a group may build on earlier ones.
 *
 * @param ownAnswers where this backend has an answer of its own
 */
export function describeTable(
  backend: () => RpcBackend,
  groups: readonly Group[],
  ownAnswers: readonly OwnAnswer[] = [],
): void {
  describe.each(groups)('$name', ({ name, prepare, rows }) => {
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
