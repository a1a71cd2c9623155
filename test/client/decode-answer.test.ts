// Bytes that cost more to decode than they are worth, and bytes after the message.

import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/bytes.js';
import { decodeAnswer, MAX_ANSWER_VALUES } from '../../src/client/decode-answer.js';
import { Tx } from '../../src/wire/immudb/schema/tx.js';
import { VerifiableTx } from '../../src/wire/immudb/schema/verifiable.js';

const EMPTY_ENTRY = Uint8Array.of(0x12, 0x00);

function emptyEntries(count: number): Uint8Array {
  const bytes = new Uint8Array(2 * count);
  for (let i = 0; i < count; i++) bytes.set(EMPTY_ENTRY, 2 * i);
  return bytes;
}

const message = VerifiableTx.encode(
  VerifiableTx.create({ tx: { entries: [{ key: Uint8Array.of(0, 1), vLen: 5 }] } }),
).finish();

describe('decoding an answer', () => {
  it('gives what the generated type gives', () => {
    expect(decodeAnswer(VerifiableTx, message)).toEqual(VerifiableTx.decode(message));
    expect(decodeAnswer(VerifiableTx, new Uint8Array(0))).toEqual(VerifiableTx.create());
  });

  it('passes over fields it does not know', () => {
    expect(decodeAnswer(VerifiableTx, concatBytes(message, Uint8Array.of(0x7a, 1, 9)))).toEqual(
      VerifiableTx.decode(message),
    );
  });

  it('takes as many entries as any server sends', () => {
    expect(decodeAnswer(Tx, emptyEntries(100_000)).entries).toHaveLength(100_000);
  });

  it.each([4, 64])('stops early in %i MiB of empty entries', (mebibytes) => {
    const bytes = emptyEntries(mebibytes << 19);
    expect(() => decodeAnswer(Tx, bytes)).toThrow(`more than ${MAX_ANSWER_VALUES} fields and lengths`);
  });

  it.each([
    ['a zero', 0x00],
    ['the end of a group', 0x0c],
  ])('refuses what follows %s, which generated code takes for the end', (_, mark) => {
    const bytes = concatBytes(message, Uint8Array.of(mark, 0xff, 0xff));
    expect(VerifiableTx.decode(bytes)).toEqual(VerifiableTx.decode(message));
    expect(() => decodeAnswer(VerifiableTx, bytes)).toThrow('the message ends at byte');
  });

  it('refuses a message that is cut', () => {
    expect(() => decodeAnswer(VerifiableTx, message.subarray(0, -1))).toThrow();
  });
});
