// How far something is, in one line for people.

import type { Progress } from '../engine/maintenance/verify-rows.js';
import type { Arguments } from './arguments.js';
import type { Terminal } from './terminal.js';

/** How often the line changes. */
const EVERY_MS = 100;

/** Something that tells how far it is. */
export interface ProgressLine {
  /** Takes what is told. */
  readonly show: (database: string, progress: Progress) => void;
  /** Clears the line. */
  readonly clear: () => void;
}

/** A line of any text. */
export interface TextLine {
  /** Shows a text, unless one was shown just now. */
  readonly show: (text: () => string) => void;
  /** Clears the line. */
  readonly clear: () => void;
}

/** A line that nobody sees where nobody looks, or where JSON was asked for. */
export function textLine(given: Arguments, terminal: Terminal): TextLine {
  const { progress: write } = terminal;
  if (write === undefined || given.has('json')) return { show: () => undefined, clear: () => undefined };
  let last = 0;
  return {
    show: (text) => {
      const now = performance.now();
      if (now - last < EVERY_MS) return;
      last = now;
      write(text());
    },
    clear: () => {
      write(undefined);
    },
  };
}

/** @param doing e.g. `Verifying` */
export function progressLine(doing: string, given: Arguments, terminal: Terminal): ProgressLine {
  const { show, clear } = textLine(given, terminal);
  return {
    show: (database, progress) => {
      show(() => `${doing} ${database}: ${textOf(progress)}`);
    },
    clear,
  };
}

function textOf({ done, total, unit }: Progress): string {
  switch (unit) {
    case 'transactions':
      return `transaction ${grouped(done)} of ${grouped(total)}${percent(done, total)}`;
    case 'index':
      return `${grouped(done)} rows of the index`;
    case 'bytes':
      return `${bytesText(done)} of ${bytesText(total)}${percent(done, total)}`;
  }
}

function percent(done: bigint, total: bigint): string {
  return total > 0n && done <= total ? ` (${String((100n * done) / total)} %)` : '';
}

/** A number for people, with commas. */
export function grouped(value: bigint): string {
  return value.toLocaleString('en-US');
}

/** A size for people. */
export function bytesText(bytes: bigint): string {
  const megabytes = Number(bytes) / 1e6;
  return megabytes < 1 ? `${grouped(bytes)} bytes` : `${megabytes.toFixed(megabytes < 100 ? 1 : 0)} MB`;
}
