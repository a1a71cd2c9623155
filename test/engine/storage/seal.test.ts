import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../src/bytes.js';
import { areTwins, seal, type SealedTable, sealTwin, unseal } from '../../../src/engine/storage/seal.js';

const key = utf8('key');
const values = [new Uint8Array(), utf8('v'), utf8('a longer value'), new Uint8Array(70_000).fill(3)];

describe('a seal', () => {
  it.each(values)('gives the value back (%#)', (value) => {
    expect(unseal('log', key, seal('log', key, value))).toEqual(value);
  });

  it('is broken by any flipped bit, in the value or in itself', () => {
    const sealed = seal('keys', key, utf8('some value'));
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      const flipped = Buffer.from(sealed);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(unseal('keys', key, flipped), `bit ${bit}`).toBeUndefined();
      expect(areTwins(flipped, sealTwin(sealed)), `bit ${bit}`).toBe(false);
    }
  });

  it('is broken by any flipped bit of the key', () => {
    const sealed = seal('keys', key, utf8('some value'));
    for (let bit = 0; bit < key.length * 8; bit++) {
      const flipped = key.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      expect(unseal('keys', flipped, sealed), `bit ${bit}`).toBeUndefined();
    }
  });

  it.each<SealedTable>(['keys', 'revisions', 'store'])('of the log is none of %s', (table) => {
    for (const value of values) expect(unseal(table, key, seal('log', key, value))).toBeUndefined();
  });

  it('tells where the key ends', () => {
    const sealed = seal('log', utf8('ab'), utf8('c'));
    expect(unseal('log', utf8('a'), Buffer.concat([utf8('b'), sealed]))).toBeUndefined();
    const shorter = seal('log', utf8('a'), utf8('bc'));
    expect(unseal('log', utf8('ab'), shorter.subarray(1))).toBeUndefined();
  });

  it.each([0, 1, 3])('is not found in %i bytes', (length) => {
    expect(unseal('log', key, Buffer.alloc(length))).toBeUndefined();
    expect(areTwins(Buffer.alloc(length), Buffer.alloc(length))).toBe(false);
  });

  it('gives a view that ends where the value does', () => {
    const value = unseal('log', key, seal('log', key, utf8('value')))!;
    expect([value.length, value.byteLength]).toEqual([5, 5]);
  });
});

describe('a twin', () => {
  it.each(values)('is one of its row only, and not a row itself (%#)', (value) => {
    const sealed = seal('keys', key, value);
    const twin = sealTwin(sealed);
    expect(areTwins(sealed, twin)).toBe(true);
    expect(areTwins(sealed, sealed)).toBe(false);
    expect(areTwins(twin, twin)).toBe(false);
    expect(unseal('keys', key, twin)).toBeUndefined();
    expect(areTwins(seal('keys', key, utf8('other')), twin)).toBe(false);
    expect(areTwins(seal('keys', utf8('yek'), value), twin)).toBe(false);
  });
});
