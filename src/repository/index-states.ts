// Which indexes hold every entity. Noted in the ledger beside the entries, so that an index that was declared late
// answers nothing before it is complete.

import { equalBytes, toMapKey } from '../bytes.js';
import { encodeIndexState, type IndexState, parseIndexState } from '../codec/index-state.js';
import type { ImmuClient, OperationOptions, VerifiedSetOptions } from '../client/index.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import type { EntitySet } from '../entity/entity-set.js';
import type { IndexSchema } from '../entity/index-schema.js';
import { ImmuError, IndexNotReadyError } from '../errors.js';

/** An index and the class it belongs to. */
export interface OwnedIndex {
  readonly schema: Pick<EntitySchema, 'className' | 'name' | 'keys'>;
  readonly index: IndexSchema;
}

/** How often to try again to note what others note at the same time, each time without what they have noted. */
const ATTEMPTS = 5;

/** As many as fit one transaction with ease. */
const MAX_NOTES = 500;

/** Why what is new is not noted: this user may only read, or the server is a copy. */
const MAY_NOT_WRITE: ReadonlySet<string> = new Set(['PERMISSION_DENIED', 'READ_ONLY_REPLICA']);

/** What is noted of the indexes of one ledger. */
export class IndexStates {
  readonly #client: ImmuClient;
  readonly #ready = new Set<string>();

  /** Use {@link openIndexes}. */
  constructor(client: ImmuClient) {
    this.#client = client;
  }

  /**
   * What is noted of indexes now.
   *
   * @returns in their order; undefined for one that was never built
   * @throws ImmuError INDEX_CHANGED if another definition has its name, UNREADABLE_RECORD, UNSUPPORTED_FORMAT
   */
  async read(
    owned: readonly OwnedIndex[],
    options: OperationOptions,
  ): Promise<(IndexState['state'] | undefined)[]> {
    const metaKeys = owned.map(({ index }) => index.metaKey);
    const entries = await this.#client.verifiedGetAll(metaKeys, options);
    return owned.map((one, position) => {
      const entry = entries[position];
      return entry && this.#take(one, entry.value);
    });
  }

  /**
   * Notes something of indexes of which nothing is noted. What somebody else has noted meanwhile stays.
   *
   * @throws ImmuError PERMISSION_DENIED and others
   */
  async noteNew(
    owned: readonly OwnedIndex[],
    state: IndexState['state'],
    options: OperationOptions,
  ): Promise<void> {
    let left = owned.slice(0, MAX_NOTES);
    for (let attempt = 1; left.length > 0 && attempt <= ATTEMPTS; attempt++) {
      const preconditions = left.map(({ index }) => ({ kind: 'mustNotExist', key: index.metaKey }) as const);
      try {
        await this.#note(left, state, { ...options, preconditions });
        break;
      } catch (error) {
        if (!(error instanceof ImmuError) || error.code !== 'PRECONDITION_FAILED') throw error;
        const states = await this.read(left, options);
        left = left.filter((_, position) => states[position] === undefined);
      }
    }
    if (owned.length > MAX_NOTES) await this.noteNew(owned.slice(MAX_NOTES), state, options);
  }

  /** Notes that indexes of an entity are complete. */
  async noteComplete(owned: readonly OwnedIndex[], options: OperationOptions): Promise<void> {
    if (owned.length > 0) await this.#note(owned, 'ready', options);
  }

  /**
   * Another process may have completed it since it was last looked at.
   *
   * @throws IndexNotReadyError unless the index is complete
   */
  async assertReady(owned: OwnedIndex, options: OperationOptions): Promise<void> {
    if (this.#ready.has(toMapKey(owned.index.metaKey))) return;
    const [state] = await this.read([owned], options);
    if (state === 'ready') return;
    const { className, name } = owned.schema;
    throw new IndexNotReadyError(
      `The index "${owned.index.name}" of ${className} ${state === undefined ? 'has never been built' : 'is being built'}: it may ` +
        `miss entities stored before it was declared. Run ledger.reindex(${className}) once; then it answers.`,
      { details: { entity: name, index: owned.index.name, state: state ?? 'missing' } },
    );
  }

  async #note(
    owned: readonly OwnedIndex[],
    state: IndexState['state'],
    options: VerifiedSetOptions,
  ): Promise<void> {
    const entries = owned.map(({ index: { metaKey, digest } }) => ({
      key: metaKey,
      value: encodeIndexState({ state, digest }),
    }));
    await this.#client.verifiedSet(entries, options);
    if (state === 'ready') for (const { index } of owned) this.#ready.add(toMapKey(index.metaKey));
  }

  #take(owned: OwnedIndex, value: Uint8Array): IndexState['state'] {
    const { state, digest } = parsed(owned, value);
    if (!equalBytes(digest, owned.index.digest)) throw changed(owned);
    if (state === 'ready') this.#ready.add(toMapKey(owned.index.metaKey));
    return state;
  }
}

/**
 * Takes up what the ledger says of all indexes. One that is new, of an entity of which there is nothing yet, is complete
 * from the start, which is noted if this user may write.
 *
 * @param mayNote false to write nothing
 * @throws ImmuError INDEX_CHANGED if an index has the name of one that was defined otherwise
 */
export async function openIndexes(
  client: ImmuClient,
  entities: EntitySet,
  options: OperationOptions,
  mayNote = true,
): Promise<IndexStates> {
  const states = new IndexStates(client);
  const all = entities.schemas.flatMap((schema) => schema.indexes.map((index) => ({ schema, index })));
  if (all.length === 0) return states;
  const found = await states.read(all, options);
  if (!mayNote) return states;
  const unknown = all.filter((_, position) => found[position] === undefined);
  const fresh: OwnedIndex[] = [];
  for (const schema of new Set(unknown.map((owned) => owned.schema))) {
    if (await isEmpty(client, schema, options))
      fresh.push(...unknown.filter((owned) => owned.schema === schema));
  }
  try {
    await states.noteNew(fresh, 'ready', options);
  } catch (error) {
    if (!(error instanceof ImmuError) || !MAY_NOT_WRITE.has(error.code)) throw error;
  }
  return states;
}

/** Whether nothing was ever stored, as far as the server says: what is deleted has a record too. */
async function isEmpty(
  client: ImmuClient,
  { keys }: OwnedIndex['schema'],
  options: OperationOptions,
): Promise<boolean> {
  const found = await client.scan({ ...options, prefix: keys.prefix, limit: 1 });
  return found.length === 0;
}

function parsed({ schema, index }: OwnedIndex, value: Uint8Array): IndexState {
  try {
    return parseIndexState(value);
  } catch (error) {
    if (!(error instanceof ImmuError)) throw error;
    throw new ImmuError(error.code, `${schema.className}, index "${index.name}": ${error.message}`, {
      cause: error,
      details: { ...error.details, entity: schema.name, index: index.name },
    });
  }
}

function changed({ schema, index }: OwnedIndex): ImmuError {
  return new ImmuError(
    'INDEX_CHANGED',
    `The index "${index.name}" of ${schema.className} is declared otherwise than it was built: over other properties, or unique ` +
      'where it was not, or the reverse. Give the new one another name, and run ledger.reindex once.',
    { details: { entity: schema.name, index: index.name } },
  );
}
