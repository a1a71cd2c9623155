// The matrix: for each row of the table, what was tried and what came of it, and the names of the cases that fail.

import { existsSync } from 'node:fs';
import type { Expectation } from './attempt.js';
import { nameOf, type Outcome } from './outcome.js';
import { type Row, ROWS } from './rows.js';

export interface RowResult extends Row {
  readonly cases: number;
  /** How often each kind of outcome came. */
  readonly outcomes: Readonly<Partial<Record<Expectation['kind'], number>>>;
  /** How often each code was refused with. */
  readonly codes: Readonly<Record<string, number>>;
  readonly failing: readonly { readonly name: string; readonly problem: string }[];
}

const counted = <Key extends string>(keys: readonly Key[]): Partial<Record<Key, number>> => {
  const counts: Partial<Record<Key, number>> = {};
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  return counts;
};

/** The rows with what came of them. @param only of one row */
export function matrixOf(outcomes: readonly Outcome[], only?: number): RowResult[] {
  const rows = [{ row: 0, attack: 'base line: honest answers pass, before and after lies' }, ...ROWS];
  return rows
    .filter(({ row }) => only === undefined || row === only || row === 0)
    .map((row): RowResult => {
      const own = outcomes.filter((outcome) => outcome.row === row.row);
      return {
        ...row,
        cases: own.length,
        outcomes: counted(own.map(({ outcome }) => outcome)),
        codes: counted(own.flatMap(({ code }) => code ?? [])) as Record<string, number>,
        failing: [
          ...own.flatMap((one) =>
            one.problem === undefined ? [] : [{ name: nameOf(one), problem: one.problem }],
          ),
          ...missing(row),
        ],
      };
    });
}

/** A row is shown by cases, by test files that exist, or says why not. */
function missing({ row, files = [] }: Row): RowResult['failing'] {
  return files
    .filter((file) => !existsSync(new URL(`../${file}`, import.meta.url)))
    .map((file) => ({ name: `row ${row} · test/${file}`, problem: 'there is no such file' }));
}

export const isFailing = (rows: readonly RowResult[]): boolean =>
  rows.some(({ failing }) => failing.length > 0);

/** The matrix as text. @param colours whether a terminal reads it */
export function printed(rows: readonly RowResult[], colours: boolean): string {
  const paint = (code: number, text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const lines = rows.flatMap((row) => [
    [
      row.failing.length > 0 ? paint(31, '✗') : row.cases > 0 ? paint(32, '✓') : paint(33, '·'),
      String(row.row === 0 ? '' : row.row).padStart(2),
      row.attack.padEnd(58),
      summaryOf(row),
    ].join(' '),
    ...(row.cases > 0 ? [`      ${listed(row.codes)}`] : []).filter((line) => line.trim() !== ''),
    ...(row.note === undefined ? [] : [`      ${row.note}`]),
    ...(row.files ?? []).map((file) => `      see test/${file}`),
    ...row.failing.map(({ name, problem }) => paint(31, `      FAILS ${name}: ${problem}`)),
  ]);
  return lines.join('\n');
}

function summaryOf({ cases, outcomes }: RowResult): string {
  return cases === 0 ? 'no cases' : `${cases} cases: ${listed(outcomes)}`;
}

const listed = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');
