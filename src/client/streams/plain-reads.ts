// Reads whose values come as streams, without proof.

import { ImmuError } from '../../errors.js';
import type { KeyRequest } from '../../wire/immudb/schema/kv.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import type { Chunk } from '../../wire/immudb/schema/stream.js';
import { callStream, type StreamOptions } from '../call-stream.js';
import type { Connection } from '../connection.js';
import { toWireZScan, type ZScanOptions } from '../key-value/sorted-sets.js';
import { MAX_PAGE_SIZE } from '../limits.js';
import { toWireHistory, toWireScan, type PageOptions, type ScanOptions } from '../listing.js';
import { undefinedIfAbsent } from '../plain-reads.js';
import type { StreamDefinition } from '../rpc.js';
import { type Frame, FrameReader } from './frames.js';
import { MAX_SMALL_BYTES } from './limits.js';
import { maxBytesOf, type StreamReadOptions } from './max-bytes.js';
import { StreamedValue } from './streamed-value.js';

const { streamGet, streamScan, streamZScan, streamHistory } = ImmuServiceDefinition.methods;

/** A key and its value on its way, as the server says. A stream tells neither transaction nor metadata. */
export interface UnverifiedStreamedEntry {
  /** The key; of an entry reached through a reference, the key of the target. */
  readonly key: Uint8Array;
  /** Empty where a revision was deleted, too. */
  readonly value: StreamedValue;
}

/** A member of a sorted set with its value on its way, as the server says. */
export interface UnverifiedStreamedMember extends UnverifiedStreamedEntry {
  readonly set: Uint8Array;
  readonly score: number;
  /** The transaction it is bound to; absent where it follows the latest value. */
  readonly atTx?: bigint;
}

/** What the options of one call of a list and those of its stream have together. */
export type StreamListOptions<Options extends PageOptions> = Omit<Options, 'timeoutMs'> & StreamReadOptions;

/**
 * Reads one key.
 *
 * @param request as `toWireKeyRequest` gives it
 * @returns undefined where it is absent
 */
export async function streamedGet(
  connection: Connection,
  request: KeyRequest,
  options: StreamReadOptions & { readonly sinceTx?: bigint },
): Promise<UnverifiedStreamedEntry | undefined> {
  const maxBytes = maxBytesOf(options);
  const reader = open(connection, streamGet, request, options);
  try {
    const first = await undefinedIfAbsent(reader.required('key', MAX_SMALL_BYTES));
    if (first === undefined) return undefined;
    const found = await first.bytes();
    const frame = await reader.required('value', maxBytes);
    return { key: found, value: lastValue(reader, frame) };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** Lists live keys in byte order, one page. Each value is to be read before the next entry is asked for, or is passed over. */
export async function* streamedScan(
  connection: Connection,
  options: StreamListOptions<ScanOptions> = {},
): AsyncGenerator<UnverifiedStreamedEntry, void, undefined> {
  const reader = open(connection, streamScan, toWireScan(options), options);
  yield* pairs(reader, maxBytesOf(options), options.limit);
}

/** Lists the revisions of a key, one page; those that were deleted have an empty value. */
export async function* streamedHistory(
  connection: Connection,
  key: Uint8Array,
  options: StreamListOptions<PageOptions> = {},
): AsyncGenerator<UnverifiedStreamedEntry, void, undefined> {
  const reader = open(connection, streamHistory, toWireHistory(key, options), options);
  yield* pairs(reader, maxBytesOf(options), options.limit);
}

/** Lists members of a sorted set in order of score, one page. */
export async function* streamedZScan(
  connection: Connection,
  set: Uint8Array,
  options: StreamListOptions<ZScanOptions> = {},
): AsyncGenerator<UnverifiedStreamedMember, void, undefined> {
  const maxBytes = maxBytesOf(options);
  const reader = open(connection, streamZScan, toWireZScan(set, options), options);
  try {
    for (let count = options.limit ?? MAX_PAGE_SIZE; count > 0; count--) {
      const name = await reader.next('set', MAX_SMALL_BYTES);
      if (name === undefined) return;
      const found = await name.bytes();
      const key = await small(reader, 'key');
      const score = numberOf(await exactly8(reader, 'score'));
      const atTx = new DataView((await exactly8(reader, 'atTx')).buffer).getBigUint64(0);
      const value = innerValue(await reader.required('value', maxBytes));
      yield { set: found, score, key, ...(atTx === 0n ? {} : { atTx }), value };
    }
    await reader.end();
  } finally {
    await reader.close();
  }
}

function numberOf(bytes: Uint8Array): number {
  return new DataView(bytes.buffer).getFloat64(0);
}

async function small(reader: FrameReader, name: string): Promise<Uint8Array> {
  return (await reader.required(name, MAX_SMALL_BYTES)).bytes();
}

/** A number of eight bytes. */
async function exactly8(reader: FrameReader, name: string): Promise<Uint8Array> {
  const bytes = await (await reader.required(name, 8)).bytes();
  if (bytes.length === 8) return bytes;
  throw new ImmuError(
    'SERVER_ERROR',
    `streamZScan: the server sent a ${name} of ${bytes.length} bytes, not 8.`,
  );
}

async function* pairs(
  reader: FrameReader,
  maxBytes: number,
  limit = MAX_PAGE_SIZE,
): AsyncGenerator<UnverifiedStreamedEntry, void, undefined> {
  try {
    for (let count = limit; count > 0; count--) {
      const first = await undefinedIfAbsent(reader.next('key', MAX_SMALL_BYTES));
      if (first === undefined) return;
      const key = await first.bytes();
      yield { key, value: innerValue(await reader.required('value', maxBytes)) };
    }
    await reader.end();
  } finally {
    await reader.close();
  }
}

function open<Req>(
  connection: Connection,
  method: StreamDefinition<Req, Chunk>,
  request: Req,
  { signal, timeoutMs, sinceTx }: StreamOptions & { readonly sinceTx?: bigint },
): FrameReader {
  const options = { signal, timeoutMs, sinceTx, kind: 'read' } as const;
  return new FrameReader(method.name, callStream(connection, method, [request], options));
}

/** A value behind which others follow. */
function innerValue(frame: Frame): StreamedValue {
  return new StreamedValue({
    length: frame.length,
    chunks: () => frame.chunks(),
    cancel: () => Promise.resolve(),
  });
}

/** The value that ends its stream. */
function lastValue(reader: FrameReader, frame: Frame): StreamedValue {
  return new StreamedValue({
    length: frame.length,
    chunks: async function* () {
      try {
        yield* frame.chunks();
        await reader.end();
      } finally {
        await reader.close();
      }
    },
    cancel: () => reader.close(),
  });
}
