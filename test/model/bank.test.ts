// Clients move amounts between accounts on a real server while their connections are cut and the server is killed. A short
// run; longer ones: IMMUREPO_BANK_SECONDS.

import { describe, expect, it } from 'vitest';
import { isGoInstalled } from '../support/real-server.js';
import { bankRun } from './bank/bank-run.js';

const SECONDS = Number(process.env.IMMUREPO_BANK_SECONDS ?? 6);
/** A server is killed about so often. */
const SECONDS_PER_KILL = 5;

describe.skipIf(!process.env.CI && !(await isGoInstalled()))('a bank (real immudb)', () => {
  it(
    `has the same sum after ${SECONDS} seconds of cut connections and killed servers`,
    { timeout: 60_000 + SECONDS * 2_000 },
    async () => {
      const report = await bankRun({
        clients: 8,
        accounts: 10,
        durationMs: SECONDS * 1000,
        kills: Math.max(1, Math.round(SECONDS / SECONDS_PER_KILL)),
        cutEveryMs: 300,
      });
      const { done, refused, unknown, retried, cuts, kills } = report;
      console.log(
        `${done} transfers made, ${retried} of their attempts again; refused: ${JSON.stringify(refused)}; of unknown outcome: ` +
          `${JSON.stringify(unknown)}; ${cuts} connections cut, ${kills} servers killed`,
      );
      expect(done).toBeGreaterThan(0);
      expect(cuts).toBeGreaterThan(0);
    },
  );
});
