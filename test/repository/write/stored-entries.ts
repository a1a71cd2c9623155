// What is stored beside the records: index entries as they are, whoever wrote them.

import type { Ledger } from 'immurepo';
import { toHex } from '../../../src/bytes.js';
import { encodeKeyParts, type KeyPart } from '../../../src/codec/key-parts.js';
import { parseKeyParts } from '../../../src/codec/parse-key-parts.js';
import { encodeKey, parseKey } from '../../../src/codec/record-key.js';
import { parseRecord } from '../../../src/codec/parse-record.js';
import { factsOf } from '../../../src/codec/revision-facts.js';
import { schemaOf } from '../../../src/entity/entity-schema.js';
import type { EntityClass } from '../../../src/entity/entity-types.js';

/** The key of a unique value, as a repository would write it. */
export function uniqueKey(entity: EntityClass, index: string, values: readonly KeyPart[]): Uint8Array {
  const found = schemaOf(entity).indexes.find(({ name }) => name === index);
  if (found === undefined) throw new TypeError(`no index ${index}`);
  return encodeKey(found.keys, values);
}

/** The value of a unique entry: whose it is. */
export const ownerValue = (...id: KeyPart[]): Uint8Array => encodeKeyParts(id);

/** Every index entry of an entity class that is there, as text: `email ["a"] → ["id"]`. */
export async function storedEntries(ledger: Ledger, entity: EntityClass): Promise<string[]> {
  const found: string[] = [];
  for (const { keys, unique, name } of schemaOf(entity).indexes) {
    for (const { key, value } of await ledger.client.scan({ prefix: keys.prefix })) {
      const parts = parseKey(key).parts.map(shown).join(',');
      found.push(`${name} ${parts}${unique ? ` → ${parseKeyParts(value).map(shown).join(',')}` : ''}`);
    }
  }
  return found.sort();
}

function shown(part: KeyPart): string {
  return part instanceof Uint8Array ? `0x${toHex(part)}` : String(part);
}

/** Every index key that the newest records list, and every one that is there: the same, if all is well. */
export async function listedAndThere(
  ledger: Ledger,
  entity: EntityClass,
): Promise<{ readonly listed: readonly string[]; readonly there: readonly string[] }> {
  const { keys, indexes } = schemaOf(entity);
  const records = await ledger.client.scan({ prefix: keys.prefix });
  const listed = records.flatMap(({ value }) => factsOf(parseRecord(value).extensions).indexKeys.map(toHex));
  const there: string[] = [];
  for (const { keys: entries } of indexes)
    there.push(...(await ledger.client.scan({ prefix: entries.prefix })).map(({ key }) => toHex(key)));
  return { listed: listed.sort(), there: there.sort() };
}
