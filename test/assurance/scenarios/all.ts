// All scenarios, and the cases they make.

import type { TrustMode } from '../modes.js';
import { MODES } from '../modes.js';
import type { Report } from '../outcome.js';
import type { World } from '../world.js';
import { ANSWER_SCENARIOS } from './answers.js';
import { HISTORY_SCENARIOS } from './histories.js';
import { IDENTITY_SCENARIOS } from './identity.js';
import { PROOF_SCENARIOS } from './proofs.js';
import type { Scenario } from './scenario.js';

export const SCENARIOS: readonly Scenario[] = [
  ...HISTORY_SCENARIOS,
  ...ANSWER_SCENARIOS,
  ...IDENTITY_SCENARIOS,
  ...PROOF_SCENARIOS,
];

/** A scenario in one trust mode. */
export interface ScenarioCase {
  readonly scenario: Scenario;
  readonly mode: TrustMode;
}

export function scenarioCases(): ScenarioCase[] {
  return SCENARIOS.flatMap((scenario) => (scenario.modes ?? MODES).map((mode) => ({ scenario, mode })));
}

/** Runs scenarios one after another: each has a subject of its own. */
export async function runScenarios(
  world: World,
  cases: readonly ScenarioCase[],
  report: Report,
): Promise<void> {
  for (const { scenario, mode } of cases) {
    const { row, attack, on } = scenario;
    const verdict = await scenario.run(world, mode).catch((error: unknown) => ({
      outcome: 'refused' as const,
      problem: `the case itself failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    }));
    report({ row, attack, on, mode, ...verdict });
  }
}
