// From words to an exit code: finds the command, runs it, prints its report or its error.

import { ImmuError, VerificationError } from '../errors.js';
import { printable } from '../client/printable.js';
import { Arguments, UsageError } from './arguments.js';
import { type Command, COMMON_OPTIONS } from './command.js';
import { helpOn, overview } from './help.js';
import { type Terminal, toned } from './terminal.js';

/** 0 done · 1 could not be done · 2 wrong arguments · 3 the server contradicts what is trusted, or the ledger is damaged */
export type ExitCode = 0 | 1 | 2 | 3;

/**
 * Runs a command line.
 *
 * @param words what follows `immurepo`
 * @param commands what there is
 * @param terminal where to write
 */
export async function run(
  words: readonly string[],
  commands: readonly Command[],
  terminal: Terminal,
): Promise<ExitCode> {
  const command = commands.find(({ name }) => name === words.slice(0, name.split(' ').length).join(' '));
  if (command === undefined) return runNothing(words, commands, terminal);
  const rest = words.slice(command.name.split(' ').length);
  try {
    const given = new Arguments(rest, { ...command.options, ...COMMON_OPTIONS }, command.operand);
    if (given.has('help')) {
      helpOn(command).forEach(terminal.out);
      return 0;
    }
    const { json, lines, failed, damaged } = await command.run(given, terminal);
    if (!given.has('json')) lines.forEach(terminal.out);
    else if (json !== undefined) terminal.out(JSON.stringify(json));
    if (damaged === true) return 3;
    return failed === true ? 1 : 0;
  } catch (error) {
    return reportError(error, command, rest.includes('--json'), terminal);
  }
}

function runNothing(words: readonly string[], commands: readonly Command[], terminal: Terminal): ExitCode {
  const asked =
    words.length === 0 || words.some((word) => word === '--help' || word === '-h' || word === 'help');
  if (!asked) terminal.err(`immurepo: there is no command "${printable(words.join(' '), 80)}"`);
  overview(commands).forEach(asked ? terminal.out : terminal.err);
  return asked ? 0 : 2;
}

function reportError(error: unknown, command: Command, json: boolean, terminal: Terminal): ExitCode {
  // What Node and our own checks of options throw as TypeError is, here, what the user typed.
  const usage = error instanceof UsageError || error instanceof TypeError;
  const known = error instanceof ImmuError || error instanceof VerificationError;
  const code = usage ? 'USAGE' : known ? error.code : 'UNEXPECTED';
  const message = error instanceof Error ? error.message : String(error);
  if (json) terminal.out(JSON.stringify({ error: { code, message } }));
  else
    terminal.err(
      `${toned(terminal, 'bad', `immurepo ${command.name}: ${code}:`)} ${printable(message, 4000)}`,
    );
  if (usage && !json) terminal.err(`immurepo ${command.name} --help tells what it takes.`);
  if (!usage && !known && error instanceof Error) terminal.err(error.stack ?? '');
  if (usage) return 2;
  return error instanceof VerificationError ? 3 : 1;
}
