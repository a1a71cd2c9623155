// One recorded request and answer, and the state that was trusted when the request was made.

import { fromBase64 } from '../../src/bytes.js';
import type { LedgerState } from '../../src/proof/index.js';
import { Rejection } from './verdict.js';

/** A fixture in shape; its messages are not decoded. */
export interface Fixture {
  readonly requestType: string;
  readonly request: Uint8Array;
  readonly responseType: string;
  readonly response: Uint8Array;
  /** undefined on first use */
  readonly trusted: LedgerState | undefined;
}

const ALH_BYTES = 32;
const DECIMAL = /^(?:0|[1-9][0-9]{0,18})$/;
const MAX_TX_ID = 2n ** 63n - 1n;

/** Whether a value of a JSON text is an object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The fixture's name, or null if it has none. */
export function nameOf(fixture: unknown): string | null {
  return isRecord(fixture) && typeof fixture.name === 'string' ? fixture.name : null;
}

/**
 * Which call the fixture recorded.
 *
 * @throws Rejection MALFORMED_FIXTURE
 */
export function parseRpc(fixture: unknown): string {
  if (!isRecord(fixture)) throw malformed('The fixture is not an object.');
  return parseText(fixture, 'rpc');
}

/**
 * Reads a fixture.
 *
 * @throws Rejection MALFORMED_FIXTURE
 */
export function parseFixture(fixture: unknown): Fixture {
  if (!isRecord(fixture)) throw malformed('The fixture is not an object.');
  parseText(fixture, 'name');
  return {
    requestType: parseText(fixture, 'requestType'),
    request: parseBase64(fixture, 'request'),
    responseType: parseText(fixture, 'responseType'),
    response: parseBase64(fixture, 'response'),
    trusted: parseTrusted(fixture),
  };
}

function parseTrusted(fixture: Readonly<Record<string, unknown>>): LedgerState | undefined {
  const txId = parseTxId(fixture.trustedTxId);
  const alh = parseBase64(fixture, 'trustedTxHash');
  if (alh.length !== ALH_BYTES && (txId > 0n || alh.length > 0)) {
    throw malformed(`\`trustedTxHash\` has ${alh.length} bytes, not ${ALH_BYTES}.`);
  }
  return txId === 0n ? undefined : { txId, alh };
}

/** A number only where JSON carries it exactly: larger ids are decimal strings. */
function parseTxId(value: unknown): bigint {
  const exact = Number.isSafeInteger(value) || (typeof value === 'string' && DECIMAL.test(value));
  const txId = exact ? BigInt(value as number | string) : -1n;
  if (txId >= 0n && txId <= MAX_TX_ID) return txId;
  throw malformed('`trustedTxId` is not a transaction id, as a whole number or a decimal string.');
}

function parseText(fixture: Readonly<Record<string, unknown>>, field: string): string {
  const value = fixture[field];
  if (typeof value !== 'string') throw malformed(`\`${field}\` is not a text.`);
  return value;
}

function parseBase64(fixture: Readonly<Record<string, unknown>>, field: string): Uint8Array {
  const bytes = fromBase64(parseText(fixture, field));
  if (bytes === undefined) throw malformed(`\`${field}\` is not canonical base64.`);
  return bytes;
}

function malformed(message: string): Rejection {
  return new Rejection('MALFORMED_FIXTURE', message);
}
