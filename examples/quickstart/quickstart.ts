// From the command line to the report. What it is about happens in record-lock-file.ts.
import { join, resolve } from 'node:path';
import { FileTrustStore, ImmuError, openLedger, VerificationError, type Ledger } from 'immurepo';
import { parseArguments, USAGE, UsageError, type Arguments } from './arguments.js';
import { readLockFile, type LockFile } from './lock-file.js';
import { LockedPackage } from './locked-package.js';
import type { Place } from './place.js';
import { progressBar, type Terminal } from './progress.js';
import { recordLockFile, type Recorded } from './record-lock-file.js';
import { describeRun, figuresOf } from './report.js';
import { styleFor } from './style.js';
import { describeTampering, tamper, wasHarmless } from './tamper.js';

const projectFolder = join(import.meta.dirname, '..', '..');

/** Where a run takes place. A Node process is one. */
export interface Surroundings {
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Runs the quickstart.
 *
 * @param line the command line
 * @param signal ends the run early, and orderly
 * @returns the exit code: 0 done, 1 could not be done, 2 wrong arguments
 */
export async function quickstart(
  line: readonly string[],
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<number> {
  try {
    const options = parseArguments(line);
    if (!options.help) return await run(options, surroundings, signal);
    surroundings.stdout.write(USAGE);
    return 0;
  } catch (error) {
    const message = signal.aborted
      ? 'Interrupted. What was committed stays; the next run goes on from there.'
      : describeError(error);
    surroundings.stderr.write(`${message}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function run(
  options: Arguments,
  { stdout, stderr, env }: Surroundings,
  signal: AbortSignal,
): Promise<number> {
  const print = (...lines: string[]) => stdout.write(`${lines.join('\n')}\n`);
  const style = styleFor(stdout, env);
  const lock = await readLockFile(fromCaller(options.file, env) ?? join(projectFolder, 'package-lock.json'));
  const folder = fromCaller(options.folder, env) ?? join(projectFolder, '.immurepo', 'quickstart');
  // Without a URL the ledger is in the folder. What is trusted goes by a name then, so that the folder can be moved.
  const place: Place =
    options.url === undefined
      ? { path: join(folder, 'ledger'), ledgerId: 'quickstart' }
      : { url: options.url };

  // Trust begins with whatever is there first, and holds it to that in every later run.
  const store = new FileTrustStore({ directory: join(folder, 'trust') });
  const open = ({ ledgerId, ...where }: Place) =>
    openLedger(
      {
        ...where,
        entities: [LockedPackage],
        trust: { firstUse: true, store, ...(ledgerId === undefined ? {} : { ledgerId }) },
      },
      { signal },
    );

  const started = performance.now();
  const recorded = await record(() => open(place), lock, stderr, signal);
  const ms = performance.now() - started;
  if (options.json) print(JSON.stringify(figuresOf(recorded, ms)));
  else print(...describeRun(lock.project.name, recorded, ms, style));

  if (!options.tamper) return 0;
  const tampering = await tamper({ place, store, open }, recorded.packages);
  print(...describeTampering(tampering, style));
  return wasHarmless(tampering) ? 0 : 1;
}

async function record(
  open: () => Promise<Ledger>,
  lock: LockFile,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Recorded> {
  await using ledger = await open();
  const bar = progressBar(terminal);
  try {
    return await recordLockFile(ledger, lock, bar.progress, signal);
  } finally {
    bar.clear();
  }
}

/** A path as the caller meant it: npm runs scripts in the project's folder and notes where it was called. */
function fromCaller(path: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  return path === undefined ? undefined : resolve(env.INIT_CWD ?? '', path);
}

/** An error as a person should read it. */
function describeError(error: unknown): string {
  if (error instanceof UsageError)
    return `${error.message}\nnpm run quickstart -- --help tells how to use it.`;
  const code =
    error instanceof ImmuError || error instanceof VerificationError ? `${error.name} ${error.code}: ` : '';
  return code + (error instanceof Error ? error.message : String(error));
}
