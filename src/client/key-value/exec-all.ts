// Several operations of different kinds in one transaction, without proof.

import type { ExecAllRequest, Op } from '../../wire/immudb/schema/exec-all.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import type { OperationOptions } from '../call-scope.js';
import { callService } from '../call.js';
import type { Connection } from '../connection.js';
import { fromWireHeader, type UnverifiedTxHeader } from '../unverified.js';
import { toWireEntry, toWirePrecondition, type Precondition } from '../writes.js';
import { assertOperations, type Operation } from './operations.js';
import { toWireReference } from './references.js';
import { toWireMember } from './sorted-sets.js';

const { execAll: execAllMethod } = ImmuServiceDefinition.methods;

/** Conditions of a transaction. */
export interface ExecAllOptions extends OperationOptions {
  /** All must hold, or nothing is written. They are judged by the state before the transaction. Default: none. */
  readonly preconditions?: readonly Precondition[];
}

/**
 * Executes operations in their order, in one transaction, all or none.
 *
 * @param operations 1 to 1024
 * @throws ImmuError KEY_NOT_FOUND where a reference or a member leads to a key that is neither there nor set before it in the
 *   list · INVALID_ARGUMENT, PRECONDITION_FAILED and others: nothing was written
 * @throws UnknownOutcomeError where the answer was lost: read before writing again
 */
export async function execAll(
  connection: Connection,
  operations: readonly Operation[],
  options: ExecAllOptions = {},
): Promise<UnverifiedTxHeader> {
  const { preconditions = [] } = options;
  assertOperations(operations, preconditions);
  const request = toWireExecAll(operations, preconditions);
  return fromWireHeader(await callService(connection, execAllMethod, request, { ...options, kind: 'write' }));
}

/** The request as the wire has it. */
export function toWireExecAll(
  operations: readonly Operation[],
  preconditions: readonly Precondition[],
): ExecAllRequest {
  return {
    Operations: operations.map(toWireOperation),
    noWait: false,
    preconditions: preconditions.map(toWirePrecondition),
  };
}

function toWireOperation(operation: Operation): Op {
  switch (operation.kind) {
    case 'set':
      return { operation: { $case: 'kv', value: toWireEntry(operation) } };
    case 'setReference':
      return { operation: { $case: 'ref', value: toWireReference(operation) } };
    case 'zAdd':
      return { operation: { $case: 'zAdd', value: toWireMember(operation) } };
  }
}
