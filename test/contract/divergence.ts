// What is printed when two sides differ: enough to see what happened, and to repeat it.
import type { Outcome } from './rpc-backend.js';
import { show } from './differences.js';
import type { Step } from './random/step.js';

const MAX_ANSWER = 4_000;

/** One line for a step: `get { key: 'a' }`. */
export function showStep({ method, requests }: Step): string {
  return `${method} ${requests.map(show).join(' ')}`;
}

/** A step that was run, and how it ended. */
export function showRun(step: Step, { failure }: Outcome, txId: bigint | undefined): string {
  return `${showStep(step)} -> ${failure?.text ?? (txId === undefined ? 'answered' : `tx ${txId}`)}`;
}

function showAnswer(name: string, outcome: Outcome): string {
  const { failure, messages } = outcome;
  const text = failure && messages.length === 0 ? show(failure) : show(outcome);
  return `  ${name}: ${text.length > MAX_ANSWER ? `${text.slice(0, MAX_ANSWER)}…` : text}`;
}

/** All there is to say about a step on which two sides differ. */
export interface Divergence {
  readonly seed: number;
  readonly step: Step;
  /** Where they differ, in lines. */
  readonly what: string;
  /** What each side said, as far as it said anything. */
  readonly answers: readonly (readonly [name: string, outcome: Outcome])[];
  /** Lines of the steps before. */
  readonly before: readonly string[];
}

/** An error that shows a divergence. */
export function divergenceError({ seed, step, what, answers, before }: Divergence): Error {
  const lines = [
    `history ${seed} diverges at step ${before.length + 1}. IMMUREPO_SEED=${seed} IMMUREPO_HISTORIES=1 repeats it.`,
    'The step:',
    `  ${showStep(step)}`,
    'Differences:',
    what,
    'Answers:',
    ...answers.map(([name, outcome]) => showAnswer(name, outcome)),
    'Steps before:',
    ...before.map((line, index) => `  ${index + 1}. ${line}`),
  ];
  const error = new Error(lines.join('\n'));
  // Where the comparison stands in this file says nothing about the difference.
  error.stack = '';
  return error;
}
