// Which failures may be passed over: what is proven and cannot be read, and nothing else.

import { expect, it } from 'vitest';
import { ConflictError, ImmuError, VerificationError } from 'immurepo';
import { readable, type UnreadableRecord } from '../../../src/repository/query/unreadable.js';

const at = { key: Uint8Array.of(1), txId: 7n };
const failing = (error: unknown) => (): unknown => {
  throw error;
};

it('gives what was read', async () => {
  expect(await readable(at, undefined, () => 'read')).toBe('read');
  expect(await readable(at, undefined, () => Promise.resolve('later'))).toBe('later');
});

it.each(['UNREADABLE_RECORD', 'UNSUPPORTED_FORMAT'] as const)(
  'tells of %s, of the transaction it speaks of',
  async (code) => {
    const told: UnreadableRecord[] = [];
    const onUnreadable = (record: UnreadableRecord) => void told.push(record);
    const own = new ImmuError(code, 'no');
    const elsewhere = new ImmuError(code, 'no', { details: { txId: 3n } });
    expect(await readable(at, onUnreadable, failing(own))).toBeUndefined();
    expect(await readable(at, onUnreadable, failing(elsewhere))).toBeUndefined();
    expect(told).toEqual([
      { ...at, error: own },
      { ...at, txId: 3n, error: elsewhere },
    ]);
    await expect(readable(at, undefined, failing(own))).rejects.toBe(own);
  },
);

it.each([
  new VerificationError('CHAIN_BROKEN', 'no'),
  new ImmuError('DEADLINE_EXCEEDED', 'no'),
  new ConflictError('no'),
  new TypeError('no'),
])('passes over no other failure: %s', async (error) => {
  const onUnreadable = () => {
    throw new Error('told');
  };
  await expect(readable(at, onUnreadable, failing(error))).rejects.toBe(error);
});
