// A write whose answer was lost. It is never blindly repeated: only a write that excludes its own repetition is sent
// again, unchanged; every other one is looked for.

import { equalBytes } from '../../bytes.js';
import { ImmuError, UnknownOutcomeError } from '../../errors.js';
import type { ProvenEntries } from '../../proof/index.js';
import { Backoff } from '../backoff.js';
import type { CallScope } from '../call-scope.js';
import { printableKey } from '../printable-key.js';
import type { Entry } from '../../wire/immudb/schema/kv.js';
import type { EntryToWrite } from '../writes.js';
import type { VerifiedContext } from './context.js';
import { historyPage } from './history-page.js';
import { claimedTxId } from './member.js';
import { proveTx } from './prove.js';
import { holdsExactly, repetitionOf, type WriteRequest } from './write-request.js';

/** A write that was sent. */
export interface SentWrite {
  readonly context: VerifiedContext;
  readonly request: WriteRequest;
  /** The newest transaction trusted before it was first sent. */
  readonly baseline: bigint;
  /** The bounds of the whole operation. */
  readonly scope: CallScope;
  /** How to look for it. Default: by the history of its first key. */
  readonly look?: (write: SentWrite) => Promise<Sight>;
}

/** Revisions of a key read in one call, and read in all, in search of a lost write. */
const PAGE = 50;
const REVISIONS_LOOKED_AT = 1_000;

/** A new session that is unknown again and again will not become known by opening more. */
const MAX_REFUSALS = 3;

/** What looking for a write found: its transaction, or why there is none. */
export type Sight = ProvenEntries | 'absent' | 'not yet' | 'cannot tell';

/** What is known so far. */
interface Progress {
  next: 'send' | 'look';
  /** The condition failed on a repetition: either the first attempt made it fail, or somebody else did. */
  refused: ImmuError | undefined;
  last: ImmuError;
  /** How often in a row it was refused for want of a session. */
  refusals: number;
}

/** Whether a write that failed like this may have been committed all the same. */
export function isOutcomeUnknown(error: unknown): error is ImmuError {
  return error instanceof ImmuError && error.code === 'UNKNOWN_OUTCOME';
}

/**
 * Finds out what became of a write.
 *
 * @param lost how the first attempt failed
 * @param sendAgain sends the same write once more
 * @throws ImmuError PRECONDITION_FAILED if it was not and cannot be committed any more
 * @throws UnknownOutcomeError if that cannot be told · ImmuError ABORTED if the caller gave up asking
 */
export async function settleOutcome(
  write: SentWrite,
  lost: ImmuError,
  sendAgain: () => Promise<ProvenEntries>,
): Promise<ProvenEntries> {
  const repetition = repetitionOf(write.request, write.baseline);
  const progress: Progress = {
    next: repetition === 'excluded' ? 'send' : 'look',
    refused: undefined,
    last: lost,
    refusals: wasRefused(lost) ? 1 : 0,
  };
  const backoff = new Backoff(write.scope);
  while (await hasTime(backoff, write)) {
    try {
      if (progress.next === 'send') return await sendAgain();
      const sight = await (write.look ?? lookFor)(write);
      if (typeof sight === 'object') return sight;
      if (sight === 'cannot tell') break;
      if (sight === 'not yet') continue;
      if (progress.refused !== undefined) throw progress.refused;
      if (repetition === 'possible' && !wasRefused(progress.last)) break;
      progress.next = 'send';
    } catch (error) {
      if (!(error instanceof ImmuError) || isFinal(error, progress)) throw error;
      if (error.code === 'ABORTED') throw givenUp(write.request, error);
      noteFailure(progress, error);
      if (!mayPass(error) || progress.refusals === MAX_REFUSALS) break;
      if (repetition !== 'excluded') progress.next = 'look';
    }
  }
  throw unknown(write.request, progress.last);
}

function isFinal(error: ImmuError, { refused }: Progress): boolean {
  return error === refused || error.code === 'TRUST_LATCHED';
}

function noteFailure(progress: Progress, error: ImmuError): void {
  progress.last = error;
  progress.refusals = wasRefused(error) ? progress.refusals + 1 : 0;
  if (error.code !== 'PRECONDITION_FAILED') return;
  progress.refused = error;
  progress.next = 'look';
}

/** Whether the server says that it did nothing, for want of a session. With a new one it may do it. */
function wasRefused({ details }: ImmuError): boolean {
  return details.reason === 'SESSION_EXPIRED';
}

/** Whether another attempt may fare better. A server without the trusted state does not get it by being asked again. */
function mayPass({ code, retryable }: ImmuError): boolean {
  if (code === 'SERVER_BEHIND') return false;
  return retryable || code === 'UNKNOWN_OUTCOME' || code === 'PRECONDITION_FAILED';
}

/** Waits for the next attempt. What ends the wait ends the search for a write that was sent. */
async function hasTime(backoff: Backoff, { request }: SentWrite): Promise<boolean> {
  try {
    return await backoff.wait();
  } catch (error) {
    if (!(error instanceof ImmuError)) throw error;
    throw error.code === 'ABORTED' ? givenUp(request, error) : unknown(request, error);
  }
}

function givenUp(request: WriteRequest, { cause }: ImmuError): ImmuError {
  return new ImmuError(
    'ABORTED',
    `${describe(request)}: aborted by the caller's signal while its outcome was unknown. It may have taken effect.`,
    { cause, details: { entries: request.entries.length, executed: 'maybe' } },
  );
}

/** Looks for a transaction after the baseline that holds exactly these entries, newest first. */
async function lookFor({ context, request, baseline, scope }: SentWrite): Promise<Sight> {
  const wanted = request.entries.find(({ metadata }) => metadata?.nonIndexable !== true);
  // What is not indexed has no history to look at.
  if (wanted === undefined) return 'cannot tell';
  for (let offset = 0; offset < REVISIONS_LOOKED_AT; offset += PAGE) {
    const page = { offset: BigInt(offset), limit: PAGE, desc: true };
    const revisions = await historyPage(context, wanted.key, page, scope);
    for (const revision of revisions) {
      if (revision.tx <= baseline) return 'absent';
      if (!mayBe(revision, wanted)) continue;
      const proven = await proveTx(context, claimedTxId(wanted.key, revision), scope);
      if (!holdsExactly(proven, request.entries)) continue;
      if (context.claims.isTwinOnItsWay(request)) return 'not yet';
      if (context.claims.claim(proven.header.id, request)) return proven;
    }
    if (revisions.length < PAGE) return 'absent';
  }
  return 'cannot tell';
}

/** Whether a revision, as the server shows it, may be this entry. The server shows no value of what has expired. */
function mayBe(revision: Entry, wanted: EntryToWrite): boolean {
  if (revision.expired) return wanted.metadata?.expiresAt !== undefined;
  return equalBytes(revision.value, wanted.value);
}

function describe({ entries, description }: WriteRequest): string {
  if (description !== undefined) return description;
  const first = entries[0];
  const key = first === undefined ? '' : ` (first key ${printableKey(first.key)})`;
  return `A write of ${entries.length} ${entries.length === 1 ? 'entry' : 'entries'}${key}`;
}

function unknown(request: WriteRequest, cause: ImmuError): UnknownOutcomeError {
  return new UnknownOutcomeError(
    `${describe(request)} has an unknown outcome: its answer was lost, and looking for it did not tell whether it was ` +
      'committed. Read the keys and compare before writing again.',
    { cause, details: { entries: request.entries.length } },
  );
}
