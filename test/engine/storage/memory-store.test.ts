import { expect, it } from 'vitest';
import { u64be } from '../../../src/bytes.js';
import type { Put } from '../../../src/engine/storage/ledger-store.js';
import { MemoryStore } from '../../../src/engine/storage/memory-store.js';
import { describeStore } from './store-suite.js';
import { headAt } from './support/heads.js';

describeStore('MemoryStore', () => Promise.resolve(new MemoryStore()));

it('takes 100,000 rows in any order', { timeout: 20_000 }, async () => {
  const store = new MemoryStore();
  const count = 100_000;
  for (let at = 0; at < count; at += 500) {
    const puts = Array.from({ length: 500 }, (_, more): Put => {
      const number = u64be(BigInt(((at + more) * 48_271) % count));
      return { table: 'keys', key: number, value: number };
    });
    await store.commit(puts, headAt(at + 1));
  }
  let expected = 0n;
  for (const [key] of store.range('keys', {})) {
    if (Buffer.from(key).readBigUInt64BE() !== expected++)
      throw new Error(`It is out of order at ${expected}.`);
  }
  expect(expected).toBe(BigInt(count));
});
