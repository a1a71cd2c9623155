// What a command of the command line is.

import type { Arguments, Options } from './arguments.js';
import type { Terminal } from './terminal.js';

/** What a command has to say, for programs and for people. */
export interface Report {
  /** For `--json`: one value, printed as one line. `undefined` prints none, where the command has said all itself. */
  readonly json: unknown;
  /** For people. */
  readonly lines: readonly string[];
  /** Whether part of it could not be done; what was wrong is in the report. */
  readonly failed?: boolean;
  /** Whether what was looked at is damaged, or contradicts what is trusted; what is wrong is in the report. */
  readonly damaged?: boolean;
}

/** A command: arguments in, calls out, no logic of its own. */
export interface Command {
  /** Its words, e.g. `trust show`. */
  readonly name: string;
  /** What it takes without an option's name, e.g. `FILE`; absent for nothing. */
  readonly operand?: string;
  /** One line about it. */
  readonly about: string;
  /** What more there is to know, in lines. */
  readonly details: readonly string[];
  /** Its options, besides `--json` and `--help`. */
  readonly options: Options;
  /** Does it. */
  readonly run: (given: Arguments, terminal: Terminal) => Promise<Report>;
}

/** What every command knows. */
export const COMMON_OPTIONS: Options = {
  json: { about: 'print one line of JSON' },
  help: { about: 'print this' },
};
