// A write whose answer was lost. It is never blindly repeated: only a write that excludes its own repetition is sent
// again, unchanged; every other one is looked for.

import { equalBytes } from '../../bytes.js';
import { ImmuError, UnknownOutcomeError } from '../../errors.js';
import type { ProvenEntries } from '../../proof/index.js';
import { Backoff } from '../backoff.js';
import { scopeOf } from '../call.js';
import { printableKey } from '../printable-key.js';
import type { EntryToWrite, Precondition } from '../writes.js';
import type { OperationOptions } from '../call-scope.js';
import type { VerifiedContext } from './context.js';
import { historyPage } from './history.js';
import { proveTx } from './prove.js';
import { holdsExactly, type WriteRequest } from './write-request.js';

/** Sends the request once more. */
export type WriteOnce = (
  context: VerifiedContext,
  request: WriteRequest,
  options: OperationOptions,
) => Promise<ProvenEntries>;

/** Whether a write that failed like this may have been committed all the same. */
export function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof ImmuError && error.code === 'UNKNOWN_OUTCOME';
}

/** How many of a key's newest revisions are looked at for the lost write. */
const REVISIONS_LOOKED_AT = 50;

/**
 * Finds out what became of a write.
 *
 * @param baseline the newest transaction trusted before the write was first sent
 * @param lost how the first attempt failed
 * @throws ImmuError PRECONDITION_FAILED if it was not and cannot be committed any more
 * @throws UnknownOutcomeError if that cannot be told
 */
export async function settleOutcome(
  context: VerifiedContext,
  request: WriteRequest,
  baseline: bigint,
  lost: unknown,
  options: OperationOptions,
  writeOnce: WriteOnce,
): Promise<ProvenEntries> {
  const repeatable = excludesItsRepetition(request);
  const scope = scopeOf(context.connection, 'verifiedSet', options);
  const backoff = new Backoff(scope);
  let last = lost;
  while (await backoff.wait()) {
    const left = { signal: options.signal, timeoutMs: scope.remainingMs };
    try {
      if (repeatable) return await writeOnce(context, request, left);
      const found = await lookFor(context, request, baseline, left);
      if (found === undefined) break;
      return found;
    } catch (error) {
      if (error instanceof ImmuError && error.code === 'PRECONDITION_FAILED') {
        return ownOrLost(context, request, baseline, left, error);
      }
      if (!(error instanceof ImmuError) || !(error.retryable || error.code === 'UNKNOWN_OUTCOME'))
        throw error;
      last = error;
    }
  }
  throw unknown(request, last);
}

/** The condition failed on the repetition: either the first attempt made it fail, or somebody else did. */
async function ownOrLost(
  context: VerifiedContext,
  request: WriteRequest,
  baseline: bigint,
  options: OperationOptions,
  failed: ImmuError,
): Promise<ProvenEntries> {
  const found = await lookFor(context, request, baseline, options);
  if (found === undefined) throw failed;
  return found;
}

/** Looks for a transaction after the baseline that holds exactly these entries. */
async function lookFor(
  context: VerifiedContext,
  { entries }: WriteRequest,
  baseline: bigint,
  options: OperationOptions,
): Promise<ProvenEntries | undefined> {
  const first = entries[0];
  if (first === undefined) return undefined;
  const page = { offset: 0n, limit: REVISIONS_LOOKED_AT, desc: true };
  for (const revision of await historyPage(context, first.key, page, options)) {
    if (revision.tx <= baseline) return undefined;
    if (!equalBytes(revision.value, first.value)) continue;
    const proven = await proveTx(context, revision.tx, options);
    if (holdsExactly(proven, entries)) return proven;
  }
  return undefined;
}

/** Whether the write's own success makes its conditions fail: then it cannot be applied twice. */
function excludesItsRepetition({ entries, preconditions }: WriteRequest): boolean {
  const written = (condition: Precondition): EntryToWrite | undefined =>
    entries.find((entry) => equalBytes(entry.key, condition.key));
  return preconditions.some((condition) => {
    if (condition.kind === 'mustExist') return false;
    const entry = written(condition);
    if (entry === undefined || entry.metadata?.nonIndexable === true) return false;
    // A key written deleted or expiring may be absent again by the time of the repetition.
    return condition.kind === 'notModifiedAfter' || entry.metadata === undefined;
  });
}

function unknown(request: WriteRequest, cause: unknown): UnknownOutcomeError {
  const first = request.entries[0];
  return new UnknownOutcomeError(
    `The answer to a write of ${request.entries.length} entries was lost (first key ${first === undefined ? 'none' : printableKey(first.key)}) ` +
      'and looking for it did not tell whether it was committed. Read the keys and compare before writing again.',
    { cause, details: { entries: request.entries.length } },
  );
}
