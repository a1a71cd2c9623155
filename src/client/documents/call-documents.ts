// Calls of the document service. The server stores documents by its SQL engine, whose refusals come through: here they are
// about a document, and never about a statement.

import { ImmuError, type ImmuErrorCode } from '../../errors.js';
import { callService, type ServiceCallOptions } from '../call.js';
import type { Connection } from '../connection.js';
import type { MethodDefinition } from '../rpc.js';

const MEANT: Partial<Record<ImmuErrorCode, ImmuErrorCode>> = {
  SQL_STATEMENT: 'INVALID_ARGUMENT',
  SQL_CONSTRAINT: 'VALUE_REFUSED',
};

/** Makes a call as `callService` does. */
export async function callDocuments<Req, Res>(
  connection: Connection,
  method: MethodDefinition<Req, Res>,
  request: Req,
  options: ServiceCallOptions,
): Promise<Res> {
  try {
    return await callService(connection, method, request, options);
  } catch (error) {
    const code = error instanceof ImmuError ? MEANT[error.code] : undefined;
    if (code === undefined || !(error instanceof ImmuError)) throw error;
    const { message, cause, details, retryable } = error;
    throw new ImmuError(code, message, { cause, details, retryable });
  }
}
