// Writes whose values are sent as streams, without proof.

import { ImmuError } from '../../errors.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { ZAddRequest } from '../../wire/immudb/schema/sorted-set.js';
import type { TxHeader } from '../../wire/immudb/schema/tx.js';
import type { StreamOptions } from '../call-stream.js';
import type { Connection } from '../connection.js';
import type { MemberToAdd } from '../key-value/operations.js';
import { toWireMember } from '../key-value/sorted-sets.js';
import { fromWireHeader, type UnverifiedTxHeader } from '../unverified.js';
import { payloadOf, type Payload } from './frames.js';
import { sendStream } from './send.js';
import type { Source } from './source.js';
import type { OperationToSend } from './to-send.js';

const { streamSet, streamExecAll } = ImmuServiceDefinition.methods;

const SET = Uint8Array.of(1);
const ADD_MEMBER = Uint8Array.of(2);

/**
 * Writes entries in one transaction, all or none, their values as streams.
 *
 * @param sources as `sourcesOf` gives them
 * @throws ImmuError STREAM_LENGTH_MISMATCH where a stream gives fewer or more bytes than announced, and what a stream itself fails
 *   with: nothing was written
 * @throws UnknownOutcomeError where the answer was lost: read before writing again
 */
export async function streamedSet(
  connection: Connection,
  sources: readonly Source[],
  options: StreamOptions = {},
): Promise<UnverifiedTxHeader> {
  const payloads = sources.flatMap(pairOf);
  const refusal = twiceTheFirst(sources);
  const header = await sendStream({ connection, method: streamSet, payloads, refusal, options });
  assertAllCommitted(streamSet.name, header, sources.length);
  return fromWireHeader(header);
}

/**
 * Executes operations in their order in one transaction, all or none, values as streams.
 *
 * @param operations as `operationsToSend` gives them
 * @throws as {@link streamedSet} · ImmuError KEY_NOT_FOUND where a member leads to a key that is not there
 */
export async function streamedExecAll(
  connection: Connection,
  operations: readonly OperationToSend[],
  options: StreamOptions = {},
): Promise<UnverifiedTxHeader> {
  const sources = operations.flatMap((one) => (one.kind === 'set' ? [one.source] : []));
  const payloads = operations.flatMap((one) =>
    one.kind === 'set' ? [payloadOf(SET), ...pairOf(one.source)] : memberPayloads(one),
  );
  const again = twiceTheFirst(sources);
  const refusal = again.length === 0 ? [] : [payloadOf(SET), ...again, payloadOf(SET), ...again];
  const header = await sendStream({ connection, method: streamExecAll, payloads, refusal, options });
  assertAllCommitted(streamExecAll.name, header, operations.length);
  return fromWireHeader(header);
}

function memberPayloads(member: MemberToAdd): Payload[] {
  return [payloadOf(ADD_MEMBER), payloadOf(ZAddRequest.encode(toWireMember(member)).finish())];
}

/** A key and its value as messages. */
function pairOf(source: Source): Payload[] {
  return [payloadOf(source.key), { length: source.length, bytes: source.bytes() }];
}

/** A pair that makes the server refuse all of a write: of a key that is part of it already. */
export function twiceTheFirst(sources: readonly Source[]): Payload[] {
  const [first] = sources;
  return first === undefined ? [] : [payloadOf(first.key), payloadOf(SET)];
}

/** What was sent must be what was committed: the server leaves out what it takes for behind the end. */
function assertAllCommitted(rpc: string, { id, nentries }: TxHeader, sent: number): void {
  if (nentries === sent) return;
  throw new ImmuError(
    'SERVER_ERROR',
    `${rpc}: ${sent} entries were sent, and the server committed ${nentries} in transaction ${String(id)}. Look at that transaction ` +
      'before writing again.',
    { details: { rpc, txId: id, sent, committed: nentries, executed: 'yes' } },
  );
}
