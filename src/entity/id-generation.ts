// Ids that nobody set: sortable by time of creation, unique without asking anyone.
import { randomFillSync } from 'node:crypto';
import { createRequire } from 'node:module';
import type * as Ulid from 'ulid';
import type * as Uuid from 'uuid';

import type { KeyPart } from '../codec/key-parts.js';
import type { IdGeneration } from './declaration.js';

// Required when first used, not imported: building an entity is synchronous, and together the two libraries take a
// sixth of the time in which immurepo is to be loaded, for entities that may set their own ids.
const load = createRequire(import.meta.url);

const POOL_BYTES = 1024;

/** Numbers 0 ≤ x < 1 of eight random bits each, from a pool: the library's own source asks the system for each byte. */
function pooledRandom(): () => number {
  const pool = new Uint8Array(POOL_BYTES);
  let at = POOL_BYTES;
  return () => {
    if (at === POOL_BYTES) {
      randomFillSync(pool);
      at = 0;
    }
    return (pool[at++] ?? 0) / 256;
  };
}

function ulidGenerator(): () => string {
  const { monotonicFactory } = load('ulid') as typeof Ulid;
  const next = monotonicFactory(pooledRandom());
  return () => next();
}

function uuidGenerator(): () => string {
  const { v7 } = load('uuid') as typeof Uuid;
  return () => v7();
}

/**
 * What makes ids of the declared kind. Ids of one generator ascend, also within a millisecond.
 *
 * @param generation `undefined` for ids that the application sets
 */
export function idGenerator(generation: IdGeneration | undefined): (() => KeyPart) | undefined {
  if (generation === undefined || typeof generation === 'function') return generation;
  const make = generation === 'ulid' ? ulidGenerator : uuidGenerator;
  let generator: (() => string) | undefined;
  return () => (generator ??= make())();
}
