// The rows of a CSV file, each with the line it begins in. What cannot be read as a whole is not read by half: a file that is
// not UTF-8, has no header or one with a column twice, or is no CSV.

import { BadRequestException } from '@nestjs/common';
import { type Info, parse } from 'csv-parse';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { COLUMNS } from './import-row.js';

export interface CsvRow {
  /** By column, without spaces around it; a column that is empty is not there. */
  readonly values: Readonly<Record<string, string>>;
  /** What is wrong with it as a row, whatever stands in it. */
  readonly problem: string | undefined;
  /** The line it begins in, from 1. */
  readonly line: number;
  /** How many bytes of the file there are up to its end. */
  readonly endsAt: number;
}

interface ParsedRow {
  readonly record: readonly string[];
  readonly info: Pick<Info, 'lines' | 'bytes'>;
}

const MOST_BYTES_OF_A_ROW = 64 * 1024;
/** After so many rows, others have their turn: a file of many is not to keep them waiting. */
const ROWS_AT_ONCE = 250;

/** @throws BadRequestException for a file that cannot be read, or has other columns */
export async function* csvRows(path: string, signal: AbortSignal): AsyncGenerator<CsvRow, void> {
  let columns: string[] | undefined;
  let rows = 0;
  for await (const { record, info } of parsedRows(path, signal)) {
    if (columns === undefined) {
      columns = checkedHeader(record);
      continue;
    }
    if (++rows % ROWS_AT_ONCE === 0) await nextTurn(undefined, { signal });
    yield {
      values: valuesOf(record, columns),
      problem:
        record.length > columns.length
          ? `There are ${String(record.length)} values for ${String(columns.length)} columns: one with a comma in it must be in quotes.`
          : undefined,
      line: info.lines - lineEndsIn(record),
      endsAt: info.bytes,
    };
  }
  if (columns === undefined) throw new BadRequestException('There is nothing in the file.');
}

function valuesOf(record: readonly string[], columns: readonly string[]): Record<string, string> {
  const values = columns.map((column, index) => [column, record[index]?.trim() ?? ''] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== ''));
}

/** What is in quotes may go over several lines; the parser counts the one in which a row ends. */
function lineEndsIn(record: readonly string[]): number {
  return record.join('').split('\n').length - 1;
}

async function* parsedRows(path: string, signal: AbortSignal): AsyncGenerator<ParsedRow, void> {
  const parser = parse({
    bom: true,
    info: true,
    skip_empty_lines: true,
    relax_column_count: true,
    max_record_size: MOST_BYTES_OF_A_ROW,
  });
  const file = createReadStream(path, { signal });
  const text = Readable.from(onlyUtf8(file), { objectMode: false });
  text.once('error', (error) => parser.destroy(error));
  try {
    yield* text.pipe(parser) as AsyncIterable<ParsedRow>;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('CSV_'))) throw error;
    throw new BadRequestException(`The file cannot be read: ${error.message}`);
  } finally {
    text.destroy();
    file.destroy();
  }
}

/** The same bytes. @throws BadRequestException as soon as some are no text in UTF-8 */
async function* onlyUtf8(file: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  const look = (bytes?: Buffer) => {
    try {
      decoder.decode(bytes, { stream: bytes !== undefined });
    } catch {
      throw new BadRequestException('The file is not in UTF-8. Save it as “CSV UTF-8”, and send it again.');
    }
  };
  for await (const chunk of file) {
    look(chunk);
    yield chunk;
  }
  look();
}

function checkedHeader(header: readonly string[]): string[] {
  const names = header.map((name) => name.trim());
  const missing = COLUMNS.filter((name) => name !== 'note' && !names.includes(name));
  const unknown = names.filter((name) => !(COLUMNS as readonly string[]).includes(name));
  const isOnce = new Set(names).size === names.length;
  if (missing.length === 0 && unknown.length === 0 && isOnce) return names;
  throw new BadRequestException(
    `The columns of the file must be ${COLUMNS.join(',')}, each once, and it has ${names.join(',').slice(0, 200)}.`,
  );
}
