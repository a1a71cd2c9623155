// Types that infer are paid for by everyone who compiles. The time is printed, since it is the machine's; the number of
// instantiations is bounded, since it is ours.
import { expect, test } from 'vitest';

import { compileCost } from './compile-cost.js';
import type { Mode } from './compile.js';

const ENTITIES = 50;

/**
 * Half as much again as was measured (106,000 and 2,080, of which the types of properties, references and validation are
 * more than half): more is a type that costs more than it says.
 */
const MAX_INSTANTIATIONS = 150_000;
const MAX_PER_FURTHER_ENTITY = 3000;

test.each<Mode>(['legacy', 'standard'])(
  `a project of ${ENTITIES} entities, %s decorators`,
  { timeout: 120_000 },
  (mode) => {
    const { problems, checkMs, instantiations, perFurtherEntity } = compileCost(ENTITIES, mode);
    console.log(
      `${ENTITIES} entities, ${mode} decorators: checked in ${checkMs.toFixed()} ms, ${instantiations} instantiations, ` +
        `${perFurtherEntity} for each entity after the first`,
    );
    expect(problems).toEqual([]);
    expect(instantiations).toBeLessThan(MAX_INSTANTIATIONS);
    expect(perFurtherEntity).toBeLessThan(MAX_PER_FURTHER_ENTITY);
  },
);
