// Writes whose values are sent as streams, without proof.

import { toMapKey } from '../../bytes.js';
import { ImmuError } from '../../errors.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { ZAddRequest } from '../../wire/immudb/schema/sorted-set.js';
import type { TxHeader } from '../../wire/immudb/schema/tx.js';
import type { StreamOptions } from '../call-stream.js';
import type { Connection } from '../connection.js';
import { assertOperations, type MemberToAdd } from '../key-value/operations.js';
import { toWireMember } from '../key-value/sorted-sets.js';
import { CLIENT_LIMITS } from '../limits.js';
import { printableKey } from '../printable-key.js';
import { fromWireHeader, type UnverifiedTxHeader } from '../unverified.js';
import { payloadOf, type Payload } from './frames.js';
import { MAX_VALUES_BYTES } from './limits.js';
import { sendStream } from './send.js';
import { type Source, sourceOf, type StreamEntryToWrite } from './source.js';

const { streamSet, streamExecAll } = ImmuServiceDefinition.methods;

/** An operation whose value may be a stream. References cannot be written by a stream: use `execAll`. */
export type StreamOperation = (StreamEntryToWrite & { readonly kind: 'set' }) | MemberToAdd;

const SET = Uint8Array.of(1);
const ADD_MEMBER = Uint8Array.of(2);

/**
 * Writes entries in one transaction, all or none, their values as streams.
 *
 * @param entries 1 to 1024, no key twice, at most 2^25 bytes of values; an empty value only as the last
 * @throws ImmuError STREAM_LENGTH_MISMATCH where a stream gives fewer or more bytes than announced, and what a stream itself fails
 *   with: nothing was written
 * @throws UnknownOutcomeError where the answer was lost: read before writing again
 */
export async function streamedSet(
  connection: Connection,
  entries: readonly StreamEntryToWrite[],
  options: StreamOptions = {},
): Promise<UnverifiedTxHeader> {
  const sources = sourcesOf(entries);
  const payloads = sources.flatMap(pairOf);
  const refusal = twiceTheFirst(sources);
  const header = await sendStream({ connection, method: streamSet, payloads, refusal, options });
  assertAllCommitted(streamSet.name, header, sources.length);
  return fromWireHeader(header);
}

/**
 * Executes operations in their order in one transaction, all or none, values as streams.
 *
 * @param operations as {@link streamedSet}, but no empty value at all
 * @throws as {@link streamedSet} · ImmuError KEY_NOT_FOUND where a member leads to a key that is not there
 */
export async function streamedExecAll(
  connection: Connection,
  operations: readonly StreamOperation[],
  options: StreamOptions = {},
): Promise<UnverifiedTxHeader> {
  const { length } = operations;
  const kinds: readonly string[] = operations.map(({ kind }) => kind);
  if (kinds.includes('setReference')) {
    throw new ImmuError('UNSUPPORTED', 'immudb takes no references by a stream: write them with execAll.');
  }
  const sources = operations.flatMap((one) => (one.kind === 'zAdd' ? [] : [sourceOf(one)]));
  // As if the values were empty: their sizes have a limit of their own.
  assertOperations(operations.map((one) => (one.kind === 'zAdd' ? one : { ...one, value: NO_BYTES })));
  assertSources(sources, { lastMayBeEmpty: false });
  const waiting = sources.values();
  const payloads = operations.flatMap((one) => {
    if (one.kind === 'zAdd') return memberPayloads(one);
    const { value: source } = waiting.next();
    return source === undefined ? [] : [payloadOf(SET), ...pairOf(source)];
  });
  const again = twiceTheFirst(sources);
  const refusal = again.length === 0 ? [] : [payloadOf(SET), ...again, payloadOf(SET), ...again];
  const header = await sendStream({ connection, method: streamExecAll, payloads, refusal, options });
  assertAllCommitted(streamExecAll.name, header, length);
  return fromWireHeader(header);
}

const NO_BYTES = new Uint8Array(0);

function memberPayloads(member: MemberToAdd): Payload[] {
  return [payloadOf(ADD_MEMBER), payloadOf(ZAddRequest.encode(toWireMember(member)).finish())];
}

/**
 * The checked entries of a write.
 *
 * @param reservedBytes what counts with the values besides them
 * @throws as {@link streamedSet}
 */
export function sourcesOf(entries: readonly StreamEntryToWrite[], reservedBytes = 0): readonly Source[] {
  const max = CLIENT_LIMITS.maxEntriesPerTx;
  if (entries.length === 0)
    throw new ImmuError('INVALID_ARGUMENT', 'A write has no entries: give it at least one.');
  if (entries.length > max) {
    throw new ImmuError(
      'BATCH_TOO_LARGE',
      `A write has ${entries.length} entries; the server takes ${max}. Split it into several.`,
      { details: { entries: entries.length, max } },
    );
  }
  const sources = entries.map(sourceOf);
  const seen = new Set<string>();
  for (const { key } of sources) {
    if (seen.size === seen.add(toMapKey(key)).size)
      throw new ImmuError(
        'DUPLICATE_KEY',
        `Key ${printableKey(key)} occurs twice in one write: keep one of the two.`,
      );
  }
  assertSources(sources, { lastMayBeEmpty: true, reservedBytes });
  return sources;
}

function assertSources(
  sources: readonly Source[],
  {
    lastMayBeEmpty,
    reservedBytes = 0,
  }: { readonly lastMayBeEmpty: boolean; readonly reservedBytes?: number },
): void {
  const last = lastMayBeEmpty ? sources.at(-1) : undefined;
  const early = sources.find((source) => source.length === 0 && source !== last);
  if (early !== undefined) {
    throw new ImmuError(
      'INVALID_ARGUMENT',
      `The value of key ${printableKey(early.key)} is empty: in a stream, immudb takes an empty value for the end. Write it without ` +
        'a stream; or, where nothing but keys are set, make it the last.',
    );
  }
  const bytes = sources.reduce((sum, { length }) => sum + length, reservedBytes);
  if (bytes > MAX_VALUES_BYTES) {
    throw new ImmuError(
      'BATCH_TOO_LARGE',
      `The values of one stream have ${bytes} bytes; the server takes ${MAX_VALUES_BYTES}. Split them into several writes.`,
      { details: { bytes, maxBytes: MAX_VALUES_BYTES } },
    );
  }
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
