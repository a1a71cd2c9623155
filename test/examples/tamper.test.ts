// What is told of a lie. That a real lie is refused is shown in quickstart.test.ts.
import { VerificationError } from 'immurepo';
import { describe, expect, it } from 'vitest';
import { styleFor } from '../../examples/quickstart/style.js';
import { describeTampering, wasHarmless, type Tampering } from '../../examples/quickstart/tamper.js';

const state = (txId: number) => `${txId}:${'ab'.repeat(32)}`;
const refused: Tampering = {
  name: 'a',
  committed: '1.0.0',
  forged: '1.0.1',
  error: new VerificationError('PROOF_INVALID', 'the reason'),
  trusted: [state(7), state(7)],
  afterwards: '1.0.0',
};
const story = (tampering: Tampering) => describeTampering(tampering, styleFor({}, {})).join('\n');

describe('a lie that was refused', () => {
  it('did no harm', () => {
    expect(wasHarmless(refused)).toBe(true);
  });

  it('is told with the error as the application gets it', () => {
    expect(story(refused)).toContain('claims that a 1.0.0 is 1.0.1');
    expect(story(refused)).toContain('  VerificationError PROOF_INVALID\n  the reason');
    expect(story(refused)).toContain('The trusted state did not move: 7:abababababababab…');
    expect(story(refused)).toContain('gives a 1.0.0 again, proven.');
  });
});

describe('a lie does harm, and is told so, if', () => {
  it.each<[string, Partial<Tampering>, string]>([
    ['it is believed', { error: undefined }, 'a 1.0.1: the lie went through!'],
    ['it moves the trusted state', { trusted: [state(7), state(8)] }, 'moved from 7:abababababababab… to 8:'],
    ['it outlives the liar', { afterwards: undefined }, 'gives a nothing again'],
  ])('%s', (_, difference, told) => {
    const harmful = { ...refused, ...difference };
    expect(wasHarmless(harmful)).toBe(false);
    expect(story(harmful)).toContain(told);
  });
});
