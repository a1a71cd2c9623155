// The process that does one task: the line of the task is its argument, what it has to say goes to its standard output.
// It ends with the process that started it.

import { writeSync } from 'node:fs';
import process from 'node:process';
import { ImmuError } from '../../errors.js';
import { doTask } from './do-task.js';
import { fromLine, type Task, type TaskFailure, type TaskMessage, toLine } from './task.js';

/** At once, since the next thing read may end this process. */
function tell(message: TaskMessage): void {
  writeSync(1, `${toLine(message)}\n`);
}

function failureOf(error: unknown): TaskFailure {
  if (error instanceof ImmuError) {
    const { code, message, details } = error;
    return { code, message, details };
  }
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error), details: {} };
}

process.stdin.resume().on('close', () => process.exit(1));
const done = await doTask(fromLine(process.argv[2] ?? '') as Task, tell).then(
  (result): TaskMessage => ({ kind: 'done', result }),
  (error: unknown): TaskMessage => ({ kind: 'failed', failure: failureOf(error) }),
);
tell(done);
process.exit(0);
