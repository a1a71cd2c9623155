// How a file is to be imported, as an application or a command says it.

import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ColumnMap } from './columns.js';

/** `ndjson`: a JSON object on each line. `csv`: RFC 4180, with a header line. */
export type ImportFormat = 'ndjson' | 'csv';

/** A row that is not imported. */
export interface RefusedRow {
  /** The line it begins in, from 1. */
  readonly line: number;
  /** What is wrong with it, for a person. */
  readonly message: string;
  /** The row as it stands in the file. */
  readonly raw: string;
}

/** How far an import is. */
export interface ImportProgress {
  /** `checking`: all of the file is looked at, and nothing written. */
  readonly phase: 'checking' | 'writing';
  /** Rows so far. */
  readonly done: number;
  /** Rows in all, once that is known. */
  readonly total: number | undefined;
  /** Rows that were refused so far. */
  readonly refused: number;
}

/** How to import. */
export interface ImportOptions {
  /** Default: by the ending of the file's name: `.ndjson`, `.jsonl`, or `.csv`. */
  readonly format?: ImportFormat;
  /** Property by column, where they have different names; an empty text leaves the column out. */
  readonly map?: ColumnMap;
  /**
   * The most rows of one transaction. Default: as many as fit in any case. An import that was begun goes on with the number
   * it was begun with.
   */
  readonly batch?: number;
  /** Change entities that are stored already, by the properties that a row has. Default false: such a row is refused. */
  readonly update?: boolean;
  /** Import what is valid though other rows are refused. Default false: then nothing is. */
  readonly acceptValid?: boolean;
  /** Only look, and write nothing. Default false. */
  readonly check?: boolean;
  /**
   * Told of each refused row, before anything is written; of one that another process left out while it imported the same file,
   * once that is found. Waited for.
   */
  readonly onRefused?: (row: RefusedRow) => void | Promise<void>;
  /** Told after each batch. */
  readonly onProgress?: (progress: ImportProgress) => void;
  /** Ends the import between two transactions. What was written is found when the file is imported again. */
  readonly signal?: AbortSignal;
}

/** What an import came to. */
export interface ImportReport {
  /** SHA-256 of the file, in hex: what the ledger knows this import by. */
  readonly digest: string;
  /** Rows in the file. */
  readonly rows: number;
  /** Rows that this run stored. */
  readonly imported: number;
  /** With `update`: rows that say what is stored already. */
  readonly unchanged: number;
  /** Rows that another run of this import had stored. */
  readonly skipped: number;
  readonly refused: number;
  /** Transactions that this run committed, besides the one that begins an import. */
  readonly transactions: number;
  /** The most rows of one transaction. */
  readonly batch: number;
  /** Whether an earlier run had begun this import. */
  readonly resumed: boolean;
  /** Whether nothing is left to do but for what was refused: false after a check, or where nothing was to be written. */
  readonly complete: boolean;
  /** How long it took, in milliseconds. */
  readonly ms: number;
}

/** Options that were checked. */
export interface CheckedOptions extends ImportOptions {
  readonly format: ImportFormat;
  readonly map: ColumnMap;
  readonly update: boolean;
  readonly acceptValid: boolean;
  readonly check: boolean;
}

const FORMATS: Readonly<Record<string, ImportFormat>> = {
  '.ndjson': 'ndjson',
  '.jsonl': 'ndjson',
  '.csv': 'csv',
};

const SWITCHES = ['update', 'acceptValid', 'check'] as const;
const KNOWN: ReadonlySet<string> = new Set([
  ...SWITCHES,
  ...['format', 'map', 'batch', 'onRefused', 'onProgress', 'signal'],
]);

/** The options as they will be used. @throws TypeError for what is none, or says nothing of the format */
export function checkedOptions(source: string | URL, options: ImportOptions): CheckedOptions {
  const unknown = Object.keys(options).find((name) => !KNOWN.has(name));
  if (unknown !== undefined)
    throw new TypeError(`Import option "${unknown}" is not known, only ${[...KNOWN].join(', ')} are.`);
  for (const name of SWITCHES) {
    if (!['boolean', 'undefined'].includes(typeof options[name]))
      throw new TypeError(`Import option "${name}" must be true or false.`);
  }
  const { batch, map = {}, update = false, acceptValid = false, check = false } = options;
  if (batch !== undefined && !(Number.isInteger(batch) && batch >= 1))
    throw new TypeError('Import option "batch" must be a whole number of at least 1.');
  return { ...options, format: formatOf(source, options.format), map, update, acceptValid, check };
}

function formatOf(source: string | URL, given: unknown): ImportFormat {
  if (typeof source !== 'string' && !(source instanceof URL))
    throw new TypeError(
      'Import takes the path of a file: a stream cannot be gone on with where it was broken off.',
    );
  if (source === '' || source === '-')
    throw new TypeError(
      'Import takes a file: what comes through a pipe cannot be checked first, nor gone on with.',
    );
  if (given === 'ndjson' || given === 'csv') return given;
  if (given !== undefined) throw new TypeError('The format of an import is ndjson or csv.');
  const path = typeof source === 'string' ? source : fileURLToPath(source);
  const format = FORMATS[extname(path).toLowerCase()];
  if (format !== undefined) return format;
  throw new TypeError(
    `The name of the file does not tell its format: say ndjson or csv, or name it .ndjson or .csv.`,
  );
}
