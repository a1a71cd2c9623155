// A few runs of what `npm run faults` does by the hundred.
import { expect, it } from 'vitest';
import { describeReal } from '../support/describe-real.js';
import { faultRuns } from './fault-run.js';

describeReal('a client whose connections break and whose server dies', () => {
  it('says nothing false of its operations, and works again by itself', async () => {
    const totals = await faultRuns({ runs: 3, seed: 8 });
    expect(totals.writes.committed).toBeGreaterThan(20);
    expect(totals.reads).toBeGreaterThan(20);
    expect(totals.states).toBeGreaterThan(4);
    expect([...totals.faults.keys()].length).toBeGreaterThan(3);
    expect(totals.longestHealMs).toBeLessThan(15_000);
  }, 90_000);
});
