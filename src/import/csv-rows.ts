// Comma-separated values as RFC 4180 has them, with a header line. csv-parse finds the cells; the lines are counted beside it,
// as it counts some line ends twice.

import { CsvError, type Options, parse } from 'csv-parse';
import { ImmuError } from '../errors.js';
import type { Columns } from './columns.js';
import { MAX_ROW_BYTES, type RowData, type SourceRow } from './source-row.js';
import { type Stretch, Tape } from './tape.js';
import { NOT_UTF8, shownText, textOf, withoutMark } from './text.js';

/** What csv-parse finds. Texts hold a byte in each character. */
interface CsvRecord {
  readonly record: readonly string[];
  /** Where the record ends in the file, or within the end of its line. */
  readonly end: number;
}

/** How much is shown of what cannot be read. */
const SHOWN_BYTES = 1024;

const OPTIONS: Options = {
  // Bytes pass through: whether they are UTF-8 is to be told cell by cell, and not to be mended in silence.
  encoding: 'latin1',
  record_delimiter: ['\r\n', '\n'],
  skip_empty_lines: true,
  relax_column_count: true,
  max_record_size: MAX_ROW_BYTES,
};

/** What is told of the ways in which a file stops being CSV. */
const STORIES: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'A quote is opened in this record and never closed.',
  INVALID_OPENING_QUOTE:
    'A quote is found inside of a cell that does not begin with one: quote the whole cell, and double it.',
  CSV_INVALID_CLOSING_QUOTE: 'A cell goes on after its closing quote: double a quote that is part of it.',
  CSV_MAX_RECORD_SIZE: `It has more than ${String(MAX_ROW_BYTES)} bytes: a quote may not be closed.`,
};

/**
 * The rows of a file of comma-separated values. A cell that is empty is a property that is absent.
 *
 * @throws ImmuError INVALID_ARGUMENT for a file without a header, or a header that does not fit the entity
 */
export async function* csvRows(
  chunks: AsyncIterable<Buffer>,
  columns: Columns,
): AsyncGenerator<SourceRow, void, undefined> {
  let properties: readonly (string | undefined)[] | undefined;
  const tape = new Tape();
  for await (const found of recordsOf(withoutMark(chunks), tape)) {
    if (found instanceof CsvError) {
      const { line, bytes } = tape.rest(SHOWN_BYTES);
      const problem = `${STORIES[found.code] ?? found.message} No line after it can be told.`;
      yield { line, raw: shownText(bytes), problem, endsReading: true };
      return;
    }
    const stretch = tape.take(found.end);
    if (properties === undefined) properties = headerOf(found.record, columns);
    else yield rowOf(stretch, found.record, properties);
  }
  if (properties === undefined)
    throw new ImmuError('INVALID_ARGUMENT', 'The file is empty: its first line must name the columns.');
}

/** The records one by one, and at the end what ended them, if it was not the file's end. */
async function* recordsOf(
  chunks: AsyncIterable<Buffer>,
  tape: Tape,
): AsyncGenerator<CsvRecord | CsvError, void, undefined> {
  let found: CsvRecord[] = [];
  // Taken before they are queued: a stream that fails forgets what it found before.
  const on_record = (record: readonly string[], { bytes: end }: { readonly bytes: number }) => {
    found.push({ record, end });
    return null;
  };
  const parser = parse({ ...OPTIONS, on_record });
  // What failed is asked for after each chunk.
  parser.on('error', () => undefined);
  const taken = (send: (done: () => void) => void) =>
    new Promise<void>((resolve) => {
      send(resolve);
    });
  try {
    for await (const chunk of chunks) {
      tape.add(chunk);
      await taken((done) =>
        parser.write(chunk, () => {
          done();
        }),
      );
      yield* found;
      found = [];
      if (parser.errored !== null) return yield csvErrorOf(parser.errored);
    }
    await taken((done) =>
      parser.end(() => {
        done();
      }),
    );
    yield* found;
    if (parser.errored !== null) yield csvErrorOf(parser.errored);
  } finally {
    parser.destroy();
  }
}

function csvErrorOf(error: Error): CsvError {
  if (error instanceof CsvError) return error;
  throw error;
}

function headerOf(record: readonly string[], columns: Columns): readonly (string | undefined)[] {
  const names = record.map((cell) => textOf(bytesOf(cell)));
  if (names.every((name) => name !== undefined)) return columns.ofHeader(names);
  throw new ImmuError('INVALID_ARGUMENT', `The header, line 1, cannot be read. ${NOT_UTF8}`);
}

function rowOf(
  { line, bytes }: Stretch,
  record: readonly string[],
  properties: readonly (string | undefined)[],
): SourceRow {
  const raw = shownText(bytes);
  if (record.length !== properties.length) {
    const problem = `It has ${String(record.length)} cells, and the header ${String(properties.length)}.`;
    return { line, raw, problem };
  }
  const data: [string, string][] = [];
  for (const [position, cell] of record.entries()) {
    const property = properties[position];
    if (property === undefined || cell === '') continue;
    const text = textOf(bytesOf(cell));
    if (text === undefined) return { line, raw, problem: NOT_UTF8 };
    data.push([property, text]);
  }
  return { line, raw, data: Object.fromEntries(data) satisfies RowData };
}

function bytesOf(latin1: string): Buffer {
  return Buffer.from(latin1, 'latin1');
}
