// Over all records of an entity: those that are not as they should be are written anew, each as a revision of its own.

import { setTimeout as delay } from 'node:timers/promises';
import { toMapKey } from '../../bytes.js';
import { ConflictError, ImmuError, UniqueViolationError } from '../../errors.js';
import { describeRecord } from '../entity-bytes.js';
import { rangeOfPrefix } from '../query/key-range.js';
import { commitWrites } from '../write/commit.js';
import type { PreparedWrite } from '../write/prepared-write.js';
import { faultsOf } from './doubles.js';
import { type Amiss, type Fault, lookAt, refused } from './look-at-records.js';
import { keysIn, type Pass } from './pass.js';

/** How often a record is tried that other writers change at the same time. */
const ATTEMPTS = 10;
const LONGEST_PAUSE_MS = 50;

/** What can be put right. */
interface Repairable {
  readonly fault: Fault;
  readonly write: PreparedWrite;
}

/** Looks at every record, and writes those anew that are amiss, unless it is only to check. */
export async function passOverRecords<T extends object>(pass: Pass<T>, pageSize: number): Promise<void> {
  const { schema, check, tally } = pass;
  for await (const keys of keysIn(pass, rangeOfPrefix(schema.keys.prefix), pageSize)) {
    const amiss = await lookAt(pass, keys);
    tally.records += keys.length;
    if (!check) await putRight(pass, repairable(pass, amiss));
    else for (const fault of await faultsOf(pass, amiss)) tally.found(fault, false);
    tally.tell('records');
  }
}

/** Those that a write can put right, as far as one knows before. The others are taken down. */
function repairable<T extends object>({ tally }: Pass<T>, amiss: readonly Amiss[]): Repairable[] {
  return amiss.flatMap(({ fault, write }) => {
    if (write !== undefined) return [{ fault, write }];
    tally.found(fault, false);
    return [];
  });
}

/**
 * In one transaction where possible. Records that other writers have changed are looked at again; the others go into smaller
 * transactions, down to each by itself.
 */
async function putRight<T extends object>(pass: Pass<T>, amiss: readonly Repairable[]): Promise<void> {
  const [first, ...others] = amiss;
  if (first === undefined) return;
  if (others.length === 0) return putOneRight(pass, first);
  try {
    await commit(pass, amiss);
  } catch (error) {
    if (!isInTheWay(error)) throw error;
    const changed = changedIn(error);
    const rest = amiss.filter(({ fault }) => !changed.has(toMapKey(fault.key)));
    const half = Math.ceil(rest.length / 2);
    await putRight(pass, rest.slice(0, half));
    await putRight(pass, rest.slice(half));
    const moved = amiss.filter((one) => !rest.includes(one)).map(({ fault }) => fault.key);
    // Whoever changed them has listed them, unless it does not know the index.
    for (const one of repairable(pass, await lookAt(pass, moved))) await putOneRight(pass, one);
  }
}

/** The records that a conflict is about, where it says so. */
function changedIn({ details: { changed } }: ImmuError): ReadonlySet<string> {
  const keys: readonly unknown[] = Array.isArray(changed) ? changed : [];
  return new Set(keys.flatMap((key) => (key instanceof Uint8Array ? [toMapKey(key)] : [])));
}

async function putOneRight<T extends object>(pass: Pass<T>, first: Repairable): Promise<void> {
  const { key } = first.fault;
  let current = first;
  for (let attempt = 1; ; attempt++) {
    try {
      await commit(pass, [current]);
      return;
    } catch (error) {
      if (!isInTheWay(error)) throw error;
      if (!(error instanceof ConflictError) || attempt === ATTEMPTS) {
        giveUp(pass, current, error);
        return;
      }
      await delay(Math.random() * Math.min(LONGEST_PAUSE_MS, 2 ** attempt));
    }
    // Whoever was first may have put it right, or made it hopeless.
    const [next] = repairable(pass, await lookAt(pass, [key]));
    if (next === undefined) return;
    current = next;
  }
}

async function commit<T extends object>(
  { context, bounds, tally }: Pass<T>,
  amiss: readonly Repairable[],
): Promise<void> {
  const committed = await commitWrites(
    context,
    amiss.map(({ write }) => write),
    bounds,
  );
  context.lifecycle.tell(committed);
  for (const { fault } of amiss) tally.found(fault, true);
  tally.written += amiss.length;
}

/** Takes down that a record cannot be put right now. */
function giveUp<T extends object>({ schema, tally }: Pass<T>, { fault }: Repairable, error: ImmuError): void {
  const { key } = fault;
  if (error instanceof UniqueViolationError)
    tally.found({ kind: 'unique-violation', key, message: error.message }, false);
  else if (error instanceof ConflictError)
    tally.found({ ...fault, message: `${fault.message}, and other writers were first each time` }, false);
  else tally.found(refused(`${describeRecord(schema, key)} cannot be stored anew`, key, error), false);
}

/** What concerns single records: the others can be written without them. */
function isInTheWay(error: unknown): error is ImmuError {
  return error instanceof ConflictError || (error instanceof ImmuError && OF_ONE.has(error.code));
}

/** A transaction that is too large, a double, or whoever has a unique value cannot be read. */
const OF_ONE: ReadonlySet<string> = new Set([
  'BATCH_TOO_LARGE',
  'MESSAGE_TOO_LARGE',
  'UNIQUE_VIOLATION',
  'UNREADABLE_RECORD',
  'UNSUPPORTED_FORMAT',
]);
