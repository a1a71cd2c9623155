// Conditions of a write: whether they can be meant, and whether they hold for what comes before it.

import { kvKey } from '../../proof/layout/entry.js';
import { newestRevision } from '../index/revisions.js';
import { refused, ServiceFailure, Status } from '../service-failure.js';
import { isExpired, type ReadView } from './read-entry.js';
import type { DatabaseSettings } from './settings.js';

/** A condition; `undefined` where a request has one that says nothing. */
export type Precondition =
  | { readonly kind: 'mustExist' | 'mustNotExist'; readonly key: Uint8Array }
  | { readonly kind: 'notModifiedAfter'; readonly key: Uint8Array; readonly txId: bigint }
  | undefined;

const NAMES = {
  mustExist: 'KeyMustExist',
  mustNotExist: 'KeyMustNotExist',
  notModifiedAfter: 'KeyNotModifiedAfterTxID',
} as const;

const invalid = (problem: string) => `invalid precondition: ${problem}`;

/** What is wrong with a condition, where nothing but itself is looked at. */
function problemOf(
  condition: Exclude<Precondition, undefined>,
  settings: DatabaseSettings,
): string | undefined {
  if (kvKey(condition.key).length > settings.maxKeyLen) return invalid('max key length exceeded');
  if (condition.kind === 'notModifiedAfter' && condition.txId === 0n)
    return invalid('invalid transaction ID');
  return undefined;
}

/**
 * Refuses conditions that cannot be meant.
 *
 * @param wrapped whether the call words a refusal twice, as those of single writes do
 * @throws ServiceFailure for the first that is wrong
 */
export function assertMeant(
  preconditions: readonly Precondition[],
  settings: DatabaseSettings,
  wrapped: boolean,
): void {
  for (const condition of preconditions) {
    if (condition === undefined) throw refused(invalid('null'));
    if (condition.key.length === 0) throw refused(invalid('null key'));
    const problem = wrapped ? problemOf(condition, settings) : undefined;
    if (problem !== undefined) throw refused(invalid(problem));
  }
}

/** The rest, told once the entries have been looked at. @throws ServiceFailure */
export function assertPossible(preconditions: readonly Precondition[], settings: DatabaseSettings): void {
  if (preconditions.length > settings.maxTxEntries) throw refused(invalid('too many preconditions'));
  for (const condition of preconditions) {
    const problem = condition === undefined ? undefined : problemOf(condition, settings);
    if (problem !== undefined) throw refused(problem);
  }
}

/** @throws ServiceFailure naming the kind of the first that does not hold; not its key */
export function assertHold(view: ReadView, preconditions: readonly Precondition[]): void {
  for (const condition of preconditions) {
    if (condition === undefined || holds(view, condition)) continue;
    throw new ServiceFailure(
      Status.FAILED_PRECONDITION,
      `precondition failed: ${NAMES[condition.kind]}`,
      '23000',
    );
  }
}

function holds(view: ReadView, condition: Exclude<Precondition, undefined>): boolean {
  const newest = newestRevision(view.rows, kvKey(condition.key));
  if (condition.kind === 'notModifiedAfter') return newest === undefined || newest.txId <= condition.txId;
  const live =
    newest !== undefined && newest.metadata?.deleted !== true && !isExpired(newest.metadata, view.now);
  return live === (condition.kind === 'mustExist');
}
