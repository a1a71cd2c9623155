// What completing or checking indexes came to, for programs and for people.

import { toHex } from '../bytes.js';
import { printable } from '../client/printable.js';
import type { ReindexProgress, ReindexReport } from '../repository/reindex/report.js';
import { grouped } from './progress-line.js';
import { type Terminal, toned } from './terminal.js';
import { counted } from './verify-report.js';

/** The most faults shown, and the longest, in characters. */
const MAX_FAULTS = 50;
const MAX_FAULT = 1_000;

const NOT_READY = 'The indexes do not answer yet: put right what is wrong, then run it without --check.';

/** How far it is. */
export function progressText(name: string, { phase, done, written, faults }: ReindexProgress): string {
  const what = phase === 'records' ? 'records' : 'entries of the indexes';
  const found = faults === 0 ? '' : `, ${counted(BigInt(faults), 'fault')}`;
  const anew = written === 0 ? '' : `, ${grouped(BigInt(written))} written anew`;
  return `${name}: ${grouped(BigInt(done))} ${what}${found}${anew}`;
}

/** For programs. */
export function reportJson({ faults, ...counts }: ReindexReport): object {
  return { ...counts, faults: faults.map((fault) => ({ ...fault, key: toHex(fault.key) })) };
}

/** For people: what is wrong still, of the first thousand faults. */
export function reportLines(terminal: Terminal, name: string, report: ReindexReport): string[] {
  const { records, entries, written, deleted, remaining, faults, ready } = report;
  const left = faults.filter(({ repaired }) => !repaired).slice(0, MAX_FAULTS);
  const seen = `${counted(BigInt(records), 'record')}, ${counted(BigInt(entries), 'entry', 'entries')} of the indexes`;
  const verdict =
    remaining === 0
      ? toned(terminal, 'good', 'all in order')
      : toned(terminal, 'bad', counted(BigInt(remaining), 'fault'));
  const changes = [
    ...(written > 0 ? [`  ${counted(BigInt(written), 'record')} written anew`] : []),
    ...(deleted > 0
      ? [`  ${counted(BigInt(deleted), 'entry', 'entries')} deleted that no record lists`]
      : []),
  ];
  const more = remaining - left.length;
  return [
    `${toned(terminal, 'strong', name)}: ${seen}, ${verdict}`,
    ...changes,
    ...left.map(({ message }) => `  ${toned(terminal, 'bad', 'fault:')} ${printable(message, MAX_FAULT)}`),
    ...(more > 0 ? [`  … and ${grouped(BigInt(more))} more`] : []),
    ready ? 'The indexes answer.' : NOT_READY,
  ];
}
