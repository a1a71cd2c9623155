// Putting exported transactions into a replica, where each becomes the same transaction: same number, same hash.

import { equalBytes, toHex } from '../../bytes.js';
import { ImmuError } from '../../errors.js';
import { MAX_LINEAR_ADVANCE } from '../../proof/verify/limits.js';
import { parseHeader } from '../../proof/verify/parse-header.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import type { TxHeader as WireTxHeader } from '../../wire/immudb/schema/tx.js';
import { scopeOf } from '../call.js';
import { callStream, type StreamOptions } from '../call-stream.js';
import type { Connection } from '../connection.js';
import type { AuthHeaders } from '../login.js';
import { chunksOf } from './export-messages.js';
import type { ExportedTransaction } from './export.js';

const { replicateTx } = ImmuServiceDefinition.methods;

/** How to put a transaction into a replica. */
export interface ImportTxOptions extends StreamOptions {
  /** Wait until the replica finds it by key. Default false: reads wait by themselves. */
  readonly waitForIndexing?: boolean;
}

/**
 * Puts the next transaction into a replica.
 *
 * @param headers of a session to do it in, for one of many; default: the connection's, confirmed before
 * @throws ImmuError NOT_A_REPLICA, REPLICA_DIVERGED, CONFLICT where it has a transaction of that number, PERMISSION_DENIED
 * @throws UnknownOutcomeError
 */
export async function importOne(
  connection: Connection,
  { txId, alh, content }: Pick<ExportedTransaction, 'txId' | 'alh' | 'content'>,
  { waitForIndexing = false, ...options }: ImportTxOptions,
  headers?: AuthHeaders,
): Promise<void> {
  const call = {
    ...options,
    kind: 'write',
    ...(await headersFor(connection, headers, waitForIndexing, options)),
  } as const;
  let header: WireTxHeader | undefined;
  for await (const answer of callStream(connection, replicateTx, chunksOf(content), call)) header = answer;
  const found = header === undefined ? undefined : parseHeader(header, 'header', MAX_LINEAR_ADVANCE);
  if (found !== undefined && equalBytes(found.alh, alh)) return;
  throw diverged(
    txId,
    `it stored it with hash ${found === undefined ? 'none' : toHex(found.alh)}, not ${toHex(alh)}`,
  );
}

/** The session's headers where there is something to say besides: callStream finds the session by itself otherwise. */
async function headersFor(
  connection: Connection,
  given: AuthHeaders | undefined,
  waitForIndexing: boolean,
  options: StreamOptions,
): Promise<{ readonly headers?: AuthHeaders }> {
  if (!waitForIndexing) return given === undefined ? {} : { headers: given };
  const own = given ?? (await connection.session.ready(scopeOf(connection, replicateTx.name, options)));
  return { headers: { ...own, 'wait-for-indexing': 'true' } };
}

/** The replica holds another history than the source. */
export function diverged(txId: bigint, why: string): ImmuError {
  return new ImmuError(
    'REPLICA_DIVERGED',
    `The replica does not hold the history it is given, at transaction ${String(txId)}: ${why}. Begin anew with an empty database.`,
    { details: { txId } },
  );
}
