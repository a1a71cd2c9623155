// Brings outcomes into a form in which two honest servers with the same history answer alike.
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { Entry } from '../../src/wire/immudb/schema/kv.js';
import { InclusionProof } from '../../src/wire/immudb/schema/proof.js';
import { VerifiableTx } from '../../src/wire/immudb/schema/verifiable.js';
import { payloadsOf } from './frames.js';
import type { MethodName, Outcome } from './rpc-backend.js';

interface Chunk {
  readonly content: Uint8Array;
}

/** Signatures differ with every call, being randomised: only whether there is one is comparable. */
function withoutSignatures(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSignatures);
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (value instanceof Map) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const isSignature = key === 'signature' && member !== undefined;
      return [key, isSignature ? 'signed' : withoutSignatures(member)];
    }),
  );
}

const decoded = <T>(type: { decode(reader: BinaryReader): T }, bytes: Uint8Array | undefined) =>
  bytes && type.decode(new BinaryReader(bytes));

/** What the chunks carry, and how they cut it. */
function streamed(method: MethodName, chunks: readonly Chunk[]): unknown {
  const payloads = payloadsOf(chunks);
  if (method !== 'streamVerifiableGet')
    return { payloads, chunks: chunks.map(({ content }) => content.length) };
  const [entry, verifiableTx, inclusionProof, ...values] = payloads;
  return {
    entry: decoded(Entry, entry),
    verifiableTx: decoded(VerifiableTx, verifiableTx),
    inclusionProof: decoded(InclusionProof, inclusionProof),
    values,
    // A signature is of 70 to 72 bytes, and so the lengths vary.
    chunks: chunks.length,
  };
}

const isChunk = (message: unknown): message is Chunk =>
  typeof message === 'object' && message !== null && 'content' in message;

/** The outcome without what may differ between honest servers. */
export function comparable(method: MethodName, { messages, failure }: Outcome): unknown {
  if (failure) return { failure, messages: withoutSignatures(messages) };
  const chunks = messages.filter(isChunk);
  if (messages.length > 0 && chunks.length === 0) return { messages: withoutSignatures(messages) };
  return { streamed: withoutSignatures(streamed(method, chunks)) };
}
