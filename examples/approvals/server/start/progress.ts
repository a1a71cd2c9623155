// How far the start has come: a bar on a terminal, and a line for each stage that is done anywhere else.

/** Told how far a stage is. */
export type Progress = (stage: string, done: number, total: number) => void;

/** `process.stderr` is one. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const NARROWEST = 10;
const WIDEST = 60;
const BESIDE_THE_BAR = 20;
const START_OF_EMPTY_LINE = '\r\x1b[2K';

/** Shows progress on an output. */
export function progressOn(output: Output): Progress {
  const finished = new Set<string>();
  return (stage, done, total) => {
    if (finished.has(stage)) return;
    if (done === total) finished.add(stage);
    if (output.isTTY === true) output.write(bar(output, stage, done, total));
    else if (done === total) output.write(`${stage}: done\n`);
  };
}

function bar({ columns }: Output, stage: string, done: number, total: number): string {
  const width = Math.max(NARROWEST, Math.min(WIDEST, (columns ?? WIDEST) - BESIDE_THE_BAR));
  const share = total === 0 ? 1 : done / total;
  const full = Math.round(width * share);
  const percent = `${String(Math.floor(share * 100))} %`.padStart(6);
  const drawn = `${stage.padEnd(12)} ${'█'.repeat(full)}${'░'.repeat(width - full)}${percent}`;
  return `${START_OF_EMPTY_LINE}${drawn}${done === total ? '\n' : ''}`;
}
