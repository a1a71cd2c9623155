// Runs the command line in this process and keeps what it wrote.
import { COMMANDS } from '../../../src/cli/commands.js';
import { type ExitCode, run } from '../../../src/cli/run.js';

export interface Ran {
  readonly code: ExitCode;
  /** What was written as the result, line by line. */
  readonly out: string;
  /** What was written as error or hint. */
  readonly err: string;
  /** The result as JSON. */
  readonly json: () => unknown;
}

export interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  readonly color?: boolean;
}

export async function immurepo(
  words: readonly string[],
  { env = {}, color = false }: Surroundings = {},
): Promise<Ran> {
  const [out, err]: [string[], string[]] = [[], []];
  const terminal = {
    out: (line: string) => void out.push(line),
    err: (line: string) => void err.push(line),
    color,
    env,
  };
  const code = await run(words, COMMANDS, terminal);
  const text = out.join('\n');
  return { code, out: text, err: err.join('\n'), json: () => JSON.parse(text) as unknown };
}
