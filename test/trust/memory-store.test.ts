import { expect, it } from 'vitest';
import { MemoryTrustStore } from '../../src/trust/memory-store.js';
import { describeKeptFloors } from './floors-suite.js';
import { describeTrustStore } from './store-suite.js';
import { bank, draftAt } from './support/records.js';

describeTrustStore('MemoryTrustStore', () => {
  const store = new MemoryTrustStore();
  return Promise.resolve([store, store]);
});

describeKeptFloors('MemoryTrustStore', () => {
  const store = new MemoryTrustStore();
  return Promise.resolve([store, store]);
});

it('shares nothing between two memory stores', async () => {
  await new MemoryTrustStore().create(bank, draftAt(1n));
  expect(await new MemoryTrustStore().load(bank)).toBeUndefined();
});
