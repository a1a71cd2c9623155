// A verified read that a replica answers. A replica that lags behind is no liar: what is stale from it is asked of the
// primary. Every other contradiction is the replica's own, and says whose it is.

import { VerificationError, type VerificationErrorCode } from '../../errors.js';
import type { CallScope } from '../call-scope.js';
import { routeOf } from '../read-route.js';
import { tellBehind } from '../replica-read.js';
import type { VerifiedContext } from './context.js';
import { checked } from './failures.js';

/** What an honest server that lags behind may be found to do. */
const LAGGING: ReadonlySet<VerificationErrorCode> = new Set(['STALE_READ', 'OMISSION_DETECTED']);

/**
 * Runs a verified operation that only reads, as {@link checked} does; at the primary once more where a replica's answer
 * was stale.
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
  const replica = route?.replica;
  if (route === undefined || replica === undefined) return run();
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    const alone = route.node === replica;
    if (!alone || !LAGGING.has(error.code)) throw answeredBy(error, replica.address, alone);
    route.toPrimary();
    tellBehind(connection, replica, operation, error);
  }
  return run();
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
