// References: keys that lead to the value of another key, one step and no more.

import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import type { ReferenceRequest } from '../../wire/immudb/schema/reference.js';
import type { OperationOptions } from '../call-scope.js';
import { callService } from '../call.js';
import type { Connection } from '../connection.js';
import { fromWireHeader, type UnverifiedTxHeader } from '../unverified.js';
import { toWirePrecondition, type Precondition } from '../writes.js';
import { assertOperations, bindingOf, type ReferenceToSet } from './operations.js';

const { setReference: setReferenceMethod } = ImmuServiceDefinition.methods;

/** To what a reference leads, and under which conditions it is written. */
export interface SetReferenceOptions extends OperationOptions {
  /** Exactly the value this transaction wrote under the other key. Default: whatever is the latest when it is read. */
  readonly atTx?: bigint;
  /** All must hold, or nothing is written. Default: none. */
  readonly preconditions?: readonly Precondition[];
}

/**
 * Writes a reference. The key must be new, or a reference already; the other key must hold a value and be no reference.
 *
 * @param key the reference's own, 1 to 1023 bytes
 * @param referencedKey the key whose value it leads to
 * @throws ImmuError KEY_NOT_FOUND where the other key, or that write of it, is not there · INVALID_ARGUMENT where it is a
 *   reference itself, or `key` holds a value · PRECONDITION_FAILED: nothing was written
 * @throws UnknownOutcomeError where the answer was lost: read before writing again
 */
export async function setReference(
  connection: Connection,
  key: Uint8Array,
  referencedKey: Uint8Array,
  options: SetReferenceOptions = {},
): Promise<UnverifiedTxHeader> {
  const { atTx, preconditions = [] } = options;
  const reference: ReferenceToSet = { kind: 'setReference', key, referencedKey, atTx };
  assertOperations([reference], preconditions);
  const request = toWireReference(reference, preconditions);
  const answer = await callService(connection, setReferenceMethod, request, { ...options, kind: 'write' });
  return fromWireHeader(answer);
}

/** The reference as the wire has it. */
export function toWireReference(
  { key, referencedKey, atTx }: ReferenceToSet,
  preconditions: readonly Precondition[] = [],
): ReferenceRequest {
  return {
    key,
    referencedKey,
    ...bindingOf(atTx),
    noWait: false,
    preconditions: preconditions.map(toWirePrecondition),
  };
}
