// What a ledger knows of an import: keys of the kind that writes with a name leave behind (FORMAT.md, "Writes that have a name"). One
// says that the file was begun and how it is cut; one is written in the transaction of each batch.

import { hash } from 'node:crypto';
import { equalBytes, utf8 } from '../bytes.js';
import { canonicalJson } from '../codec/canonical-json.js';
import { WRITES } from '../codec/index-state.js';
import { encodeKey, type KeySpace, namedKeys } from '../codec/record-key.js';
import type { ImmuClient, OperationOptions } from '../client/index.js';
import { ImmuError } from '../errors.js';
import type { Batch } from './batches.js';
import type { CheckedOptions } from './options.js';

/** The names of one import. */
export interface ImportNames {
  /** Of the import. */
  readonly opening: string;
  /**
   * Of a batch: an idempotency key.
   *
   * @param refused the lines of the batch that are not imported
   */
  readonly batch: (batch: Batch, refused: readonly number[]) => string;
  /** The key that a name leaves in the ledger. */
  readonly keyOf: (name: string) => Uint8Array;
}

/**
 * How an import is named: by what the file says, how it is read, and what is done with it. How it is cut is no part of it.
 *
 * @param digest SHA-256 of the file, in hex
 */
export function importNames(
  digest: string,
  { format, map, update }: CheckedOptions,
  keys: KeySpace,
): ImportNames {
  const how = sha256(canonicalJson({ format, map, update }));
  const opening = `import 1 ${digest} ${how}`;
  const space = namedKeys('meta', keys.entity, WRITES, keys.namespace);
  return {
    opening,
    batch: ({ firstLine }, refused) => {
      const name = `${opening} ${String(firstLine)}`;
      // Changing what is stored may be done over: a batch that has come to be another is a batch of its own.
      return update && refused.length > 0 ? `${name} ${sha256(refused.join(' '))}` : name;
    },
    keyOf: (name) => encodeKey(space, [name]),
  };
}

/**
 * The number of rows in a transaction that an import was begun with, if it was begun.
 *
 * @param most the largest number there can be
 * @throws ImmuError UNREADABLE_RECORD for one that was begun with none of them
 */
export async function begunWith(
  client: ImmuClient,
  names: ImportNames,
  most: number,
  options: OperationOptions,
): Promise<number | undefined> {
  const found = await client.verifiedGet(names.keyOf(names.opening), options);
  if (found === undefined) return undefined;
  // What stands there is a digest, as with every named write: there are few it can be of.
  for (let rows = 1; rows <= most; rows++) if (equalBytes(found.value, openingValue(rows))) return rows;
  throw new ImmuError(
    'UNREADABLE_RECORD',
    `Transaction ${String(found.txId)} says that this file was begun to be imported, and not in a way this version knows: go on ` +
      'with the version that began it.',
    { details: { txId: found.txId } },
  );
}

/**
 * Notes that an import begins, unless it is noted already.
 *
 * @returns whether this call noted it
 */
export async function begin(client: ImmuClient, names: ImportNames, rowsEach: number): Promise<boolean> {
  const key = names.keyOf(names.opening);
  try {
    await client.verifiedSet([{ key, value: openingValue(rowsEach) }], {
      preconditions: [{ kind: 'mustNotExist', key }],
    });
    return true;
  } catch (error) {
    if (error instanceof ImmuError && error.code === 'PRECONDITION_FAILED') return false;
    throw error;
  }
}

function openingValue(rowsEach: number): Uint8Array {
  return new Uint8Array(hash('sha256', utf8(`rows ${String(rowsEach)}`), 'buffer'));
}

function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}
