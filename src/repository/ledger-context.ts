// From a ledger to what its repositories work with, for parts of this package that are none of its methods.

import type { RepositoryContext } from './context.js';

const contexts = new WeakMap<object, RepositoryContext>();

/** Remembers the context of a ledger, for as long as there is that ledger. */
export function keepContext(ledger: object, context: RepositoryContext): void {
  contexts.set(ledger, context);
}

/** The context of a ledger; undefined for what is none, such as a stand-in of a test. */
export function contextIfAny(ledger: object): RepositoryContext | undefined {
  return contexts.get(ledger);
}

/** The context of a ledger. @throws TypeError for what is no ledger */
export function contextOf(ledger: object): RepositoryContext {
  const context = contexts.get(ledger);
  if (context === undefined) throw new TypeError('A ledger was expected, as openLedger opens it.');
  return context;
}
