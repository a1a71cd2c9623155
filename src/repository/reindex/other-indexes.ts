// The indexes of an entity that its class does not declare, or not any more. Going over the records takes their entries
// away, so that none of them may count as complete after that.

import { equalBytes, NO_BYTES } from '../../bytes.js';
import { WRITES } from '../../codec/index-state.js';
import { namedKeys } from '../../codec/record-key.js';
import { afterPrefix, isEmptyRange, type KeyRange } from '../query/key-range.js';
import { entriesAt, keysIn, type Pass } from './pass.js';

const PAGE = 200;

/** Forgets what is noted of them: whoever declares one of them again builds it again. */
export async function forgetOtherIndexes<T extends object>(pass: Pass<T>): Promise<void> {
  const { context, schema, bounds } = pass;
  for (const range of notesOf(pass)) {
    for await (const keys of keysIn(pass, range, PAGE)) {
      const found = (await entriesAt(pass, keys)).filter((entry) => entry !== undefined);
      const others = found.filter(
        ({ key }) => !schema.indexes.some(({ metaKey }) => equalBytes(metaKey, key)),
      );
      if (others.length === 0) continue;
      const metadata = { deleted: true, nonIndexable: false };
      await context.client.verifiedSet(
        others.map(({ key }) => ({ key, value: NO_BYTES, metadata })),
        bounds,
      );
    }
  }
}

/** Where the notes of an entity's indexes are: before and after the writes that have a name, of which there may be many. */
function notesOf<T extends object>({ schema: { keys } }: Pass<T>): KeyRange[] {
  const { entity, namespace } = keys;
  const writes = namedKeys('meta', entity, WRITES, namespace).prefix;
  // A name is followed by one byte.
  const prefix = writes.subarray(0, writes.length - WRITES.length - 1);
  const all = { prefix, low: prefix, high: afterPrefix(prefix) };
  return [
    { ...all, high: writes },
    { ...all, low: afterPrefix(writes) },
  ].filter((range) => !isEmptyRange(range));
}
