import { expect, it } from 'vitest';
import { FileTrustStore } from '../../src/trust/file-store.js';
import { guardedStore } from '../../src/trust/guarded-store.js';
import { caught } from './support/caught.js';
import { floorsOf } from './support/floors.js';
import { bank, draftAt } from './support/records.js';
import { temporaryDirectory } from './support/temporary-directory.js';

it('does what its store does while that is in place, and nothing afterwards', async () => {
  const inner = new FileTrustStore({ directory: await temporaryDirectory(), writeBehindMs: 7 });
  let isInPlace = true;
  const store = guardedStore(inner, () =>
    isInPlace ? Promise.resolve() : Promise.reject(new Error('it was taken away')),
  );
  expect(store.writeBehindMs).toBe(7);
  await store.create(bank, draftAt(1n));
  await store.replace(bank, 1, draftAt(2n));
  await store.saveFloors?.(bank, floorsOf([]), 10);
  expect(await store.list()).toEqual([bank]);
  const before = await inner.load(bank);
  expect(await store.load(bank)).toEqual(before);

  isInPlace = false;
  const calls: (() => Promise<unknown> | undefined)[] = [
    () => store.load(bank),
    () => store.create(bank, draftAt(3n)),
    () => store.replace(bank, 2, draftAt(3n)),
    () => store.recover(bank, draftAt(3n), 'a test'),
    () => store.list(),
    () => store.loadFloors?.(bank),
    () => store.saveFloors?.(bank, floorsOf([]), 10),
  ];
  for (const call of calls)
    expect((await caught(async () => await call())).message).toBe('it was taken away');
  expect(await inner.load(bank)).toEqual(before);
});
