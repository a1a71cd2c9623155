// immurepo import: a file of newline-delimited JSON or comma-separated values into an entity.

import { printable } from '../client/printable.js';
import type { EntityClass } from '../entity/entity-types.js';
import type { ImportFormat, ImportOptions, ImportReport } from '../import/options.js';
import type { Ledger } from '../repository/ledger.js';
import { type Arguments, UsageError } from './arguments.js';
import type { Command } from './command.js';
import { ENTITY_OPTIONS, entityOf } from './entity-module.js';
import { importProgressText, importLines } from './import-report.js';
import { interruptible } from './ledger-folder.js';
import { textLine } from './progress-line.js';
import { refusedRows, type RefusedRows } from './refused-rows.js';
import type { Terminal } from './terminal.js';
import { DIRECTORY_OPTION } from './trust-place.js';
import { LEDGER_OPTION, SERVER_OPTIONS } from './trust-server.js';

const { empty: _, ...placeOptions } = SERVER_OPTIONS;

/** `immurepo import` */
export const importFile: Command = {
  name: 'import',
  operand: 'FILE',
  about: 'Store what a file holds, an entity for each row: NDJSON or CSV',
  details: [
    'All of the file is checked first, and nothing is written if a row is refused. It may be ended at any time and run',
    'again: each row is stored exactly once, as the ledger knows the file by its SHA-256 and how far it is. A file that',
    'was changed is another import. So is one that is mapped otherwise, or updates.',
    'CSV needs a header line, and an empty cell is a property that is absent. A server must be trusted already',
    '(`immurepo trust init`), or its key given. The module is run: TypeScript needs a loader, as in',
    '`node --import tsx node_modules/immurepo/dist/cli/main.js import …`. Exit code 1 if a row was refused.',
  ],
  options: {
    ...ENTITY_OPTIONS,
    format: { value: 'FORMAT', about: 'ndjson or csv (default: by the ending .ndjson, .jsonl or .csv)' },
    map: {
      value: 'COLUMN=PROPERTY',
      about:
        'a column that is named otherwise; without a property it is left out. May be given several times',
      isList: true,
    },
    check: { about: 'only look, and write nothing' },
    'accept-valid': { about: 'import what is valid though other rows are refused' },
    rejects: { value: 'FILE', about: 'where to write refused rows, as NDJSON: line, message, raw' },
    update: { about: 'change entities that are stored already, by the properties that a row has' },
    batch: { value: 'N', about: 'the most rows of one transaction (default: as many as fit)' },
    actor: { value: 'NAME', about: 'in whose name is written, for the history' },
    reason: { value: 'TEXT', about: 'why, for the history' },
    'correlation-id': { value: 'ID', about: 'in which course of events, for the history' },
    ...placeOptions,
    database: {
      value: 'NAME',
      about: 'the database, that of a tenant for example (default: that of the URL, or of the folder)',
    },
    namespace: { value: 'NAME', about: 'the namespace (default: none)' },
    ...LEDGER_OPTION,
    ...DIRECTORY_OPTION,
  },
  run: async (given, terminal) => {
    const source = sourceOf(given);
    const options = optionsOf(given);
    const { entityClass, name } = await entityOf(given);
    const { openWith } = await import('./entity-ledger.js');
    const ledger = await openWith(entityClass, given, terminal, options.check !== true);
    const refused = await refusedRows(given.text('rejects'), source).catch(async (error: unknown) => {
      await ledger.close();
      throw error;
    });
    try {
      const report = await importInto(ledger, entityClass, { source, options, refused, given, terminal });
      const { database } = ledger;
      const where = { entity: name, class: entityClass.name, database, namespace: given.text('namespace') };
      return {
        json: { ...where, check: options.check === true, ...report, refusals: refused.first },
        lines: importLines(terminal, {
          className: printable(entityClass.name),
          report,
          refused: refused.first,
          options,
        }),
        failed: report.refused > 0,
      };
    } finally {
      await refused.close();
      await ledger.close();
    }
  },
};

interface Task {
  readonly source: string;
  readonly options: ImportOptions;
  readonly refused: RefusedRows;
  readonly given: Arguments;
  readonly terminal: Terminal;
}

async function importInto(
  ledger: Ledger,
  entityClass: EntityClass,
  { source, options, refused, given, terminal }: Task,
): Promise<ImportReport> {
  const { show, clear } = textLine(given, terminal);
  const { importEntities } = await import('../import/import-entities.js');
  const work = (signal: AbortSignal) =>
    importEntities(ledger, entityClass, source, {
      ...options,
      signal,
      onRefused: (row) => refused.add(row),
      onProgress: (progress) => {
        show(() => importProgressText(entityClass.name, progress));
      },
    }).catch((error: unknown) => {
      // Which call was under way is of no interest to who ended it.
      signal.throwIfAborted();
      throw error;
    });
  const provenance = {
    actor: given.text('actor'),
    reason: given.text('reason'),
    correlationId: given.text('correlation-id'),
  };
  const whatRemains =
    options.check === true ? 'Nothing was written.' : 'What was imported is known: run it again to go on.';
  return ledger.as(provenance, () => interruptible(work, whatRemains)).finally(clear);
}

function sourceOf({ operand }: Arguments): string {
  if (operand === undefined) throw new UsageError('the file is missing: immurepo import FILE …');
  if (operand !== '-') return operand;
  throw new UsageError(
    'import takes a file: what comes through a pipe cannot be checked first, nor gone on with. Save it to a file',
  );
}

function optionsOf(given: Arguments): ImportOptions {
  const format = given.text('format');
  if (format !== undefined && format !== 'ndjson' && format !== 'csv')
    throw new UsageError('--format must be ndjson or csv');
  const batch = given.number('batch');
  return {
    ...(format === undefined ? {} : { format: format satisfies ImportFormat }),
    ...(batch === undefined ? {} : { batch: Number(batch) }),
    map: Object.fromEntries(given.list('map').map(mapping)),
    check: given.has('check'),
    acceptValid: given.has('accept-valid'),
    update: given.has('update'),
  };
}

function mapping(text: string): readonly [column: string, property: string] {
  // A column's name may have an equals sign in it, a property's seldom has.
  const at = text.lastIndexOf('=');
  if (at < 1) throw new UsageError(`--map must be COLUMN=PROPERTY, and not "${printable(text)}"`);
  return [text.slice(0, at), text.slice(at + 1)];
}
