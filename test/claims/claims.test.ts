import { describe, expect, it } from 'vitest';
import { CLAIMS } from './claims.js';
import { testsOf } from './gaps.js';

describe('every claim', () => {
  it.each(CLAIMS.map((claim) => [claim.claim, claim] as const))('%s', (_, claim) => {
    const named = testsOf(claim);
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter(({ problem }) => problem !== undefined)).toEqual([]);
  });
});

describe('a gap', () => {
  const problems = (text: string | undefined, title: string) =>
    testsOf({ claim: '', tests: [['a.test.ts', title]] }, () => text).map(({ problem }) => problem);

  it('is a test that is not there, or that is left out', () => {
    const text = "it('holds', () => {});\nit.skip('waits', f);\nit.each([1, 2])('counts %i', f);";
    expect(problems(text, 'holds')).toEqual([undefined]);
    expect(problems(text, 'counts')).toEqual([undefined]);
    expect(problems(text, 'waits')).toEqual(['it is left out']);
    expect(problems(text, 'hold (all)')).toEqual(['there is no test of that title in it']);
    expect(problems(undefined, 'holds')).toEqual(['there is no such file']);
  });
});
