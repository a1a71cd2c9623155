// Where a command writes: an interface, so that a test can read it.

import { styleText } from 'node:util';

/** Two streams of lines, with colours if somebody looks at them. */
export interface Terminal {
  /** Writes a line of the result. */
  readonly out: (line: string) => void;
  /** Writes a line that is not the result: an error, a hint. */
  readonly err: (line: string) => void;
  /** Whether colours may be used. */
  readonly color: boolean;
  /** Shows how far something is, in place of what was shown before; `undefined` clears it. Absent where nobody looks. */
  readonly progress?: (line: string | undefined) => void;
  /** Environment variables. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What a piece of text says, for its colour. */
export type Tone = 'strong' | 'good' | 'bad' | 'quiet';

const STYLES = { strong: 'bold', good: 'green', bad: 'red', quiet: 'dim' } as const;

/** The text in the colour of its tone, on a terminal that shows colours. */
export function toned(terminal: Terminal, tone: Tone, text: string): string {
  // processTerminal decided whether colours are wanted; Node would ask its own standard output again.
  return terminal.color ? styleText(STYLES[tone], text, { validateStream: false }) : text;
}

/** The terminal of a process. NO_COLOR (no-color.org) turns colours off. */
export function processTerminal(process: NodeJS.Process): Terminal {
  const { stdout, stderr, env } = process;
  const progress = (line = '') => stderr.write(`\r\u001b[K${line.slice(0, (stderr.columns || 80) - 1)}`);
  return {
    out: (line) => stdout.write(`${line}\n`),
    err: (line) => stderr.write(`${line}\n`),
    color: stdout.isTTY && (env.NO_COLOR ?? '') === '',
    ...(stderr.isTTY && { progress }),
    env,
  };
}
