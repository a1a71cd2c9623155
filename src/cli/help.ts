// The help texts, made of what the commands say about themselves.

import type { Options } from './arguments.js';
import { type Command, COMMON_OPTIONS } from './command.js';

const EXIT_CODES = [
  'Exit codes: 0 done · 1 could not be done · 2 wrong arguments · 3 the server contradicts what is trusted,',
  'or the ledger is damaged',
];

/** What there is. */
export function overview(commands: readonly Command[]): readonly string[] {
  const width = Math.max(...commands.map(({ name }) => name.length));
  return [
    'Usage: immurepo COMMAND [OPTIONS]',
    '',
    ...commands.map(({ name, about }) => `  ${name.padEnd(width)}  ${about}`),
    '',
    'immurepo COMMAND --help tells more about one of them.',
    ...EXIT_CODES,
  ];
}

/** One command in full. */
export function helpOn({ name, operand, about, details, options }: Command): readonly string[] {
  return [
    `Usage: immurepo ${name} ${operand === undefined ? '' : `${operand} `}[OPTIONS]`,
    '',
    `${about}.`,
    ...details,
    '',
    ...optionLines({ ...options, ...COMMON_OPTIONS }),
    '',
    ...EXIT_CODES,
  ];
}

function optionLines(options: Options): readonly string[] {
  const rows = Object.entries(options).map(
    ([name, { value, about }]) => [`--${name}${value === undefined ? '' : ` ${value}`}`, about] as const,
  );
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, about]) => `  ${left.padEnd(width)}  ${about}`);
}
