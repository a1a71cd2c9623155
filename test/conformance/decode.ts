// Recorded bytes as messages. The request is the client's own, so one that cannot be read is a broken fixture; an
// answer that cannot be read is a broken answer.

import { decodeAnswer } from '../../src/client/decode-answer.js';
import { Rejection, type RejectionCode } from './verdict.js';

type Decoder<T> = Parameters<typeof decodeAnswer<T>>[0];

/** Decodes the client's own request. @throws Rejection MALFORMED_FIXTURE */
export function decodeRequest<T>(message: Decoder<T>, bytes: Uint8Array): T {
  return decode(message, bytes, 'MALFORMED_FIXTURE', 'request');
}

/** Decodes the server's answer. @throws Rejection MALFORMED_PROOF */
export function decodeResponse<T>(message: Decoder<T>, bytes: Uint8Array): T {
  return decode(message, bytes, 'MALFORMED_PROOF', 'response');
}

/** A part the request cannot do without. @throws Rejection MALFORMED_FIXTURE */
export function required<T>(part: T | undefined, name: string): T {
  if (part === undefined) throw new Rejection('MALFORMED_FIXTURE', `The request has no ${name}.`);
  return part;
}

function decode<T>(message: Decoder<T>, bytes: Uint8Array, code: RejectionCode, which: string): T {
  try {
    return decodeAnswer(message, bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Rejection(code, `The ${which} cannot be decoded: ${why}.`);
  }
}
