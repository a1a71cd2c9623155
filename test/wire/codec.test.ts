// What the rest of the project relies on in the generated codecs.
import { expect, it } from 'vitest';
import { KeyRequest, ScanRequest } from '../../src/wire/immudb/schema/kv.js';
import { LinearProof } from '../../src/wire/immudb/schema/proof.js';
import { Precondition } from '../../src/wire/immudb/schema/precondition.js';
import { Chunk } from '../../src/wire/immudb/schema/stream.js';
import { EntryTypeSpec, TxHeader } from '../../src/wire/immudb/schema/tx.js';

const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));

it('keeps every 64-bit integer, as bigint', () => {
  const header = TxHeader.create({ id: 0xffff_ffff_ffff_ffffn, ts: -0x8000_0000_0000_0000n });
  const back = TxHeader.decode(TxHeader.encode(header).finish());
  expect([back.id, back.ts]).toEqual([0xffff_ffff_ffff_ffffn, -0x8000_0000_0000_0000n]);
});

it('refuses to send an integer that does not fit', () => {
  expect(() => TxHeader.encode(TxHeader.create({ id: 1n << 64n })).finish()).toThrow('too large');
  expect(() => TxHeader.encode(TxHeader.create({ id: -1n })).finish()).toThrow('too large');
});

it('decodes bytes without copying them', () => {
  const message = Chunk.encode(Chunk.create({ content: hex('0102') })).finish();
  const { content } = Chunk.decode(message);
  expect(content.buffer).toBe(message.buffer);
});

it('decodes to plain arrays where it is given one', () => {
  const message = new Uint8Array(Chunk.encode(Chunk.create({ content: hex('0102') })).finish());
  expect(Buffer.isBuffer(Chunk.decode(message).content)).toBe(false);
});

it('tells an absent submessage from an empty one', () => {
  expect(TxHeader.decode(new Uint8Array(0)).metadata).toBeUndefined();
  expect(TxHeader.decode(hex('4a00')).metadata).toEqual({ truncatedTxID: 0n, extra: new Uint8Array(0) });
});

it('keeps an enum value it does not know, and skips fields it does not know', () => {
  expect(EntryTypeSpec.decode(hex('0863')).action).toBe(99);
  expect(EntryTypeSpec.decode(hex('0802fa070568656c6c6f')).action).toBe(2);
});

it('uses the names and numbers of the contract, capital letters and late numbers included', () => {
  expect(LinearProof.encode(LinearProof.create({ TargetTxId: 5n })).finish()).toEqual(hex('1005'));
  expect(ScanRequest.encode(ScanRequest.create({ endKey: hex('ff') })).finish()).toEqual(hex('3a01ff'));
});

it('says which case of a oneof is set', () => {
  const condition = Precondition.create({
    precondition: { $case: 'keyMustExist', value: { key: hex('61') } },
  });
  const message = Precondition.encode(condition).finish();
  expect(message).toEqual(hex('0a030a0161'));
  expect(Precondition.decode(message)).toEqual(condition);
  expect(Precondition.decode(new Uint8Array(0)).precondition).toBeUndefined();
});

it('sends maps', () => {
  const chunk = Chunk.create({ metadata: new Map([['k', hex('07')]]) });
  expect(Chunk.decode(Chunk.encode(chunk).finish()).metadata).toEqual(new Map([['k', hex('07')]]));
});

it('throws at a message that ends early', () => {
  expect(() => KeyRequest.decode(hex('0a0561'))).toThrow(RangeError);
  expect(() => KeyRequest.decode(hex('10ff'))).toThrow();
});
