// Runs cases against a world: the trust modes at once, each in a database of its own.

import type { ForgeryCase } from './forgeries/all.js';
import { runForgeries } from './forgeries/run.js';
import { MODES } from './modes.js';
import type { Report } from './outcome.js';
import { runScenarios, type ScenarioCase } from './scenarios/all.js';
import type { World } from './world.js';

export interface Cases {
  readonly forgeries: readonly ForgeryCase[];
  readonly scenarios: readonly ScenarioCase[];
}

/** @param report told of each case, in no particular order */
export async function runCases(world: World, { forgeries, scenarios }: Cases, report: Report): Promise<void> {
  await Promise.all(
    MODES.map(async (mode) => {
      await runForgeries(
        world,
        forgeries.filter((one) => one.mode === mode),
        report,
      );
    }),
  );
  // The databases in which the twin stands otherwise are shared by all modes: one at a time.
  await runScenarios(world, scenarios, report);
}
