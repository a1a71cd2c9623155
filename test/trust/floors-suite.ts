// What every store that keeps floors must guarantee, whatever it keeps them in.
import { describe, expect, it } from 'vitest';
import type { TrustFloor } from '../../src/trust/floors.js';
import { recoveryOf } from '../../src/trust/floors.js';
import type { TrustId, TrustStore } from '../../src/trust/store.js';
import { floorAt, floorsOf, shown } from './support/floors.js';
import { bank, draftAt, latch } from './support/records.js';

/** A store that keeps floors. */
type FloorStore = Required<Omit<TrustStore, 'writeBehindMs'>>;

/**
 * @param name of the implementation
 * @param make two handles on one new and empty place, as two processes would hold them
 */
export function describeKeptFloors(
  name: string,
  make: () => Promise<readonly [FloorStore, FloorStore]>,
): void {
  describe(`${name} as a keeper of floors`, () => {
    const shop: TrustId = { ledgerId: 'shop', database: 'defaultdb' };
    const [a, b, c] = [floorAt('a', 1n), floorAt('b', 2n), floorAt('c', 3n)];
    const begun = async () => {
      const [store, other] = await make();
      await store.create(bank, draftAt(5n));
      return { store, other };
    };
    const save = (store: FloorStore, floors: readonly TrustFloor[], maxFloors = 10) =>
      store.saveFloors(bank, floorsOf(floors), maxFloors);

    it('has none at first', async () => {
      const { store } = await begun();
      expect(await store.loadFloors(bank)).toBeUndefined();
      expect(await store.loadFloors(shop)).toBeUndefined();
    });

    it('gives back what was saved, to every handle, as copies', async () => {
      const { store, other } = await begun();
      const floors = [a, floorAt('gone', 2n, { deleted: true }), floorAt('short', 3n, { expiresAt: 4n })];
      await save(store, floors);
      const kept = await other.loadFloors(bank);
      expect(kept).toEqual(floorsOf(floors));
      kept?.floors[0]?.key.fill(0);
      expect(await store.loadFloors(bank)).toEqual(floorsOf(floors));
    });

    it('adds to what others saved, of each key the higher, within the bound', async () => {
      const { store, other } = await begun();
      await save(store, [a, b]);
      await save(other, [c, floorAt('a', 4n)]);
      for (const handle of [store, other])
        expect(shown(await handle.loadFloors(bank))).toEqual(['c@3', 'a@4', 'b@2']);
      await save(store, [a], 2);
      expect(shown(await other.loadFloors(bank))).toEqual(['a@4', 'c@3']);
    });

    it('loses none of many that are saved at once', async () => {
      const { store, other } = await begun();
      const floors = Array.from({ length: 20 }, (_, index) => floorAt(`key ${index}`, BigInt(index + 1)));
      await Promise.all(floors.map((floor, index) => save(index % 2 ? store : other, [floor], 100)));
      const kept = shown(await store.loadFloors(bank));
      expect(kept?.sort()).toEqual(shown(floorsOf(floors))?.sort());
    });

    it('keeps those of each ledger apart', async () => {
      const { store } = await begun();
      await store.create(shop, draftAt(1n));
      await save(store, [a]);
      await store.saveFloors(shop, floorsOf([b]), 10);
      expect(shown(await store.loadFloors(bank))).toEqual(['a@1']);
      expect(shown(await store.loadFloors(shop))).toEqual(['b@2']);
    });

    it('keeps none without a record, nor with one that is latched', async () => {
      const { store } = await begun();
      await store.saveFloors(shop, floorsOf([a]), 10);
      expect(await store.loadFloors(shop)).toBeUndefined();
      await save(store, [a]);
      await store.replace(bank, 1, { ...draftAt(5n), latch });
      await save(store, [b]);
      expect(shown(await store.loadFloors(bank))).toEqual(['a@1']);
    });

    it('gives them up with a recovery, and takes none of before it afterwards', async () => {
      const { store, other } = await begun();
      await save(store, [a]);
      const recovered = await other.recover(bank, draftAt(1n), 'restored from backup');
      expect(await store.loadFloors(bank)).toBeUndefined();
      await save(store, [b]);
      expect(await store.loadFloors(bank)).toBeUndefined();
      const since = floorsOf([c], recoveryOf(recovered));
      await store.saveFloors(bank, since, 10);
      await save(store, [b]);
      expect(await other.loadFloors(bank)).toEqual(since);
    });

    it('keeps them while the head moves', async () => {
      const { store } = await begun();
      await save(store, [a]);
      await store.replace(bank, 1, draftAt(6n));
      expect(shown(await store.loadFloors(bank))).toEqual(['a@1']);
    });

    it('refuses what are no floors, and a name that is none', async () => {
      const { store } = await begun();
      await expect(save(store, [floorAt('', 1n)])).rejects.toThrow(TypeError);
      await expect(save(store, [floorAt('a', 0n)])).rejects.toThrow(TypeError);
      expect(await store.loadFloors(bank)).toBeUndefined();
      const nobody = { ledgerId: '', database: 'd' };
      await expect(store.loadFloors(nobody)).rejects.toThrow(TypeError);
      await expect(store.saveFloors(nobody, floorsOf([a]), 10)).rejects.toThrow(TypeError);
    });
  });
}
