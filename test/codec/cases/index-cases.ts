// What is noted of indexes, and digests of their definitions, with bytes fixed for ever. Add cases; never change one.
import { definitionDigest, type IndexState } from '../../../src/codec/index-state.js';

export const DEFINITION_CASES: readonly {
  readonly name: string;
  readonly unique: boolean;
  readonly properties: readonly string[];
}[] = [
  { name: 'one property', unique: false, properties: ['email'] },
  { name: 'unique', unique: true, properties: ['email'] },
  { name: 'several properties', unique: false, properties: ['owner', 'createdAt'] },
  { name: 'several properties in another order', unique: false, properties: ['createdAt', 'owner'] },
  { name: 'names that JSON writes with escapes', unique: true, properties: ['a"b', 'größe', '\n'] },
];

export const INDEX_STATE_CASES: readonly { readonly name: string; readonly noted: IndexState }[] = [
  { name: 'building', noted: { state: 'building', digest: definitionDigest(false, ['email']) } },
  { name: 'ready', noted: { state: 'ready', digest: definitionDigest(true, ['email']) } },
];
