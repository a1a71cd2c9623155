// The text form of the floors of a record, sealed:
//
//   immurepo floors 1
//   ["<ledger id>","<database>"]                 as JSON writes them
//   recovered <ISO 8601> | never recovered
//   <transaction id> <key, base64>               one line per key, most recently used first
//   <transaction id> <key, base64> deleted
//   <transaction id> <key, base64> expires <seconds since 1970>

import { fromBase64, toBase64, toMapKey } from '../bytes.js';
import type { ImmuError } from '../errors.js';
import { MAX_TRUST_FLOORS, problemOf, type TrustFloor, type TrustFloors } from './floors.js';
import { isIsoTime } from './iso-time.js';
import { sealText, unsealText } from './sealed-text.js';
import { damagedFloors, newerFloors } from './trust-errors.js';
import type { TrustId } from './trust-id.js';
import { parseU64 } from './u64.js';

/** The most such a text may measure, in bytes: room for the most floors, with the longest keys. */
export const MAX_FLOORS_BYTES = 16 * 1024 * 1024;

const TITLE = 'immurepo floors 1';
const NEVER_RECOVERED = 'never recovered';

/**
 * The bytes of the floors of a record.
 *
 * @param id of the record
 * @param floors each key once, at most MAX_TRUST_FLOORS
 * @throws TypeError if they are none that could be read back
 */
export function formatFloors(id: TrustId, { recoveredAt, floors }: TrustFloors): Uint8Array {
  const problem =
    recoveredAt !== undefined && !isIsoTime(recoveredAt)
      ? 'the time of the recovery is none'
      : floors.map(problemOf).find((found) => found !== undefined);
  if (problem !== undefined) throw new TypeError(`These are no floors that could be read back: ${problem}.`);
  const recovered = recoveredAt === undefined ? NEVER_RECOVERED : `recovered ${recoveredAt}`;
  return sealText([TITLE, nameLine(id), recovered, ...floors.map(floorLine)].join('\n'));
}

/**
 * Reads floors back.
 *
 * @param bytes from a disk: may be damaged, cut off, or of another record
 * @param id of the record they are expected to belong to
 * @param source where they are from, for messages, e.g. a file name
 * @throws ImmuError TRUST_CORRUPT if any bit is not as it was written, UNSUPPORTED_FORMAT if a newer version wrote them
 */
export function parseFloors(bytes: Uint8Array, id: TrustId, source: string): TrustFloors {
  const damaged = (problem: string) => damagedFloors(source, problem);
  const [title, name, recovered = '', ...lines] = unsealText(bytes, MAX_FLOORS_BYTES, damaged).split('\n');
  if (title !== TITLE) throw otherTitle(title ?? '', source);
  if (name !== nameLine(id)) throw damaged('it holds the floors of another ledger');
  if (lines.length > MAX_TRUST_FLOORS) throw damaged(`it holds more than ${MAX_TRUST_FLOORS} floors`);
  const recoveredAt = /^recovered (.+)$/.exec(recovered)?.[1];
  if (recoveredAt === undefined ? recovered !== NEVER_RECOVERED : !isIsoTime(recoveredAt))
    throw damaged('it does not say of which recovery it is');
  const floors = lines.map((line) => parseLine(line, damaged));
  if (new Set(floors.map(({ key }) => toMapKey(key))).size !== floors.length)
    throw damaged('it names a key twice');
  return { recoveredAt, floors };
}

function nameLine({ ledgerId, database }: TrustId): string {
  return JSON.stringify([ledgerId, database]);
}

function otherTitle(title: string, source: string): ImmuError {
  return /^immurepo floors [1-9][0-9]*$/.test(title)
    ? newerFloors(source)
    : damagedFloors(source, 'it is no list of floors');
}

function floorLine({ key, txId, deleted, expiresAt }: TrustFloor): string {
  const end = deleted ? ' deleted' : expiresAt === undefined ? '' : ` expires ${String(expiresAt)}`;
  return `${String(txId)} ${toBase64(key)}${end}`;
}

/** No number longer than it can be: to read one of many digits takes long. */
const LINE = /^([0-9]{1,20}) ([A-Za-z0-9+/=]+)(?: (?:(deleted)|expires (0|-?[1-9][0-9]{0,18})))?$/;

function parseLine(line: string, damaged: (problem: string) => ImmuError): TrustFloor {
  const [, digits = '', base64 = '', deleted, expiresAt] = LINE.exec(line) ?? [];
  const txId = parseU64(digits);
  const key = fromBase64(base64);
  if (txId === undefined || key === undefined) throw damaged('a line of it says no floor');
  const floor: TrustFloor = {
    key,
    txId,
    deleted: deleted !== undefined,
    expiresAt: expiresAt === undefined ? undefined : BigInt(expiresAt),
  };
  const problem = problemOf(floor);
  if (problem !== undefined) throw damaged(problem);
  return floor;
}
