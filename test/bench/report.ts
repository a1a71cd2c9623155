// What a benchmark found, as a table for a person or as JSON for a machine.

import type { Measured } from './rounds.js';

/** A goal: a figure, and what it should be. */
export interface Row {
  readonly what: string;
  /** The figure, and in words what it is of. */
  readonly figure: number;
  readonly unit: string;
  /** What it must at least be, or at most. */
  readonly goal?: { readonly atLeast: number } | { readonly atMost: number };
  /** What it was computed from. */
  readonly measured?: readonly Measured[];
}

/** A ratio of two contenders of one session. */
export function ratio(what: string, ours: Measured, baseline: Measured, atLeast?: number): Row {
  return {
    what,
    figure: ours.median / baseline.median,
    unit: `× ${baseline.name}`,
    ...(atLeast === undefined ? {} : { goal: { atLeast } }),
    measured: [ours, baseline],
  };
}

/** Whether a row reaches its goal; true without one. */
export function reaches({ figure, goal }: Row): boolean {
  if (goal === undefined) return true;
  return 'atLeast' in goal ? figure >= goal.atLeast : figure <= goal.atMost;
}

/** A row in words: figure, goal, and the rates behind it with their spread. */
export function lineOf(row: Row): string {
  const { what, figure, unit, goal, measured = [] } = row;
  const wanted =
    goal === undefined
      ? ''
      : 'atLeast' in goal
        ? `, goal ≥ ${rounded(goal.atLeast)}`
        : `, goal ≤ ${rounded(goal.atMost)}`;
  const verdict = goal === undefined ? ' ' : reaches(row) ? '✓' : '✗';
  const rates = measured.map(
    ({ name, median, spread }) => `${name} ${Math.round(median)}/s ± ${Math.round(spread * 100)} %`,
  );
  return [
    `${verdict} ${what}: ${rounded(figure)} ${unit}${wanted}`,
    ...rates.map((rate) => `    ${rate}`),
  ].join('\n');
}

const rounded = (figure: number) => (figure >= 100 ? Math.round(figure) : Number(figure.toPrecision(3)));
