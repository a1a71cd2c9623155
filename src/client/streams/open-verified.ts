// A verified read under way: everything but the value is here and proven, and the value's hash is known.

import { VerificationError } from '../../errors.js';
import type { LedgerState, ProvenReference, ProvenValueHash } from '../../proof/index.js';
import { verifyStreamedEntry } from '../../proof/verify/verify-streamed.js';
import { Entry, KeyRequest } from '../../wire/immudb/schema/kv.js';
import { InclusionProof } from '../../wire/immudb/schema/proof.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { VerifiableGetRequest, VerifiableTx } from '../../wire/immudb/schema/verifiable.js';
import { callStream, type StreamOptions } from '../call-stream.js';
import { decodeAnswer } from '../decode-answer.js';
import { printableKey } from '../printable-key.js';
import { undefinedIfAbsent } from '../plain-reads.js';
import type { MessageType } from '../transport.js';
import type { VerifiedContext } from '../verified/context.js';
import { type Frame, FrameReader } from './frames.js';
import { MAX_SMALL_BYTES } from './limits.js';

/** What to read. */
export interface StreamedRead {
  readonly key: Uint8Array;
  /** Exactly the write of this transaction; the latest when left out. */
  readonly atTx?: bigint | undefined;
  /** The most bytes the value may have. */
  readonly maxBytes: number;
  readonly options: StreamOptions;
}

/** An answer up to its value. */
export interface OpenedValue {
  readonly proven: ProvenValueHash;
  readonly frame: Frame;
  readonly reader: FrameReader;
}

/**
 * Asks for a key with its proof, and checks everything up to the value.
 *
 * @param since the state trusted when it was asked
 * @returns the value under way; or a reference, with its call ended; or undefined if the server says there is none
 * @throws VerificationError · ImmuError
 */
export async function openVerified(
  context: VerifiedContext,
  read: StreamedRead,
  since: LedgerState | undefined,
): Promise<OpenedValue | ProvenReference | undefined> {
  const { key, atTx, maxBytes } = read;
  const reader = request(context, read, since?.txId);
  try {
    const first = await undefinedIfAbsent(reader.required('entry', MAX_SMALL_BYTES));
    if (first === undefined) return undefined;
    const entry = await decoded(Entry, first, 'entry');
    const { maxMessageBytes } = context.connection.options;
    const tx = await decoded(
      VerifiableTx,
      await reader.required('transaction', maxMessageBytes),
      'transaction',
    );
    const proof = await decoded(InclusionProof, await reader.required('proof', MAX_SMALL_BYTES), 'proof');
    const answer = { entry, verifiableTx: tx, inclusionProof: proof };
    const wanted = atTx === undefined ? { key } : { key, atTx };
    const proven = verifyStreamedEntry(wanted, answer, since, context.policy);
    if (proven.kind === 'hash') return { proven, reader, frame: await reader.required('value', maxBytes) };
    // What a reference leads to has a proof of its own, and comes with it.
    await reader.close();
    return proven;
  } catch (error) {
    await reader.close();
    throw error;
  }
}

function request(
  { connection }: VerifiedContext,
  { key, atTx, options }: StreamedRead,
  sinceTx: bigint | undefined,
): FrameReader {
  const { streamVerifiableGet } = ImmuServiceDefinition.methods;
  const message = VerifiableGetRequest.create({
    keyRequest: KeyRequest.create({ key, atTx: atTx ?? 0n }),
    proveSinceTx: sinceTx ?? 0n,
  });
  const { signal, timeoutMs } = options;
  const call = { signal, timeoutMs, kind: 'read', sinceTx } as const;
  return new FrameReader(
    streamVerifiableGet.name,
    callStream(connection, streamVerifiableGet, [message], call),
  );
}

async function decoded<T>(type: MessageType<T>, frame: Frame, name: string): Promise<T> {
  const bytes = await frame.bytes();
  try {
    return decodeAnswer(type, bytes);
  } catch (cause) {
    throw new VerificationError(
      'MALFORMED_PROOF',
      `Refused the server's answer: the ${name} in a streamed read is no message of its kind.`,
      { cause, evidence: bytes },
    );
  }
}

/** The error for a reference that leads to another. */
export function secondStep(key: Uint8Array, target: Uint8Array): VerificationError {
  return new VerificationError(
    'BINDING_MISMATCH',
    `Key ${printableKey(key)} refers to ${printableKey(target)}, which the server answered as a reference again. The ledger ` +
      'allows one step only; the answer is refused.',
    { details: { key, target } },
  );
}
