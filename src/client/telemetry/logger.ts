// A client's events as lines of a log.

import { toHex } from '../../bytes.js';
import type { ClientEvents } from '../events.js';

/** How much a line matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * Where lines go: `console` fits, and so does what one writes around any logger. A method that is missing is a level
 * nobody wants. Must not throw. Lines and fields hold neither secrets nor what is stored.
 */
export type Logger = Readonly<
  Partial<Record<LogLevel, (line: string, fields: Readonly<Record<string, unknown>>) => void>>
>;

type Line<Event> = readonly [level: LogLevel, say: (event: Event) => string];

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** What is said of each event, and how much it matters. */
const LINES: { readonly [Name in keyof ClientEvents]: Line<ClientEvents[Name]> } = {
  'session-opened': ['debug', ({ database, address }) => `session on database "${database}" at ${address}`],
  'session-lost': [
    'info',
    ({ database, address }) =>
      `the session on database "${database}" at ${address} was lost; the next call opens another`,
  ],
  retry: [
    'debug',
    ({ rpc, address, attempts, code }) => `${rpc} to ${address} failed (${code}), attempt ${attempts}`,
  ],
  unreachable: ['warn', ({ address, error }) => `immudb at ${address} is not reached: ${error.message}`],
  reachable: ['info', ({ address, afterMs }) => `immudb at ${address} answers again, after ${afterMs} ms`],
  'replica-behind': [
    'info',
    ({ address, operation, error }) =>
      `the replica at ${address} is behind (${operation}), the primary is asked: ${error.message}`,
  ],
  'trust-initialised': [
    'info',
    ({ ledgerId, database, origin, txId }) =>
      `trust in ledger "${ledgerId}", database "${database}", begins at transaction ${String(txId)} (${origin})`,
  ],
  tampered: ['error', ({ operation, error }) => `${operation} was refused: ${error.message}`],
  latched: ['error', ({ error }) => `no verified work is done any more: ${error.message}`],
};

/**
 * Writes the line for an event; nothing for an event there is no line for.
 *
 * @param event of that name, as listeners are given it
 */
export function logEvent(logger: Logger, name: string, event: object): void {
  const line = Object.hasOwn(LINES, name) ? (LINES[name as keyof ClientEvents] as Line<object>) : undefined;
  if (line === undefined) return;
  const [level, say] = line;
  logger[level]?.(`immurepo: ${say(event)}`, { event: name, ...fieldsOf(event) });
}

/** @throws TypeError for what nothing can be written to */
export function checkedLogger(logger: Logger | undefined): Logger | undefined {
  if (logger === undefined) return undefined;
  const methods = Object(logger) as Readonly<Record<string, unknown>>;
  const given = LEVELS.filter((level) => methods[level] !== undefined);
  if (given.length > 0 && given.every((level) => typeof methods[level] === 'function')) return logger;
  throw new TypeError(`logger must have at least one of the methods ${LEVELS.join(', ')}: console fits.`);
}

/** The event as fields that any logger can write: errors by code, 64-bit numbers as text, hashes in hexadecimal. */
function fieldsOf(event: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(event).map(([name, value]) => [name, plain(value)]));
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return toHex(value);
  if (!(value instanceof Error)) return value;
  return { name: value.name, message: value.message, ...('code' in value ? { code: value.code } : {}) };
}
