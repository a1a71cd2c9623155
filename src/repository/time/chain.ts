// One entity's revisions, read one at a time and followed from each to the one it names.

import { parseRecord } from '../../codec/parse-record.js';
import type { StoredRecord } from '../../codec/record.js';
import { type CommittedRevision, isLinkAfter } from '../../codec/revision-chain.js';
import type { ImmuClient, OperationOptions, VerifiedEntry, VerifiedGetOptions } from '../../client/index.js';
import { ImmuError, type VerificationError } from '../../errors.js';
import { assertOwnEntry } from '../stored-revision.js';
import { describeRecord, type StoredSchema } from '../entity-bytes.js';
import { noPredecessor } from './chain-errors.js';

/** Whose revisions are read, and for what. */
export interface ChainOf {
  readonly client: ImmuClient;
  readonly schema: StoredSchema;
  /** The record key. */
  readonly key: Uint8Array;
  /** The operation's name, for those who are told of a contradiction. */
  readonly operation: string;
}

/** A proven revision and what it says of the one before. Its payload need not be readable. */
export interface ChainedEntry extends CommittedRevision {
  readonly entry: VerifiedEntry;
  readonly record: StoredRecord;
}

/**
 * Reads what a proven entry says of its place in the chain.
 *
 * @throws ImmuError UNREADABLE_RECORD, UNSUPPORTED_FORMAT naming entity and transaction
 */
export function chained({ schema, key }: ChainOf, entry: VerifiedEntry): ChainedEntry {
  const { txId, value } = entry;
  const details = { entity: schema.name, key, txId };
  assertOwnEntry(schema, key, entry);
  try {
    const record = parseRecord(value);
    return { entry, record, revision: record.revision, txId, value };
  } catch (error) {
    if (!(error instanceof ImmuError)) throw error;
    throw new ImmuError(
      error.code,
      `${describeRecord(schema, key)}, as committed in transaction ${String(txId)}: ${error.message}`,
      { cause: error, details: { ...error.details, ...details } },
    );
  }
}

/** The newest revision, as the server says; undefined if it says there is none. */
export async function latestOf(
  chain: ChainOf,
  options: VerifiedGetOptions,
): Promise<ChainedEntry | undefined> {
  const entry = await chain.client.verifiedGet(chain.key, options);
  return entry === undefined ? undefined : chained(chain, entry);
}

/** The revision that a transaction wrote; undefined if the server says it wrote none. */
export async function writtenIn(
  chain: ChainOf,
  txId: bigint,
  options: OperationOptions,
): Promise<ChainedEntry | undefined> {
  const entry = await chain.client.verifiedGet(chain.key, { ...options, atTx: txId });
  return entry === undefined ? undefined : chained(chain, entry);
}

/**
 * The revision before another one: the very bytes it names, in the transaction it names.
 *
 * @returns undefined before the first
 * @throws VerificationError CHAIN_BROKEN if the server does not show it
 */
export async function predecessorOf(
  chain: ChainOf,
  successor: ChainedEntry,
  options: OperationOptions,
): Promise<ChainedEntry | undefined> {
  const { record, txId } = successor;
  if (isLinkAfter(record, undefined)) return undefined;
  const refuse = (why: string, cause?: unknown): never => {
    throw reported(chain, noPredecessor(chain.schema, chain.key, successor, why, cause));
  };
  if (record.prevTx >= txId) return refuse('that is no earlier transaction');
  const before = await writtenIn(chain, record.prevTx, options).catch((error: unknown) =>
    isMissingTx(error) ? refuse('the server has no such transaction', error) : Promise.reject(error as Error),
  );
  if (before === undefined) return refuse('the server shows no such write');
  return isLinkAfter(record, before) ? before : refuse('what was written there is something else');
}

/** Whether a server answered that it does not have a transaction. */
export function isMissingTx(error: unknown): boolean {
  return error instanceof ImmuError && error.code === 'TX_NOT_FOUND';
}

/** The error, of which the client's listeners have been told. */
export function reported<E extends VerificationError>({ client, operation }: ChainOf, error: E): E {
  client.report(operation, error);
  return error;
}
