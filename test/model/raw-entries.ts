// Index entries as the database lists them, past the library.

import type { Ledger } from 'immurepo';
import { scanKey } from 'immurepo/client';
import { parseKeyParts } from '../../src/codec/parse-key-parts.js';
import { namedKeys, parseKey } from '../../src/codec/record-key.js';
import type { Kind } from './expect/kinds.js';
import { entryName } from './program/outcomes.js';
import { nameOfParts } from './expect/values.js';

/** More than any program makes. */
const LIMIT = 1000;

/** An entry, and whose it says it is. */
export interface RawEntry {
  /** As the model names it. */
  readonly name: string;
  /** The id of the entity. */
  readonly owner: string;
}

/** Everything in the indexes of a kind. */
export async function rawEntries(ledger: Ledger, namespace: string, kind: Kind): Promise<RawEntry[]> {
  const all = await Promise.all(
    kind.indexes.map(async ({ name, unique, on }) => {
      const { prefix } = namedKeys(unique ? 'unique' : 'index', kind.name, name, namespace);
      const listed = await ledger.client.scan({ prefix, limit: LIMIT });
      return listed.map((entry) => {
        const { parts } = parseKey(scanKey(entry));
        const owner = unique ? parseKeyParts(entry.value) : parts.slice(on.length);
        if (!unique && Buffer.from(entry.value).toString('hex') !== '01')
          throw new Error(`the entry ${entryName(name, parts)} has another value than 01`);
        return { name: entryName(name, parts), owner: nameOfParts(owner) };
      });
    }),
  );
  return all.flat();
}
