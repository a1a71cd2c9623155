// What the repository needs to know of an index: where its entries are, and what an entity is found under.
import type { KeyPart } from '../codec/key-parts.js';
import type { KeySpace } from '../codec/record-key.js';

/** One index of one entity. */
export interface IndexSchema {
  /** Its stored name. */
  readonly name: string;
  /** Whether two live entities may not have the same values. */
  readonly unique: boolean;
  /** Where its entries are: kind `index` (values, then id) or `unique` (values). */
  readonly keys: KeySpace;
  /** Where its definition and state are noted. */
  readonly metaKey: Uint8Array;
  /** The properties, getters among them, whose values it holds, in the order of the key. At least one. */
  readonly properties: readonly string[];
  /** SHA-256 of what is indexed and how: another digest under the same name is another index. */
  readonly digest: Uint8Array;
  /**
   * The values an entity is found under, one for each of `properties`; undefined where one is undefined or null: then it
   * is not found by this index.
   *
   * @throws TypeError for a value of a type that no key can hold, ImmuError `VALUE_REFUSED` for one of another, such as NaN
   */
  valuesOf(entity: object): readonly KeyPart[] | undefined;
}
