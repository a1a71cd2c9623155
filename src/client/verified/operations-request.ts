// Operations of one transaction as a write that can be proven and looked for; made-of.ts recognises it.

import { assertOperations, type Operation } from '../key-value/operations.js';
import { printableKey } from '../printable-key.js';
import type { EntryToWrite, Precondition } from '../writes.js';
import type { WriteRequest } from './write-request.js';

/** A write of operations, in memory of our own. */
export interface OperationsRequest extends WriteRequest {
  readonly operations: readonly Operation[];
}

const NO_BYTES = new Uint8Array(0);

/**
 * Checks operations before anything is sent, and copies them: the write as it is sent, and looked for, whatever the caller does
 * to his arrays meanwhile.
 *
 * @throws TypeError, ImmuError as `assertOperations`
 */
export function operationsRequest(
  operations: readonly Operation[],
  preconditions: readonly Precondition[] = [],
): OperationsRequest {
  assertOperations(operations, preconditions);
  const copies = operations.map(copyOf);
  return {
    id: Symbol('write'),
    operations: copies,
    entries: copies.flatMap(entryOf),
    preconditions: preconditions.map((condition) => ({ ...condition, key: new Uint8Array(condition.key) })),
    description: describe(copies),
  };
}

function copyOf(operation: Operation): Operation {
  const key = new Uint8Array(operation.key);
  switch (operation.kind) {
    case 'set': {
      const { metadata } = operation;
      const value = new Uint8Array(operation.value);
      return { ...operation, key, value, ...(metadata === undefined ? {} : { metadata: { ...metadata } }) };
    }
    case 'setReference':
      return { ...operation, key, referencedKey: new Uint8Array(operation.referencedKey) };
    case 'zAdd': {
      // The wire has one zero only, and so has the proof.
      const score = operation.score === 0 ? 0 : operation.score;
      return { ...operation, key, set: new Uint8Array(operation.set), score };
    }
  }
}

/** What an operation writes under a key. A reference's value is no matter here: no plain write writes one. */
function entryOf(operation: Operation): EntryToWrite[] {
  if (operation.kind === 'zAdd') return [];
  return operation.kind === 'set' ? [operation] : [{ key: operation.key, value: NO_BYTES }];
}

function describe(operations: readonly Operation[]): string {
  const [first] = operations;
  const { length } = operations;
  const key = first === undefined ? '' : ` (the first ${first.kind} of key ${printableKey(first.key)})`;
  return `A transaction of ${length} ${length === 1 ? 'operation' : 'operations'}${key}`;
}
