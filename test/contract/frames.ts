// Stream framing: messages of `u64 length ‖ payload`, carried by chunks that may cut them anywhere.
import { concatBytes, u64be } from '../../src/bytes.js';

/** The messages one after another, each with its length. */
export function frames(payloads: readonly Uint8Array[]): Uint8Array {
  return concatBytes(...payloads.flatMap((payload) => [u64be(BigInt(payload.length)), payload]));
}

/** Cuts bytes into chunks. @param lengths of the first chunks; the last takes what remains */
export function cut(bytes: Uint8Array, lengths: readonly number[]): { content: Uint8Array }[] {
  const chunks: { content: Uint8Array }[] = [];
  let start = 0;
  for (const length of lengths) {
    if (start >= bytes.length) break;
    chunks.push({ content: bytes.subarray(start, start + length) });
    start += length;
  }
  if (start < bytes.length) chunks.push({ content: bytes.subarray(start) });
  return chunks;
}

/** The messages carried by chunks. @throws Error where they end within one */
export function payloadsOf(chunks: readonly { readonly content: Uint8Array }[]): Uint8Array[] {
  const bytes = concatBytes(...chunks.map((chunk) => chunk.content));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const payloads: Uint8Array[] = [];
  let start = 0;
  while (start < bytes.length) {
    if (bytes.length - start < 8) throw new Error(`the stream ends within a length, at byte ${start}`);
    const end = start + 8 + Number(view.getBigUint64(start));
    if (end > bytes.length) throw new Error(`the stream ends within a message, at byte ${start}`);
    payloads.push(bytes.subarray(start + 8, end));
    start = end;
  }
  return payloads;
}
