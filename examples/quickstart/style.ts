// Colours, where somebody sees them: on a terminal, and only without NO_COLOR (https://no-color.org).

/** Ways to stress a text. Each gives the text back unchanged where there are no colours. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
}

/** Where a text is going. */
export interface Output {
  readonly isTTY?: boolean | undefined;
}

const wrap = (on: number, off: number) => (text: string) => `\x1b[${on}m${text}\x1b[${off}m`;
const plain = (text: string) => text;

/** The style for an output. @param env where NO_COLOR is looked for */
export function styleFor(output: Output, env: NodeJS.ProcessEnv): Style {
  if (output.isTTY !== true || Boolean(env.NO_COLOR)) {
    return { bold: plain, dim: plain, red: plain, green: plain, yellow: plain };
  }
  return {
    bold: wrap(1, 22),
    dim: wrap(2, 22),
    red: wrap(31, 39),
    green: wrap(32, 39),
    yellow: wrap(33, 39),
  };
}
