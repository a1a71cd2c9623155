// What is done with the files of one database in a process of its own, and what that process says. LMDB maps its files
// into memory and follows what it finds there: a damaged page can end the process that reads it, or keep it for ever.

import { deserialize, serialize } from 'node:v8';
import type { LedgerState } from '../../proof/layout/ledger-state.js';
import type { Fault } from './faults.js';
import type { ExpectedState, Progress, VerifyReport } from './verify-rows.js';

/** What is to be done. Folders are those of one database. */
export type Task =
  | { readonly kind: 'verify'; readonly folder: string; readonly expected: readonly ExpectedState[] }
  | {
      readonly kind: 'rebuild';
      readonly from: string;
      readonly to: string;
      readonly expected: readonly ExpectedState[];
    }
  | { readonly kind: 'copy'; readonly from: string; readonly to: string };

/** What a rebuilt database is. */
export interface Rebuilt {
  /** The newest transaction. */
  readonly state: LedgerState;
  /** Whether the file `head` could not be read: then nothing in the folder tells whether newer transactions were lost. */
  readonly headLost: boolean;
}

/** What comes of each kind of task. */
export interface TaskResults {
  readonly verify: Omit<VerifyReport, 'faults'>;
  readonly rebuild: Rebuilt;
  readonly copy: undefined;
}

/** An error on its way to another process. */
export interface TaskFailure {
  /** Code of an ImmuError; absent for a mistake of ours. */
  readonly code?: string;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What the process says: any number of the first two, and then one of the others. */
export type TaskMessage =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'done'; readonly result: TaskResults[Task['kind']] }
  | { readonly kind: 'failed'; readonly failure: TaskFailure };

/** A task or a message as one line of text. */
export function toLine(value: Task | TaskMessage): string {
  return serialize(value).toString('base64');
}

/** A line as what it was made of. Only for lines of a process of our own. */
export function fromLine(line: string): unknown {
  return deserialize(Buffer.from(line, 'base64'));
}
