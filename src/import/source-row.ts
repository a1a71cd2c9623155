// What the readers of the formats make of a file: one row after another, each with the line it begins in.

/** The most bytes of one row. What a ledger takes of one record is less. */
export const MAX_ROW_BYTES = 8 * 1024 * 1024;

/** Properties by name, as a file holds them: texts, or JSON values. */
export type RowData = Readonly<Record<string, unknown>>;

/** Where a row is. */
interface RowPlace {
  /** The line it begins in, from 1. */
  readonly line: number;
  /** The row as it stands in the file, without the line's end. */
  readonly raw: string;
}

/** A row that could be read. */
export interface ReadableRow extends RowPlace {
  /** By property, after the mapping of columns. */
  readonly data: RowData;
}

/** A row that could not be read. */
export interface UnreadableRow extends RowPlace {
  /** What is wrong, as a sentence. */
  readonly problem: string;
  /** Whether nothing after it can be told apart: no row follows. */
  readonly endsReading?: true;
}

/** A row of a file, whose bytes may be anyone's. */
export type SourceRow = ReadableRow | UnreadableRow;

/** Whether there is anything to be taken from a row. */
export function isReadable(row: SourceRow): row is ReadableRow {
  return 'data' in row;
}
