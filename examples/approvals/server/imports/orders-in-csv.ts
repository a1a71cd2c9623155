// From the rows of a file to whole orders, each with the lines it stands in.

import { type CsvRow, csvRows } from './csv-rows.js';
import { ImportRow, problemOf } from './import-row.js';

/** A row and the line it begins in, from 1. */
export interface PlacedRow {
  readonly row: ImportRow;
  readonly line: number;
  /** What is wrong with it as a row of the file. */
  readonly problem: string | undefined;
}

/** Rows that follow one another and have the same number. */
export interface OrderInFile {
  readonly rows: readonly [PlacedRow, ...PlacedRow[]];
  /** How many more there are than an order may have, and are kept. */
  readonly rowsBeyond: number;
  /** How many bytes of the file there are up to its end. */
  readonly endsAt: number;
}

/** A row that is not taken. */
export interface RefusedLine {
  readonly line: number;
  readonly why: string;
}

const MOST_LINES = 50;

/** @throws BadRequestException for a file that is no CSV, or has other columns */
export async function* ordersInCsv(path: string, signal: AbortSignal): AsyncGenerator<OrderInFile, void> {
  let order: OrderBeingRead | undefined;
  for await (const row of csvRows(path, signal)) {
    if (order !== undefined && order.rows[0].row.number !== row.values.number) {
      yield order;
      order = undefined;
    }
    if (order === undefined) order = { rows: [placed(row)], rowsBeyond: 0, endsAt: row.endsAt };
    // One more than it may have is enough to see that there are too many.
    else if (order.rows.length <= MOST_LINES) order.rows.push(placed(row));
    else order.rowsBeyond++;
    order.endsAt = row.endsAt;
  }
  if (order !== undefined) yield order;
}

interface OrderBeingRead extends OrderInFile {
  readonly rows: [PlacedRow, ...PlacedRow[]];
  rowsBeyond: number;
  endsAt: number;
}

function placed({ values, line, problem }: CsvRow): PlacedRow {
  return { row: Object.assign(new ImportRow(), values), line, problem };
}

/**
 * Why an order cannot be taken: then none of its rows is.
 *
 * @param before the line in which its number was there already
 * @returns each of its rows that are kept; empty if nothing is wrong
 */
export function refusedLines({ rows }: OrderInFile, before: number | undefined): RefusedLine[] {
  const problems = new Map<number, string>();
  const [first, ...others] = rows;
  const { number } = first.row;
  if (before !== undefined) problems.set(first.line, `${number} is in line ${String(before)} already.`);
  if (rows.length > MOST_LINES)
    problems.set(first.line, `${number} has more than ${String(MOST_LINES)} rows.`);
  for (const { row, line } of others) {
    const why = whyOfAnother(row, first);
    if (why !== undefined) problems.set(line, why);
  }
  for (const { row, line, problem = problemOf(row) } of rows)
    if (problem !== undefined) problems.set(line, problem);
  const [wrong] = problems.keys();
  if (wrong === undefined) return [];
  const because = `It is of the same order as line ${String(wrong)}, which was refused.`;
  return rows.map(({ line }) => ({ line, why: problems.get(line) ?? because }));
}

/** Why a row cannot be of the order that an earlier one began. */
function whyOfAnother(row: ImportRow, { row: first, line }: PlacedRow): string | undefined {
  const where = `in line ${String(line)}`;
  if (
    row.supplier !== first.supplier ||
    row.requester !== first.requester ||
    row.cost_centre !== first.cost_centre
  )
    return `${first.number} has another supplier, requester or cost_centre ${where}.`;
  if (row.note !== undefined && row.note !== first.note)
    return `${first.number} has another note ${where}, and an order has one note.`;
  return undefined;
}
