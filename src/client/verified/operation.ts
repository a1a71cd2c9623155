// A verified operation under way, for the parts of the client that have such operations.

import type { CallScope, OperationOptions } from '../call-scope.js';
import type { VerifiedContext } from './context.js';

/** A verified operation under way. */
export interface VerifiedOperation {
  readonly context: VerifiedContext;
  readonly scope: CallScope;
}

/**
 * Begins a verified operation: its time counts from here, taking up trust included.
 *
 * @param name the operation's, for errors
 */
export type BeginVerified = (name: string, options: OperationOptions) => Promise<VerifiedOperation>;
