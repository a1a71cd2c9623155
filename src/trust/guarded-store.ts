// A store that is kept in a place which may be taken away and replaced while it is in use: it looks first.

import type { TrustStore } from './store.js';

/**
 * A store that does nothing once its place is another one: neither believes what it finds there nor writes to it.
 *
 * @param store where the records are
 * @param assertInPlace rejects once they are not any more
 */
export function guardedStore(store: TrustStore, assertInPlace: () => Promise<void>): TrustStore {
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    await assertInPlace();
    return work();
  };
  return {
    ...(store.writeBehindMs === undefined ? {} : { writeBehindMs: store.writeBehindMs }),
    load: (id) => guarded(() => store.load(id)),
    create: (id, draft) => guarded(() => store.create(id, draft)),
    replace: (id, expectedEpoch, next) => guarded(() => store.replace(id, expectedEpoch, next)),
    recover: (id, draft, reason) => guarded(() => store.recover(id, draft, reason)),
    list: () => guarded(() => store.list()),
    loadFloors: (id) => guarded(async () => store.loadFloors?.(id)),
    saveFloors: (id, floors, maxFloors) => guarded(async () => store.saveFloors?.(id, floors, maxFloors)),
  };
}
