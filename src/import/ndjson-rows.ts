// Newline-delimited JSON: an object on each line. Lines of nothing but white space are passed over.

import { doubledName, lossyNumber } from '../entity/types/exact-json.js';
import type { Columns } from './columns.js';
import { MAX_ROW_BYTES, type RowData, type SourceRow } from './source-row.js';
import { NOT_UTF8, shownText, textOf, withoutMark } from './text.js';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** How much of a line is shown that is too long to be read. */
const SHOWN_BYTES = 1024;

const TOO_LONG = `It has more than ${String(MAX_ROW_BYTES)} bytes, which is more than a record can hold.`;

interface Line {
  readonly line: number;
  /** Without its end. */
  readonly bytes: Buffer;
  readonly isTooLong: boolean;
}

/** The rows of a file of newline-delimited JSON. */
export async function* ndjsonRows(
  chunks: AsyncIterable<Buffer>,
  columns: Columns,
): AsyncGenerator<SourceRow, void, undefined> {
  for await (const { line, bytes, isTooLong } of linesOf(withoutMark(chunks))) {
    if (isTooLong) {
      yield { line, raw: shownText(bytes), problem: TOO_LONG };
      continue;
    }
    const raw = textOf(bytes);
    if (raw === undefined) yield { line, raw: shownText(bytes), problem: NOT_UTF8 };
    else if (raw.trim() !== '') yield rowOf(line, raw, columns);
  }
}

function rowOf(line: number, raw: string, columns: Columns): SourceRow {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch (error) {
    return {
      line,
      raw,
      problem: `It is not JSON: ${error instanceof Error ? error.message : String(error)}.`,
    };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { line, raw, problem: 'It is not a JSON object, { … }.' };
  const lossy = lossyNumber(raw);
  if (lossy !== undefined) {
    const { literal, rounded } = lossy;
    const problem = `The number ${literal} would be read as ${String(rounded)}: write it as a string, "${literal}".`;
    return { line, raw, problem };
  }
  const doubled = doubledName(raw);
  if (doubled !== undefined)
    return { line, raw, problem: `It has the name ${JSON.stringify(doubled)} twice: leave one out.` };
  const problem = columns.problemOf(Object.keys(value));
  return problem === undefined ? { line, raw, data: dataOf(value, columns) } : { line, raw, problem };
}

function dataOf(object: object, columns: Columns): RowData {
  return Object.fromEntries(
    Object.entries(object).flatMap(([column, value]: [string, unknown]) => {
      const property = columns.propertyOf(column);
      return property === undefined ? [] : [[property, value] as const];
    }),
  );
}

/** Lines one by one. Of one that is too long, only its beginning is kept. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line, void, undefined> {
  let line = 1;
  let held: Buffer[] = [];
  let heldBytes = 0;
  const take = (): Line => {
    const isTooLong = heldBytes > MAX_ROW_BYTES;
    const whole = Buffer.concat(held);
    const bytes = isTooLong
      ? whole.subarray(0, SHOWN_BYTES)
      : whole.at(-1) === CARRIAGE_RETURN
        ? whole.subarray(0, -1)
        : whole;
    [held, heldBytes] = [[], 0];
    return { line: line++, bytes, isTooLong };
  };
  const hold = (part: Buffer) => {
    if (part.length > 0 && heldBytes <= MAX_ROW_BYTES) held.push(part);
    heldBytes += part.length;
  };
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      hold(chunk.subarray(start, end));
      yield take();
      start = end + 1;
    }
    hold(chunk.subarray(start));
  }
  if (heldBytes > 0) yield take();
}
