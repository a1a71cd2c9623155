// The text form of a trust record: one line of canonical JSON (members sorted, no spaces), then its seal.

import { toHex } from '../bytes.js';
import type { LedgerState } from '../proof/layout/ledger-state.js';
import type { TrustLatch, TrustRecord, TrustRecovery } from './record.js';
import { RecordMembers } from './record-members.js';
import { sealText, unsealText } from './sealed-text.js';
import { corrupt, tooNew } from './trust-errors.js';
import { isTrustName } from './trust-id.js';

/** The most a record may measure, in bytes. Evidence in a latch must leave room for the rest. */
export const MAX_RECORD_BYTES = 1_048_576;

/**
 * The bytes of a record.
 *
 * @param record the record; checked by reading it back, so that nothing is written that could not be read
 * @returns at most MAX_RECORD_BYTES
 * @throws TypeError if the record is not one, or is too large
 */
export function formatTrustRecord(record: TrustRecord): Uint8Array {
  const text = sealText(bodyOf(record));
  try {
    parseTrustRecord(text, 'to be written');
  } catch (error) {
    throw new TypeError('This is no trust record that could be read back; see the cause.', { cause: error });
  }
  return text;
}

/**
 * Reads a record back.
 *
 * @param bytes from a disk: may be damaged, cut off, or of another version
 * @param source where they are from, for messages, e.g. a file name
 * @throws ImmuError TRUST_CORRUPT if any bit is not as it was written, UNSUPPORTED_FORMAT if a newer version wrote it
 */
export function parseTrustRecord(bytes: Uint8Array, source: string): TrustRecord {
  const body = unsealText(bytes, MAX_RECORD_BYTES, (problem) => corrupt(source, problem));
  const record = readRecord(parseJson(body, source), source);
  // One record has one text: no duplicate members, no other order, spacing or escapes.
  if (bodyOf(record) !== body) throw corrupt(source, 'it is not in canonical form');
  return record;
}

function parseJson(body: string, source: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw corrupt(source, 'it is not JSON', error);
  }
}

function readRecord(json: unknown, source: string): TrustRecord {
  const members = new RecordMembers(json, source);
  const version = members.count('version');
  if (version !== 1) throw tooNew(source, `format version ${version}`);
  const record: TrustRecord = {
    version,
    ledgerId: members.text('ledgerId', isTrustName, 'a name'),
    database: members.text('database', isTrustName, 'a name'),
    serverUuid: members.has('serverUuid') ? members.sentence('serverUuid') : undefined,
    keyId: members.has('keyId') ? toHex(members.hash('keyId')) : undefined,
    origin: members.oneOf('origin', ['pinned', 'first-use', 'created']),
    head: members.state('head'),
    ...(members.has('nextRoot') && { nextRoot: members.hash('nextRoot') }),
    epoch: members.count('epoch'),
    observedAt: members.time('observedAt'),
    ...(members.has('latch') && { latch: readLatch(members.object('latch')) }),
    ...(members.has('recovered') && { recovered: members.objects('recovered').map(readRecovery) }),
  };
  members.end();
  return record;
}

function readLatch(members: RecordMembers): TrustLatch {
  const latch: TrustLatch = {
    code: members.sentence('code'),
    message: members.sentence('message'),
    at: members.time('at'),
    trusted: members.state('trusted'),
    offered: members.state('offered'),
    ...(members.has('evidence') && { evidence: members.sentence('evidence') }),
  };
  members.end();
  return latch;
}

function readRecovery(members: RecordMembers): TrustRecovery {
  const recovery: TrustRecovery = {
    reason: members.sentence('reason'),
    at: members.time('at'),
    ...(members.has('abandoned') && { abandoned: members.state('abandoned') }),
    ...(members.has('lifted') && { lifted: members.sentence('lifted') }),
  };
  members.end();
  return recovery;
}

function bodyOf(record: TrustRecord): string {
  return canonicalJson(trustRecordJson(record));
}

/**
 * A record as a JSON value: 64-bit numbers as decimal texts, hashes as hex, absent members undefined. Named members
 * only: what a caller's object carries besides them is left out.
 */
export function trustRecordJson(record: TrustRecord): Readonly<Record<string, unknown>> {
  const { version, ledgerId, database, serverUuid, keyId, origin, head, nextRoot, epoch, observedAt } =
    record;
  return {
    ...{ version, ledgerId, database, serverUuid, keyId, origin, epoch, observedAt },
    head: stateJson(head),
    nextRoot: nextRoot && toHex(nextRoot),
    latch: record.latch && latchJson(record.latch),
    recovered: record.recovered?.map(recoveryJson),
  };
}

function latchJson({ code, message, at, trusted, offered, evidence }: TrustLatch): object {
  return { code, message, at, trusted: stateJson(trusted), offered: stateJson(offered), evidence };
}

function recoveryJson({ reason, at, abandoned, lifted }: TrustRecovery): object {
  return { reason, at, abandoned: abandoned && stateJson(abandoned), lifted };
}

/** A state as a JSON value. */
export function stateJson({ txId, alh }: LedgerState): object {
  return { txId: String(txId), alh: toHex(alh) };
}

/** JSON as RFC 8785 has it, for the values that occur here: texts, small integers, objects and lists of them. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}
