// Which indexes hold every entity. Noted in the ledger beside the entries, so that an index that was declared late
// answers nothing before it is complete.

import { equalBytes, toMapKey } from '../bytes.js';
import { encodeIndexState, type IndexState, parseIndexState } from '../codec/index-state.js';
import type { ImmuClient, OperationOptions } from '../client/index.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import type { EntitySet } from '../entity/entity-set.js';
import type { IndexSchema } from '../entity/index-schema.js';
import { ImmuError, IndexNotReadyError } from '../errors.js';

/** An index and the class it belongs to. */
export interface OwnedIndex {
  readonly schema: Pick<EntitySchema, 'className' | 'name' | 'keys'>;
  readonly index: IndexSchema;
}

/** What is noted of the indexes of one ledger. */
export class IndexStates {
  readonly #client: ImmuClient;
  readonly #ready = new Set<string>();

  /** Use {@link openIndexes}. */
  constructor(client: ImmuClient) {
    this.#client = client;
  }

  /** Takes note that an index is complete. */
  noteReady({ metaKey }: IndexSchema): void {
    this.#ready.add(toMapKey(metaKey));
  }

  /**
   * What is noted of an index now.
   *
   * @returns undefined if nothing is: it was never built
   * @throws ImmuError INDEX_CHANGED if another definition has its name
   */
  async read(owned: OwnedIndex, options: OperationOptions): Promise<IndexState['state'] | undefined> {
    const entry = await this.#client.verifiedGet(owned.index.metaKey, options);
    return entry && this.take(owned, entry.value);
  }

  /** Takes up what the ledger says of an index. @throws ImmuError INDEX_CHANGED, UNREADABLE_RECORD */
  take(owned: OwnedIndex, value: Uint8Array): IndexState['state'] {
    const { state, digest } = parseIndexState(value);
    if (!equalBytes(digest, owned.index.digest)) throw changed(owned);
    if (state === 'ready') this.noteReady(owned.index);
    return state;
  }

  /**
   * Another process may have completed it since it was last looked at.
   *
   * @throws IndexNotReadyError unless the index is complete
   */
  async assertReady(owned: OwnedIndex, options: OperationOptions): Promise<void> {
    if (this.#ready.has(toMapKey(owned.index.metaKey))) return;
    const state = await this.read(owned, options);
    if (state === 'ready') return;
    const { className, name } = owned.schema;
    throw new IndexNotReadyError(
      `The index "${owned.index.name}" of ${className} ${state === undefined ? 'has never been built' : 'is being built'}: it may ` +
        `miss entities stored before it was declared. Run ledger.reindex(${className}) once; then it answers.`,
      { details: { entity: name, index: owned.index.name, state: state ?? 'missing' } },
    );
  }
}

/**
 * Takes up what the ledger says of all indexes. One that is new, of an entity of which there is nothing yet, is complete
 * from the start, which is noted if this user may write.
 *
 * @throws ImmuError INDEX_CHANGED if an index has the name of one that was defined otherwise
 */
export async function openIndexes(
  client: ImmuClient,
  entities: EntitySet,
  options: OperationOptions,
): Promise<IndexStates> {
  const states = new IndexStates(client);
  const all = entities.schemas.flatMap((schema) => schema.indexes.map((index) => ({ schema, index })));
  if (all.length === 0) return states;
  const found = await client.verifiedGetAll(
    all.map(({ index }) => index.metaKey),
    options,
  );
  const fresh: OwnedIndex[] = [];
  for (const [position, owned] of all.entries()) {
    const entry = found[position];
    if (entry !== undefined) states.take(owned, entry.value);
    else if (await isEmpty(client, owned, options)) fresh.push(owned);
  }
  await noteFresh(client, states, fresh, options);
  return states;
}

async function isEmpty(
  client: ImmuClient,
  { schema }: OwnedIndex,
  options: OperationOptions,
): Promise<boolean> {
  const found = await client.scan({ ...options, prefix: schema.keys.prefix, limit: 1 });
  return found.length === 0;
}

/** Why what is new is not noted: somebody else has just done so, or this user may only read. */
const TOLERATED: ReadonlySet<string> = new Set(['PRECONDITION_FAILED', 'PERMISSION_DENIED']);

async function noteFresh(
  client: ImmuClient,
  states: IndexStates,
  fresh: readonly OwnedIndex[],
  options: OperationOptions,
): Promise<void> {
  if (fresh.length === 0) return;
  const entries = fresh.map(({ index: { metaKey, digest } }) => ({
    key: metaKey,
    value: encodeIndexState({ state: 'ready', digest }),
  }));
  const preconditions = fresh.map(({ index }) => ({ kind: 'mustNotExist', key: index.metaKey }) as const);
  try {
    await client.verifiedSet(entries, { ...options, preconditions });
    for (const { index } of fresh) states.noteReady(index);
  } catch (error) {
    if (!(error instanceof ImmuError) || !TOLERATED.has(error.code)) throw error;
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
