// `npm run assurance`: a real server and a proxy that forges its answers, and for each attack of the table what came of it.

import { MODES } from './modes.js';
import { isFailing, matrixOf, printed } from './matrix.js';
import { nameOf, type Outcome } from './outcome.js';
import { parseOptions, USAGE } from './options.js';
import { runCases } from './run.js';
import { selectForgeries, selectScenarios } from './select.js';
import { sweep, sweepModes } from './sweep.js';
import { startWorld } from './world.js';

/** Between two signs of life, in milliseconds. */
const PROGRESS_MS = 5_000;

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { json, row, seed, every, mutants } = options;
  const say = (text: string) => process.stderr.write(`${text}\n`);
  const cases = {
    forgeries: selectForgeries({ seed, every, row }),
    scenarios: selectScenarios({ seed, every, row }),
  };
  const outcomes: Outcome[] = [];
  const started = performance.now();
  const swept = row === undefined || row === 34 ? mutants : 0;
  say(
    `seed ${seed}: ${cases.forgeries.length + cases.scenarios.length} cases and ${swept} mutants of each answer`,
  );
  const progress = setInterval(() => {
    const seconds = Math.round((performance.now() - started) / 1000);
    say(
      `${seconds} s: ${outcomes.length} tried, ${outcomes.filter(({ problem }) => problem !== undefined).length} failing`,
    );
  }, PROGRESS_MS);
  try {
    await using world = await startWorld();
    const report = (outcome: Outcome) => {
      outcomes.push(outcome);
      if (outcome.problem !== undefined) say(`FAILS ${nameOf(outcome)}: ${outcome.problem}`);
    };
    await runCases(world, cases, report);
    if (swept > 0) await sweep(world, { seed, mutants: swept, modes: sweepModes(MODES) }, report);
  } finally {
    clearInterval(progress);
  }
  const rows = matrixOf(outcomes, row);
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const failing = rows.reduce((sum, { failing: list }) => sum + list.length, 0);
  if (json)
    process.stdout.write(
      `${JSON.stringify({ seed, every, mutants, seconds, cases: outcomes.length, failing, rows })}\n`,
    );
  else {
    process.stdout.write(`${printed(rows, process.stdout.isTTY)}\n\n`);
    process.stdout.write(
      `${outcomes.length} cases in ${seconds} s, seed ${seed}: ${failing === 0 ? 'none accepted' : `${failing} FAIL`}\n`,
    );
  }
  return isFailing(rows) ? 1 : 0;
}

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(
    `${error instanceof TypeError ? `${error.message}\n\n${USAGE}` : String(error instanceof Error ? error.stack : error)}\n`,
  );
  return 2;
});
