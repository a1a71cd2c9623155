// Which codecs the records of an entity are written and read with: what the ledger was opened with, and what the entity
// itself asks for.

import { canonicalSuperjson } from '../codec/canonical-superjson.js';
import type { Codec } from '../codec/codec.js';
import { codecSet } from '../codec/codec-set.js';
import type { EntitySchema } from '../entity/entity-schema.js';

/** What a ledger is opened with. */
export interface CodecRules {
  /**
   * What new records are written with. Those that are there stay as they are. An entity's own, `@Entity({ codec })`, goes
   * before it. Default: canonical superjson.
   */
  readonly codec?: Codec | undefined;
  /** Others that records may have been written with: they are read. Canonical superjson always is. Default none. */
  readonly codecs?: readonly Codec[] | undefined;
}

/** The codecs of one entity in one ledger. */
export interface PayloadCodecs {
  /** Writes new records. */
  readonly writer: Codec;
  /** Reads the records of a codec's number. @throws ImmuError UNSUPPORTED_FORMAT saying which option to add */
  readonly reader: (id: number) => Codec;
}

/** By schema, of which each ledger has its own. */
const bound = new WeakMap<object, PayloadCodecs>();

/**
 * Says what the records of entities are written and read with.
 *
 * @throws TypeError for what is no codec, an id that it may not have, or two codecs of one id
 */
export function bindCodecs(schemas: readonly Pick<EntitySchema, 'settings'>[], rules: CodecRules): void {
  const standard = rules.codec ?? canonicalSuperjson;
  const others: readonly Codec[] = rules.codecs ?? [];
  const isArray: boolean = Array.isArray(others);
  if (!isArray) throw new TypeError('Ledger option "codecs" must be an array of codecs');
  const own = schemas.map(({ settings }) => settings.codec).filter((codec) => codec !== undefined);
  const all = codecSet([standard, ...others, ...own]);
  for (const schema of schemas)
    bound.set(schema, { writer: all.inUse(schema.settings.codec ?? standard), reader: all.reader });
}

/** The codecs of an entity. Of one that is of no ledger: the default one, and its own. */
export function codecsOf(schema: Pick<EntitySchema, 'settings'>): PayloadCodecs {
  const known = bound.get(schema);
  if (known !== undefined) return known;
  const { codec = canonicalSuperjson } = schema.settings;
  const all = codecSet([codec]);
  const made = { writer: all.inUse(codec), reader: all.reader };
  bound.set(schema, made);
  return made;
}
