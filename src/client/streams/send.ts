// Sending a write as a stream, so that nothing of it is committed when it cannot be sent in full.
//
// immudb 1.11.1 takes a value whose stream breaks off for an empty one and commits it, whether the call is ended or cancelled. So a
// write that is given up on this side is not cancelled: the value is filled up, and something follows for which the server refuses
// all of it. Only where the connection itself breaks can this not be done; the outcome is then unknown.

import { ImmuError, UnknownOutcomeError } from '../../errors.js';
import type { Chunk } from '../../wire/immudb/schema/stream.js';
import { callStream, type StreamOptions } from '../call-stream.js';
import type { Connection } from '../connection.js';
import { onAbort } from '../on-abort.js';
import type { StreamDefinition } from '../rpc.js';
import { chunksOf, type Payload } from './frames.js';
import { CHUNK_BYTES } from './limits.js';

/** A write to send. */
export interface StreamToSend<Res> {
  readonly connection: Connection;
  readonly method: StreamDefinition<Chunk, Res>;
  readonly payloads: readonly Payload[];
  /** What, sent behind it, makes the server refuse all of it. */
  readonly refusal: readonly Payload[];
  readonly options: StreamOptions & { readonly sinceTx?: bigint | undefined };
  /** Called when all of it was read, before the last of it is sent. */
  readonly onRead?: () => void;
}

/** Why a write was given up. */
interface GivenUp {
  readonly error: unknown;
}

/**
 * Sends a write.
 *
 * @returns the one answer
 * @throws what its values fail with, and ImmuError ABORTED: nothing was written · UnknownOutcomeError
 */
export async function sendStream<Res>(write: StreamToSend<Res>): Promise<Res> {
  const { connection, method, options } = write;
  const sending = new Sending(write);
  // Without the caller's signal, which would cancel: it is heeded where the values are read.
  const { timeoutMs, sinceTx } = options;
  const call = { timeoutMs, sinceTx, kind: 'write' } as const;
  let answer: Res | undefined;
  try {
    for await (const message of callStream(connection, method, sending.chunks(), call)) answer ??= message;
  } catch (error) {
    throw whatFailed(error, sending.givenUp, method.name);
  }
  if (sending.givenUp !== undefined) throw committedAllTheSame(method.name, sending.givenUp);
  if (answer !== undefined) return answer;
  throw new UnknownOutcomeError(
    `${method.name}: the server ended the call without an answer. Read what it would have written before writing again.`,
    { details: { rpc: method.name } },
  );
}

class Sending {
  givenUp: GivenUp | undefined;
  readonly #write: Pick<StreamToSend<unknown>, 'payloads' | 'refusal' | 'options' | 'onRead'>;
  #begun = false;

  constructor(write: Pick<StreamToSend<unknown>, 'payloads' | 'refusal' | 'options' | 'onRead'>) {
    this.#write = write;
  }

  async *chunks(): AsyncGenerator<Chunk, void, undefined> {
    let held: Chunk | undefined;
    for await (const chunk of chunksOf(this.#payloads())) {
      if (held !== undefined) {
        this.#begun = true;
        yield held;
      }
      held = chunk;
    }
    if (this.givenUp === undefined) this.#write.onRead?.();
    if (held !== undefined) yield held;
  }

  *#payloads(): Generator<Payload, void, undefined> {
    const { payloads, refusal } = this.#write;
    for (const { length, bytes } of payloads) {
      yield { length, bytes: this.#filledUp(length, bytes) };
      if (this.givenUp === undefined) continue;
      yield* refusal;
      return;
    }
  }

  async *#filledUp(length: number, bytes: Payload['bytes']): AsyncGenerator<Uint8Array, void, undefined> {
    let sent = 0;
    try {
      for await (const piece of untilAborted(bytes, this.#write.options.signal)) {
        sent += piece.length;
        yield piece;
      }
    } catch (error) {
      // The server has nothing yet of what it could commit.
      if (!this.#begun) throw error;
      this.givenUp = { error };
      for (; sent < length; sent += CHUNK_BYTES) yield new Uint8Array(Math.min(CHUNK_BYTES, length - sent));
    }
  }
}

/** @throws ImmuError ABORTED where the signal comes first, also while a piece is waited for */
async function* untilAborted(
  bytes: Payload['bytes'],
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (signal === undefined) {
    yield* bytes;
    return;
  }
  let ignore = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    const abort = () => {
      reject(
        new ImmuError('ABORTED', "The write was given up by the caller's signal: nothing was written.", {
          cause: signal.reason,
          details: { executed: 'no' },
        }),
      );
    };
    if (signal.aborted) abort();
    else ignore = onAbort(signal, abort);
  });
  // Somebody may be waiting for it, or nobody.
  aborted.catch(() => undefined);
  const source = Symbol.asyncIterator in bytes ? bytes[Symbol.asyncIterator]() : bytes[Symbol.iterator]();
  try {
    for (;;) {
      const next = await Promise.race([aborted, source.next()]);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    ignore();
    // A source that is waiting for data is let go of when it has some.
    void Promise.resolve(source.return?.()).catch(() => undefined);
  }
}

function whatFailed(error: unknown, givenUp: GivenUp | undefined, rpc: string): unknown {
  if (givenUp === undefined) return error;
  // Refused, as it was meant to be.
  if (!(error instanceof ImmuError) || error.code !== 'UNKNOWN_OUTCOME') return givenUp.error;
  return new UnknownOutcomeError(
    `${rpc}: the write was given up, and the connection broke before the server could be told. immudb may have committed an empty ` +
      'value in its place: read the keys.',
    { cause: givenUp.error, details: { ...error.details } },
  );
}

function committedAllTheSame(rpc: string, { error }: GivenUp): ImmuError {
  return new ImmuError(
    'SERVER_ERROR',
    `${rpc}: the write was given up, and the server committed it all the same. Read the keys, and write what they should hold.`,
    { cause: error, details: { rpc, executed: 'yes' } },
  );
}
