// What a database refuses, in the words of immudb 1.11.1.

import { refused, ServiceFailure, Status } from '../service-failure.js';

/** A page of more rows than this is refused; a page without a limit has as many. */
export const MAX_PAGE = 2500;

/** Absent, or deleted. */
export const keyNotFound = () => refused('tbtree: key not found');
/** Its time is over. */
export const expired = () => refused('tbtree: key not found: expired entry');
/** Beyond the newest transaction. */
export const txNotFound = () => refused('tx not found');
/** What a proof should start from is not there yet. */
export const illegalState = () => new ServiceFailure(Status.INVALID_ARGUMENT, 'illegal state');
/** The index's own complaint about what it is asked. */
export const illegalIndexArguments = () => refused('tbtree: illegal arguments');
/** A write without an entry. */
export const noEntries = () => refused('no entries provided');

/** Whether a key is absent, deleted or expired. */
export function isKeyNotFound(error: unknown): error is ServiceFailure {
  return error instanceof ServiceFailure && error.message.startsWith('tbtree: key not found');
}

/** How many rows a page has at most. @throws ServiceFailure for more than is allowed */
export function pageLimit(limit: bigint | number): number {
  if (limit > MAX_PAGE) {
    throw refused(
      `result size limit exceeded: the specified limit (${limit}) is larger than the maximum allowed one (${MAX_PAGE})`,
    );
  }
  return Number(limit) === 0 ? MAX_PAGE : Number(limit);
}
