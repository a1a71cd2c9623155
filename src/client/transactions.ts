// Transactions by their number, without proof.

import { ImmuError } from '../errors.js';
import type { KeyMetadata } from '../proof/index.js';
import { parseKeyMetadata } from '../proof/verify/parse-metadata.js';
import { ImmuServiceDefinition } from '../wire/immudb/schema/service.js';
import { type EntriesSpec, EntryTypeAction, type Tx, type TxEntry } from '../wire/immudb/schema/tx.js';
import type { OperationOptions } from './call-scope.js';
import { callService } from './call.js';
import type { Connection } from './connection.js';
import { assertTxId } from './limits.js';
import { fromWireHeader, type UnverifiedTxHeader } from './unverified.js';

/** How much of a transaction to read. */
export interface TxOptions extends OperationOptions {
  /**
   * Read stored values too. The server then leaves out entries whose value it no longer serves: expired ones, and
   * those of documents. Default false: all entries, as hashes.
   */
  readonly values?: boolean;
}

/** An entry as it is stored and hashed, as the server says. */
export interface UnverifiedTxEntry {
  /** With the prefix byte of its space: 0 keys, 1 sorted sets, 2 SQL, 3 documents. */
  readonly storedKey: Uint8Array;
  readonly metadata: KeyMetadata | undefined;
  /** SHA-256 of the stored value. */
  readonly hValue: Uint8Array;
  /** Length of the stored value. */
  readonly storedLength: number;
  /** The stored value, its prefix byte included; absent unless asked for. */
  readonly storedValue?: Uint8Array;
}

/** A transaction as the server says it is. */
export interface UnverifiedTx {
  readonly header: UnverifiedTxHeader;
  readonly entries: readonly UnverifiedTxEntry[];
}

const RAW = { action: EntryTypeAction.RAW_VALUE };

/**
 * Reads one transaction.
 *
 * @param txId ≥ 1
 * @throws ImmuError TX_NOT_FOUND
 */
export async function readTx(
  connection: Connection,
  txId: bigint,
  options: TxOptions = {},
): Promise<UnverifiedTx> {
  assertTxId('txId', txId);
  const values = options.values === true;
  const request = {
    tx: txId,
    entriesSpec: entriesSpecOf(values),
    sinceTx: 0n,
    noWait: false,
    // As they were written; the index then need not have caught up.
    keepReferencesUnresolved: true,
  };
  const { txById } = ImmuServiceDefinition.methods;
  return fromWireTx(
    await callService(connection, txById, request, { ...options, kind: 'read', spread: true }),
    values,
    'TxById',
  );
}

/** Which entries to send, and how: all as hashes, or with values those that have one. */
export function entriesSpecOf(values: boolean): EntriesSpec | undefined {
  return values ? { kvEntriesSpec: RAW, zEntriesSpec: RAW, sqlEntriesSpec: RAW } : undefined;
}

/**
 * The wire's transaction in this client's form.
 *
 * @param values whether values were asked for
 * @param rpc that answered it, for the error
 * @throws ImmuError SERVER_ERROR for one without a header
 */
export function fromWireTx({ header, entries }: Tx, values: boolean, rpc: string): UnverifiedTx {
  if (header === undefined)
    throw new ImmuError('SERVER_ERROR', `${rpc}: the server answered a transaction without a header.`);
  return { header: fromWireHeader(header), entries: entries.map((entry) => fromWireTxEntry(entry, values)) };
}

function fromWireTxEntry(
  { key, metadata, hValue, vLen, value }: TxEntry,
  values: boolean,
): UnverifiedTxEntry {
  const entry = { storedKey: key, metadata: parseKeyMetadata(metadata), hValue, storedLength: vLen };
  // An empty value of an entry that has a length is one the server did not send.
  return values && value.length === vLen ? { ...entry, storedValue: value } : entry;
}
