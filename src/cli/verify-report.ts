// What a check found, for programs and for people.

import { toHex } from '../bytes.js';
import { printable } from '../client/printable.js';
import type { Fault } from '../engine/maintenance/faults.js';
import type { DatabaseVerification } from '../engine/maintenance/verify-database.js';
import type { LedgerVerification } from '../engine/maintenance/verify-ledger.js';
import { stateJson } from '../trust/record-text.js';
import type { KnownStates } from './known-states.js';
import { grouped } from './progress-line.js';
import { type Terminal, toned } from './terminal.js';

/** The longest fault shown, in characters. */
const MAX_FAULT = 1_000;

/** Whether anything is wrong. */
export function isDamaged({ faults, databases }: LedgerVerification): boolean {
  return faults.length > 0 || databases.some(({ faultCount }) => faultCount > 0);
}

/** For programs. */
export function verificationJson(
  { uuid, faults, databases }: LedgerVerification,
  known: KnownStates,
): object {
  return {
    uuid,
    faults: faults.map(faultJson),
    databases: databases.map(({ database, transactions, entries, state, faults: own, faultCount }) => {
      const trusted = known.trusted.get(database);
      return {
        database,
        transactions: String(transactions),
        entries: String(entries),
        state: state && stateJson(state),
        trusted: trusted && stateJson(trusted),
        faultCount,
        faults: own.map(faultJson),
      };
    }),
  };
}

function faultJson({ txId, message }: Fault): object {
  return { txId: txId === undefined ? undefined : String(txId), message };
}

/** For people. */
export function verificationLines(
  terminal: Terminal,
  { faults, databases }: LedgerVerification,
  { trusted }: KnownStates,
): string[] {
  return [
    ...faults.map((fault) => faultLine(terminal, fault)),
    ...databases.flatMap((found) => [
      headline(terminal, found),
      ...stateLines(terminal, found, trusted.get(found.database)?.txId),
      ...found.faults.map((fault) => `  ${faultLine(terminal, fault)}`),
      ...(found.faultCount > found.faults.length
        ? [`  … and ${grouped(BigInt(found.faultCount - found.faults.length))} more`]
        : []),
    ]),
  ];
}

function headline(
  terminal: Terminal,
  { database, transactions, entries, faultCount }: DatabaseVerification,
): string {
  const verdict =
    faultCount === 0
      ? toned(terminal, 'good', 'whole')
      : toned(terminal, 'bad', faultCount === 1 ? '1 fault' : `${grouped(BigInt(faultCount))} faults`);
  const size = `${counted(transactions, 'transaction')}, ${counted(entries, 'entry', 'entries')}`;
  return `${toned(terminal, 'strong', printable(database))}: ${size}, ${verdict}`;
}

function stateLines(
  terminal: Terminal,
  { state, transactions }: DatabaseVerification,
  trustedTxId: bigint | undefined,
): string[] {
  const row = (label: string, text: string) => `  ${toned(terminal, 'quiet', label.padEnd(9))} ${text}`;
  return [
    ...(state === undefined || transactions === 0n
      ? []
      : [row('head', `transaction ${String(state.txId)}`), row('alh', toHex(state.alh))]),
    ...(trustedTxId === undefined || trustedTxId === 0n
      ? []
      : [row('trusted', `transaction ${String(trustedTxId)}`)]),
  ];
}

function faultLine(terminal: Terminal, { txId, message }: Fault): string {
  const where = txId === undefined ? '' : `transaction ${String(txId)} `;
  return `${toned(terminal, 'bad', 'fault:')} ${where}${printable(message, MAX_FAULT)}`;
}

/** A number of things. */
export function counted(count: bigint, one: string, many = `${one}s`): string {
  return count === 1n ? `1 ${one}` : `${grouped(count)} ${many}`;
}
