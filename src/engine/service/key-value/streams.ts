// Streamed reads and writes: the same operations, their keys and values as messages of a stream.

import { u64be } from '../../../bytes.js';
import { Entry, type KeyValue } from '../../../wire/immudb/schema/kv.js';
import { InclusionProof } from '../../../wire/immudb/schema/proof.js';
import { ImmuServiceDefinition } from '../../../wire/immudb/schema/service.js';
import { ZAddRequest } from '../../../wire/immudb/schema/sorted-set.js';
import type { Chunk } from '../../../wire/immudb/schema/stream.js';
import { VerifiableTx } from '../../../wire/immudb/schema/verifiable.js';
import type { MadeTransaction } from '../../database/new-transaction.js';
import { type Operation, planExecAll } from '../../database/exec-all.js';
import { DUPLICATED_KEYS, planSet } from '../../database/write-keys.js';
import { illegalArguments, refused, ServiceFailure, Status } from '../../service-failure.js';
import { type DatabaseHandler, type HandlerContext, streamHandler } from '../handler.js';
import { headerMessage } from './answers.js';
import { chunksOf, FrameReader, MAX_STREAM_BYTES, tooLong } from './frames.js';
import { get, history, scan, verifiableGet, zScan } from './reads.js';
import { proofOfWrite } from './writes.js';

const { methods } = ImmuServiceDefinition;

/** The one request of a call that answers with a stream. */
async function only<Req>(requests: AsyncIterable<Req>): Promise<Req> {
  for await (const request of requests) return request;
  throw illegalArguments('empty request');
}

function* chunks(messages: Iterable<Uint8Array>): Generator<Chunk> {
  for (const message of messages) yield* chunksOf(message);
}

const keyAndValue = ({ key, value }: Pick<Entry, 'key' | 'value'>) => [key, value];

/**
 * Reads pairs of key and value up to the end of the stream.
 *
 * @param before bytes of the stream that count with the values
 */
async function readPairs(reader: FrameReader, before = 0): Promise<KeyValue[]> {
  const pairs: KeyValue[] = [];
  let bytes = before;
  for (let key = await reader.next(); key !== undefined; key = await reader.next()) {
    const value = await reader.required();
    bytes += value.length;
    if (bytes > MAX_STREAM_BYTES) throw tooLong('max transaction values length exceeded');
    pairs.push({ key, value, metadata: undefined });
  }
  return pairs;
}

/** Commits pairs; what the store refuses is worded as streams word it. */
async function commitPairs(
  { database }: HandlerContext,
  pairs: readonly KeyValue[],
  opening: string,
): Promise<MadeTransaction> {
  try {
    const writes = pairs.map(({ key, value }) => ({ key, value, metadata: undefined }));
    return await database.commit(planSet(writes, [], database.settings));
  } catch (error) {
    if (!(error instanceof ServiceFailure)) throw error;
    if (error.message === 'max value length exceeded') {
      throw tooLong('internal store max value length exceeded');
    }
    const status = error.message === DUPLICATED_KEYS ? 'rpc error: code = InvalidArgument desc = ' : '';
    throw refused(`${opening} following error: ${status}${error.message}`);
  }
}

async function* streamSet(context: HandlerContext, requests: AsyncIterable<Chunk>) {
  const pairs = await readPairs(new FrameReader(requests));
  yield headerMessage((await commitPairs(context, pairs, 'StreamSet receives')).header);
}

async function* streamVerifiableSet(context: HandlerContext, requests: AsyncIterable<Chunk>) {
  const reader = new FrameReader(requests);
  const since = await reader.required();
  if (since.length !== 8) throw illegalArguments('the first message is not a transaction id');
  const proveSinceTx = new DataView(since.buffer, since.byteOffset).getBigUint64(0);
  const pairs = await readPairs(reader, since.length);
  if (proveSinceTx > context.database.state.txId) {
    throw refused('StreamVerifiableSet received the following error: illegal state');
  }
  const made = await commitPairs(context, pairs, 'StreamVerifiableSet received the');
  yield proofOfWrite(context, made, proveSinceTx);
}

const SET = 1;
const MEMBER = 2;
const REFERENCE = 4;

async function readOperation(reader: FrameReader, [type]: Uint8Array): Promise<Operation> {
  if (type === SET) {
    const [key, value] = [await reader.required(), await reader.required()];
    // As immudb does, of which this form alone has no place for an empty value.
    if (value.length === 0) throw refused('EOF');
    return { kind: 'set', write: { key, value, metadata: undefined } };
  }
  if (type === MEMBER) return { kind: 'member', write: parseMember(await reader.required()) };
  if (type === REFERENCE) {
    throw new ServiceFailure(Status.UNIMPLEMENTED, 'reference operation is not implemented', '42883');
  }
  throw illegalArguments('an operation of unknown type');
}

function parseMember(message: Uint8Array): ZAddRequest {
  try {
    return ZAddRequest.decode(message);
  } catch {
    const text = 'unable to reassemble ZAdd message on a streamExecAll';
    throw new ServiceFailure(Status.INTERNAL, text, 'XX000');
  }
}

async function* streamExecAll({ database }: HandlerContext, requests: AsyncIterable<Chunk>) {
  const reader = new FrameReader(requests);
  const operations: Operation[] = [];
  for (let type = await reader.next(); type !== undefined; type = await reader.next()) {
    operations.push(await readOperation(reader, type));
  }
  const made = await database.commit(planExecAll(operations, [], false, database.settings));
  yield headerMessage(made.header);
}

function scoreBytes(score: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, score);
  return bytes;
}

/** Handlers of all calls that stream. */
export const STREAM_HANDLERS: readonly DatabaseHandler[] = [
  streamHandler(methods.streamGet, 'read', async function* (context, requests) {
    yield* chunks(keyAndValue(get(context, await only(requests))));
  }),
  streamHandler(methods.streamVerifiableGet, 'read', async function* (context, requests) {
    const { entry, verifiableTx, inclusionProof } = verifiableGet(context, await only(requests));
    const { tx, key, referencedBy, value } = Entry.create(entry);
    yield* chunks([
      // The value has a message of its own; what else is left out, immudb leaves out.
      Entry.encode(Entry.create({ tx, key, referencedBy })).finish(),
      VerifiableTx.encode(VerifiableTx.create(verifiableTx)).finish(),
      InclusionProof.encode(InclusionProof.create(inclusionProof)).finish(),
      value,
    ]);
  }),
  streamHandler(methods.streamScan, 'read', async function* (context, requests) {
    yield* chunks(scan(context, await only(requests)).flatMap(keyAndValue));
  }),
  streamHandler(methods.streamHistory, 'read', async function* (context, requests) {
    yield* chunks(history(context, await only(requests)).flatMap(keyAndValue));
  }),
  streamHandler(methods.streamZScan, 'read', async function* (context, requests) {
    const members = zScan(context, await only(requests));
    yield* chunks(
      members.flatMap(({ set, key, score, atTx, entry }) => [
        set,
        key,
        scoreBytes(score),
        u64be(atTx),
        entry?.value ?? new Uint8Array(0),
      ]),
    );
  }),
  streamHandler(methods.streamSet, 'write', streamSet),
  streamHandler(methods.streamVerifiableSet, 'write', streamVerifiableSet),
  streamHandler(methods.streamExecAll, 'write', streamExecAll),
];
