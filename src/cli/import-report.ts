// What an import came to, for people.

import { printable } from '../client/printable.js';
import type { ImportOptions, ImportProgress, ImportReport, RefusedRow } from '../import/options.js';
import { grouped } from './progress-line.js';
import { type Terminal, toned } from './terminal.js';
import { counted } from './verify-report.js';

/** The longest message shown of a row, in characters. */
const MAX_MESSAGE = 500;

/** How far it is. */
export function importProgressText(name: string, { phase, done, total, refused }: ImportProgress): string {
  const rows = counted(BigInt(done), 'row');
  const bad = refused === 0 ? '' : `, ${grouped(BigInt(refused))} refused`;
  if (phase === 'checking') return `${name}: ${rows} checked${bad}`;
  const share = total === undefined || total === 0 ? '' : ` (${String(Math.floor((100 * done) / total))} %)`;
  return `${name}: ${rows} of ${grouped(BigInt(total ?? done))} imported${share}${bad}`;
}

/** An import that came to its end. */
export interface EndedImport {
  readonly className: string;
  readonly report: ImportReport;
  /** The first rows that were refused. */
  readonly refused: readonly Omit<RefusedRow, 'raw'>[];
  readonly options: ImportOptions;
}

/** What is to be said of it. */
export function importLines(
  terminal: Terminal,
  { className, report, refused, options }: EndedImport,
): string[] {
  const bad =
    report.refused === 0
      ? toned(terminal, 'good', 'all of them valid')
      : toned(terminal, 'bad', `${grouped(BigInt(report.refused))} refused`);
  const more = report.refused - refused.length;
  const { batch, resumed } = report;
  const asked = options.batch;
  return [
    `${toned(terminal, 'strong', className)}: ${counted(BigInt(report.rows), 'row')}, ${bad}`,
    ...refused.map(
      ({ line, message }) =>
        `  ${toned(terminal, 'bad', `line ${String(line)}:`)} ${printable(message, MAX_MESSAGE)}`,
    ),
    ...(more > 0 ? [`  … and ${grouped(BigInt(more))} more`] : []),
    ...(resumed && asked !== undefined && asked !== batch
      ? [`This import was begun with ${grouped(BigInt(batch))} rows in a transaction, and goes on so.`]
      : []),
    verdict(report, options),
  ];
}

function verdict(
  { complete, ...report }: ImportReport,
  { check = false, acceptValid = false }: ImportOptions,
): string {
  if (!complete) {
    if (check) return 'Nothing was written: this was a check.';
    if (acceptValid) return 'Nothing was written: the file cannot be read to its end.';
    return 'Nothing was written: put the rows right, or import what is valid with --accept-valid.';
  }
  const parts = [
    `${counted(BigInt(report.imported), 'row')} imported in ${counted(BigInt(report.transactions), 'transaction')}`,
    ...(report.unchanged > 0 ? [`${grouped(BigInt(report.unchanged))} held what is stored`] : []),
    ...(report.skipped > 0 ? [`${grouped(BigInt(report.skipped))} had been imported before`] : []),
  ];
  return `${parts.join(', ')}.`;
}
