// How many keys there are, in the server's word.

import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import type { OperationOptions } from '../call-scope.js';
import { callService } from '../call.js';
import type { Connection } from '../connection.js';
import { assertKey } from '../limits.js';

const { count: countMethod, countAll: countAllMethod } = ImmuServiceDefinition.methods;

/**
 * How many keys begin so, as the server says. It counts every key ever written: deleted and expired ones too. Nothing of this
 * can be proven.
 *
 * @param prefix 1 to 1023 bytes
 */
export async function count(
  connection: Connection,
  prefix: Uint8Array,
  options: OperationOptions = {},
): Promise<bigint> {
  assertKey(prefix);
  const answer = await callService(
    connection,
    countMethod,
    { prefix },
    { ...options, kind: 'read', spread: true },
  );
  return answer.count;
}

/** How many keys there are, as the server says, counted as {@link count} does. */
export async function countAll(connection: Connection, options: OperationOptions = {}): Promise<bigint> {
  return (await callService(connection, countAllMethod, {}, { ...options, kind: 'read', spread: true }))
    .count;
}
