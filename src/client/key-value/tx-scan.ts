// Transactions one after another, without proof.

import type { RawTx } from '../../proof/index.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import type { Tx } from '../../wire/immudb/schema/tx.js';
import { callService } from '../call.js';
import type { Connection } from '../connection.js';
import { assertTxId, assertWholeNumber, MAX_PAGE_SIZE } from '../limits.js';
import { entriesSpecOf, fromWireTx, type TxOptions, type UnverifiedTx } from '../transactions.js';

const { txScan: txScanMethod } = ImmuServiceDefinition.methods;

/** Which transactions to list. */
export interface TxScanOptions extends TxOptions {
  /** Where to begin, itself included. Default: at the first; backwards, at the newest. */
  readonly initialTx?: bigint;
  /** How many to list, 1 to 2500. Their size is not limited: choose it by what they hold. Default 100. */
  readonly limit?: number;
  /** Backwards. Needs `initialTx`. Default false. */
  readonly desc?: boolean;
}

/** Transactions are listed with all their entries: a page of the server's largest size could be gigabytes. */
export const TXS_PER_PAGE = 100;

/**
 * Lists transactions by their number, one page. Only an empty page is the last.
 *
 * @throws ImmuError MESSAGE_TOO_LARGE where the page does not fit an answer: ask for fewer
 */
export async function txScan(connection: Connection, options: TxScanOptions = {}): Promise<UnverifiedTx[]> {
  const { values = false } = options;
  return (await readTxs(connection, options)).map((tx) => fromWireTx(tx, values, 'TxScan'));
}

/** The page as the wire has it. */
export async function readTxs(
  connection: Connection,
  options: TxScanOptions,
): Promise<readonly (Tx & RawTx)[]> {
  const { initialTx, limit = TXS_PER_PAGE, desc = false, values = false } = options;
  if (initialTx !== undefined) assertTxId('initialTx', initialTx);
  if (desc && initialTx === undefined) throw new TypeError('txScan: backwards it needs an initialTx');
  assertWholeNumber('limit', limit, 1, MAX_PAGE_SIZE);
  const request = {
    initialTx: initialTx ?? 1n,
    limit,
    desc,
    entriesSpec: entriesSpecOf(values),
    // What was written needs no index, so that the oldest state will do: a wait for the index is spared.
    sinceTx: 1n,
    noWait: false,
  };
  return (await callService(connection, txScanMethod, request, { ...options, kind: 'read' })).txs;
}
