// A verified read that a replica answers. A replica that lags behind is no liar: what is stale from it is asked of the
// primary. Every other contradiction is the replica's own, and says whose it is.

import { VerificationError, type VerificationErrorCode } from '../../errors.js';
import type { CallScope } from '../call-scope.js';
import { routeOf } from '../servers/read-route.js';
import { tellBehind } from '../servers/replica-read.js';
import type { VerifiedContext } from './context.js';
import { checked, isDiagnosed } from './failures.js';

/** What an honest server that lags behind may be found to do. */
const LAGGING: ReadonlySet<VerificationErrorCode> = new Set(['STALE_READ', 'OMISSION_DETECTED']);

/**
 * Runs a verified operation that only reads, as {@link checked} does; at the primary once more where an answer was stale
 * and a replica had a part in it.
 *
 * @param operation its name, for events
 * @param run makes it, with all its calls within `scope`
 */
export function checkedRead<T>(
  context: VerifiedContext,
  operation: string,
  scope: CallScope,
  run: () => Promise<T>,
): Promise<T> {
  return checked(context, operation, () => failingOver(context, operation, scope, run));
}

async function failingOver<T>(
  { connection }: VerifiedContext,
  operation: string,
  scope: CallScope,
  run: () => Promise<T>,
): Promise<T> {
  const route = routeOf(scope);
  if (route === undefined) return run();
  try {
    return await run();
  } catch (error) {
    const replica = route.answeredBy;
    if (replica === undefined || !(error instanceof VerificationError) || isAttributed(error)) throw error;
    if (!LAGGING.has(error.code)) throw answeredBy(error, replica.address, route.node === replica);
    route.restart();
    tellBehind(connection, replica, operation, error);
  }
  return run();
}

/** Whether it is known already who contradicted itself: what the primary alone was asked is looked into there. */
function isAttributed(error: VerificationError): boolean {
  return isDiagnosed(error) || error.details.replica !== undefined;
}

function answeredBy(error: VerificationError, replica: string, alone: boolean): VerificationError {
  const { code, message, cause, details, trusted, offered, evidence } = error;
  const also = alone ? '' : ', and after it by the primary';
  return new VerificationError(code, `${message} It was answered by the replica at ${replica}${also}.`, {
    cause,
    details: { ...details, replica },
    trusted,
    offered,
    evidence,
  });
}
