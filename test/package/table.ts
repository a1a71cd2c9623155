// What came of each project under each version.

/** One cell. */
export interface Cell {
  readonly row: string;
  /** For example `node 22.23.3`. */
  readonly column: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** What went wrong, why it was skipped, or what is worth knowing. */
  readonly note?: string | undefined;
  readonly ms: number;
}

/** @returns lines: a row for each project, a column for each version */
export function tableOf(cells: readonly Cell[]): string[] {
  const columns = [...new Set(cells.map(({ column }) => column))];
  const rows = [...new Set(cells.map(({ row }) => row))];
  const textAt = (row: string, column: string) => {
    const cell = cells.find((one) => one.row === row && one.column === column);
    if (cell === undefined) return '';
    return cell.outcome === 'passed' && cell.note !== undefined ? 'passed *' : cell.outcome;
  };
  const lines = [
    ['', ...columns],
    ...rows.map((row) => [row, ...columns.map((column) => textAt(row, column))]),
  ];
  const widths = ['', ...columns].map((_, index) => Math.max(...lines.map((line) => line[index]!.length)));
  return lines.map((line) =>
    line
      .map((text, index) => text.padEnd(widths[index]!))
      .join('  ')
      .trimEnd(),
  );
}

/** @returns the one line that is printed as soon as a cell is known */
export function lineOf({ row, column, outcome, note, ms }: Cell): string {
  const why = note === undefined ? '' : `: ${note}`;
  return `${outcome === 'failed' ? 'FAILED' : outcome} ${row}, ${column} (${(ms / 1000).toFixed(1)} s)${why}`;
}
