// A progress bar for a person at a terminal. Files, pipes and CI logs see nothing of it.

/** Told how far a stage has come. */
export type Progress = (stage: string, done: number, total: number) => void;

/** Where a bar is drawn. `process.stderr` is one, so that what is printed on standard output stays clean. */
export interface Terminal {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** A bar, and how to be rid of it. */
export interface ProgressBar {
  readonly progress: Progress;
  /** Leaves an empty line for what is printed next. */
  readonly clear: () => void;
}

const WIDEST = 80;
const STAGE_WIDTH = 12;
const COUNT_WIDTH = 14;
const START_OF_EMPTY_LINE = '\r\x1b[2K';

/** A bar on a terminal; on anything else one that draws nothing. */
export function progressBar(terminal: Terminal): ProgressBar {
  if (terminal.isTTY !== true) return { progress: () => undefined, clear: () => undefined };
  // A terminal may say that it has none.
  const columns = Math.min(
    terminal.columns !== undefined && terminal.columns > 0 ? terminal.columns : WIDEST,
    WIDEST,
  );
  const width = Math.max(columns - STAGE_WIDTH - COUNT_WIDTH, 10);
  return {
    progress: (stage, done, total) => {
      const full = total === 0 ? width : Math.round((width * done) / total);
      const bar = '█'.repeat(full) + '░'.repeat(width - full);
      terminal.write(`${START_OF_EMPTY_LINE}${stage.padEnd(STAGE_WIDTH)}${bar} ${done}/${total}`);
    },
    clear: () => {
      terminal.write(START_OF_EMPTY_LINE);
    },
  };
}
