// Verified writes whose values are sent as streams: what is kept of a value is its hash, and the proof is held against that.

import { createHash, type Hash } from 'node:crypto';
import { u64be } from '../../bytes.js';
import { ImmuError, UnknownOutcomeError } from '../../errors.js';
import type { ProvenEntries, StreamedEntry } from '../../proof/index.js';
import { kvKey } from '../../proof/layout/entry.js';
import { verifyStreamedSet } from '../../proof/verify/verify-streamed.js';
import { holdsExpected } from '../../proof/verify/write.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { scopeOf } from '../call.js';
import type { StreamOptions } from '../call-stream.js';
import type { VerifiedContext } from '../verified/context.js';
import type { ReadProof } from '../verified/evidence.js';
import { checked } from '../verified/failures.js';
import { findAmongTransactions } from '../verified/find-write.js';
import { claimOwn, settleCommitted } from '../verified/proven-write.js';
import { digestsOf } from '../verified/proven-cache.js';
import { readProof, writtenIn } from '../verified/read-proof.js';
import { isOutcomeUnknown, settleOutcome } from '../verified/unknown-outcome.js';
import type { WriteRequest } from '../verified/write-request.js';
import { payloadOf, type Payload } from './frames.js';
import { twiceTheFirst } from './plain-writes.js';
import { sendStream } from './send.js';
import type { Source } from './source.js';

const NAME = 'verifiedSet';

/** A key that was written with a value that passed as a stream. */
export interface VerifiedStreamedEntry {
  readonly key: Uint8Array;
  /** How many bytes the value has. */
  readonly length: number;
  /** SHA-256 of the stored value, `00 ‖ value`, 32 bytes. */
  readonly valueHash: Uint8Array;
  /** What proves it. */
  readonly proof: ReadProof;
}

/** A write whose commitment was proven: exactly these keys with exactly the values that were sent, in a new transaction. */
export interface VerifiedStreamedWrite {
  readonly txId: bigint;
  /** Accumulated hash, 32 bytes. */
  readonly alh: Uint8Array;
  /** Unix seconds the server wrote into the header, as claimed. */
  readonly serverTime: bigint;
  /** The entries as sent, now proven. */
  readonly entries: readonly VerifiedStreamedEntry[];
}

/** A write under way. */
interface StreamedWrite {
  readonly context: VerifiedContext;
  readonly sources: readonly Source[];
  readonly options: StreamOptions;
  readonly request: WriteRequest;
  /** What was sent, once all of it was. */
  sent: readonly StreamedEntry[] | undefined;
  /** To be called when the answer is there, or will not come. */
  answered: () => void;
}

/**
 * Sends entries as a stream, in one transaction, and proves that exactly these were committed. A stream cannot be sent again: a
 * write whose answer is lost is looked for by what was sent.
 *
 * @throws ImmuError as the plain write · VerificationError
 * @throws UnknownOutcomeError if the answer was lost and looking found no trace
 */
export async function verifiedStreamedSet(
  context: VerifiedContext,
  sources: readonly Source[],
  options: StreamOptions,
): Promise<VerifiedStreamedWrite> {
  return checked(context, NAME, async () => {
    const description = `A stream of ${sources.length} ${sources.length === 1 ? 'entry' : 'entries'}`;
    // Nobody but the server has the values in the end: any other write may turn out to be alike.
    const request = { id: Symbol('write'), entries: [], preconditions: [], description, opaque: true };
    const write: StreamedWrite = {
      context,
      sources,
      options,
      request,
      sent: undefined,
      answered: () => undefined,
    };
    const proven = await sendAndSettle(write);
    await settleCommitted({ context, scope: scopeOf(context.connection, NAME, options) }, proven);
    context.cache.add(digestsOf(proven));
    return resultOf(write, proven);
  });
}

async function sendAndSettle(write: StreamedWrite): Promise<ProvenEntries> {
  const { context, request, options } = write;
  const baseline = context.keeper.head?.txId ?? 0n;
  try {
    return await send(write);
  } catch (error) {
    const { sent } = write;
    if (!isOutcomeUnknown(error) || sent === undefined) throw error;
    const expected = sent.map(({ key, ...hash }) => ({
      storedKey: kvKey(key),
      ...hash,
      metadata: undefined,
    }));
    const scope = scopeOf(context.connection, NAME, options);
    const look = findAmongTransactions((_, transaction) => holdsExpected(transaction, expected));
    return settleOutcome({ context, request, baseline, scope, look }, withoutReason(error), () => {
      throw error;
    });
  }
}

/** A refusal for want of a session would have it sent again, and what was read from a stream cannot be read twice. */
function withoutReason(error: ImmuError): ImmuError {
  const { reason: _, ...details } = error.details;
  return new UnknownOutcomeError(error.message, { cause: error.cause, details });
}

async function send(write: StreamedWrite): Promise<ProvenEntries> {
  const { context, request, options } = write;
  const since = context.keeper.head;
  const { streamVerifiableSet } = ImmuServiceDefinition.methods;
  try {
    const hashes = write.sources.map(() => createHash('sha256').update(PREFIX));
    const answer = await sendStream({
      connection: context.connection,
      method: streamVerifiableSet,
      payloads: payloadsOf(write.sources, hashes, since?.txId ?? 0n),
      refusal: twiceTheFirst(write.sources),
      options: { ...options, sinceTx: since?.txId },
      // Before the last of it is sent, nothing of it can be committed.
      onRead: () => {
        write.sent = sentOf(write.sources, hashes);
        write.answered = context.claims.sending(request);
      },
    });
    if (write.sent === undefined)
      throw new ImmuError('SERVER_ERROR', 'streamVerifiableSet: the server answered before all was sent.');
    const proven = verifyStreamedSet(write.sent, answer, since, context.policy);
    claimOwn(context, request, proven);
    return proven;
  } finally {
    write.answered();
  }
}

function payloadsOf(sources: readonly Source[], hashes: readonly Hash[], sinceTx: bigint): Payload[] {
  const pairs = sources.flatMap((source, index) => [
    payloadOf(source.key),
    { length: source.length, bytes: hashed(source, hashes[index]) },
  ]);
  return [payloadOf(u64be(sinceTx)), ...pairs];
}

function sentOf(sources: readonly Source[], hashes: readonly Hash[]): StreamedEntry[] {
  return sources.map(({ key, length }, index) => ({
    key,
    hValue: new Uint8Array(hashes[index]?.digest() ?? []),
    storedBytes: PREFIX.length + length,
  }));
}

/** Before a plain value as it is stored. */
const PREFIX = Uint8Array.of(0x00);

async function* hashed(source: Source, hash: Hash | undefined): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of source.bytes()) {
    // A copy: what the program does to its memory while this is sent must not part the value from its hash.
    const copy = new Uint8Array(piece);
    hash?.update(copy);
    yield copy;
  }
}

function resultOf(
  { context, sent = [], sources }: StreamedWrite,
  proven: ProvenEntries,
): VerifiedStreamedWrite {
  const { header } = proven;
  const checkedAgainst = proven.trusted ?? proven.state;
  return {
    ...writtenIn(proven),
    entries: sent.map(({ key, hValue }, index) => {
      context.floors.raise(key, { txId: header.id, metadata: undefined });
      const proof = readProof(context, proven, index, checkedAgainst);
      return { key, length: sources[index]?.length ?? 0, valueHash: hValue, proof };
    }),
  };
}
