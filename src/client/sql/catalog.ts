// Schemas of tables out of the ledger: the transactions that wrote the catalog are looked for, which is the server's
// word, and proven, which is not. What is found is kept, and looked for from there on.

import { toMapKey } from '../../bytes.js';
import { ImmuError, VerificationError } from '../../errors.js';
import type { LedgerState, SqlCatalogEntry, SqlTableSchema } from '../../proof/index.js';
import {
  highestColumnId,
  isSqlCatalogKey,
  parseSqlCatalog,
  sqlTableOf,
} from '../../proof/verify/sql-catalog.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { EntryTypeAction, type Tx } from '../../wire/immudb/schema/tx.js';
import { callService } from '../call.js';
import type { CallScope } from '../call-scope.js';
import { concurrently } from '../concurrently.js';
import { currentState } from '../server-status.js';
import { readTx } from '../transactions.js';
import { leftOf } from '../verified/bounds.js';
import type { VerifiedContext } from '../verified/context.js';
import { proveClaimed } from '../verified/prove.js';
import { stateCopy } from '../verified/read-proof.js';

/** A schema whose every part is proven to have been written in the ledger. Not that nothing was altered since. */
export interface VerifiedSqlSchema {
  /** Plain data: keep it, and pin it with `verifiedRow`. */
  readonly schema: SqlTableSchema;
  /** The transactions that wrote the catalog as far as it was looked at, oldest first. */
  readonly transactions: readonly LedgerState[];
  /** The trusted state they are part of. */
  readonly checkedAgainst: LedgerState;
}

/** Where the catalog is looked for. */
export interface CatalogSearch {
  /** The transactions that made and altered tables, in any order; then nothing is searched. */
  readonly ddlTxIds?: readonly bigint[] | undefined;
  /** How many transactions may be searched. */
  readonly maxTransactions: number;
}

/** What was found so far. */
interface Found {
  /** Up to here, transactions were searched. */
  readonly searchedTo: bigint;
  readonly entries: readonly SqlCatalogEntry[];
  readonly transactions: readonly LedgerState[];
}

const NOTHING: Found = { searchedTo: 0n, entries: [], transactions: [] };
/** Transactions asked for at once; of large ones fewer. */
const PAGE = 256;
const READS_AT_ONCE = 4;

/** The catalog of one database. */
export class SqlCatalog {
  #found = NOTHING;

  /** The schema of a table as far as the catalog is known; undefined where it is not. */
  known(table: string): SqlTableSchema | undefined {
    return sqlTableOf(this.#found.entries, table);
  }

  /** The highest id that a column of a table is known to have or to have had. */
  highestColumnId(tableId: number): number {
    return highestColumnId(this.#found.entries, tableId);
  }

  /**
   * The schema of a table, after looking for what was written to the catalog since the last time.
   *
   * @throws ImmuError TABLE_NOT_FOUND where nothing that was found speaks of it · BATCH_TOO_LARGE where there are more
   *   transactions to search than allowed · INVALID_ARGUMENT where what `ddlTxIds` names makes no table
   * @throws VerificationError; the trusted state has not moved, and nothing is kept
   */
  async schemaOf(
    context: VerifiedContext,
    table: string,
    { ddlTxIds, maxTransactions }: CatalogSearch,
    scope: CallScope,
  ): Promise<VerifiedSqlSchema> {
    const found =
      ddlTxIds === undefined
        ? await this.#searchOn(context, maxTransactions, scope)
        : await prove(context, NOTHING, ddlTxIds, 0n, scope);
    const schema =
      ddlTxIds === undefined ? sqlTableOf(found.entries, table) : tableNamed(found.entries, table);
    if (schema === undefined) throw notFound(table, context, ddlTxIds === undefined);
    const [first] = found.transactions;
    const { txId, alh } = first ?? { txId: 0n, alh: new Uint8Array(0) };
    const head = context.keeper.head ?? { txId, alh };
    return { schema, transactions: found.transactions.map(stateCopy), checkedAgainst: stateCopy(head) };
  }

  async #searchOn(context: VerifiedContext, maxTransactions: number, scope: CallScope): Promise<Found> {
    const before = this.#found;
    const newest = (await currentState(context.connection, leftOf(scope))).txId;
    if (newest <= before.searchedTo) return before;
    const toSearch = newest - before.searchedTo;
    if (toSearch > BigInt(maxTransactions)) throw tooMany(toSearch, maxTransactions);
    const txIds = await search(context, before.searchedTo + 1n, newest, scope);
    const found = await prove(context, before, txIds, newest, scope);
    // Of two searches at once the one that got further is kept.
    if (found.searchedTo > this.#found.searchedTo) this.#found = found;
    return found;
  }
}

/** What the caller left out is no contradiction of the server's. */
function tableNamed(entries: readonly SqlCatalogEntry[], table: string): SqlTableSchema | undefined {
  try {
    return sqlTableOf(entries, table);
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error;
    throw new ImmuError(
      'INVALID_ARGUMENT',
      `What the transactions named as ddlTxIds wrote to the catalog makes no table "${table}": ${String(error.details.found)}. The list may be ` +
        'incomplete: name every transaction that made, altered or dropped the table, or leave ddlTxIds out to have them searched for.',
      { cause: error, details: { table } },
    );
  }
}

/** Proves what transactions wrote to the catalog. */
async function prove(
  context: VerifiedContext,
  before: Found,
  txIds: readonly bigint[],
  searchedTo: bigint,
  scope: CallScope,
): Promise<Found> {
  const ids = [...new Set(txIds)].sort((a, b) => (a < b ? -1 : 1));
  const shown = await concurrently(ids, READS_AT_ONCE, (txId) =>
    readTx(context.connection, txId, { ...leftOf(scope), values: true }),
  );
  const values = shown.map(
    ({ entries }) => new Map(entries.map((entry) => [toMapKey(entry.storedKey), entry.storedValue])),
  );
  const claims = { txIds: new Set(ids), inFull: new Set(ids) };
  return proveClaimed(context, claims, scope, (proven) => {
    const found = ids.map((txId, position) => {
      const tx = proven.get(txId);
      if (tx?.entries === undefined) throw new TypeError('every transaction claimed is proven by now');
      const valueOf = (key: Uint8Array) => values[position]?.get(toMapKey(key));
      return {
        entries: parseSqlCatalog(tx.entries, valueOf, txId),
        state: stateCopy({ txId, alh: tx.alh }),
      };
    });
    return {
      searchedTo,
      entries: [...before.entries, ...found.flatMap(({ entries }) => entries)],
      transactions: [...before.transactions, ...found.map(({ state }) => state)],
    };
  });
}

/** The transactions that wrote to the catalog, as the server lists them. */
async function search(
  { connection }: VerifiedContext,
  from: bigint,
  to: bigint,
  scope: CallScope,
): Promise<bigint[]> {
  const { txScan } = ImmuServiceDefinition.methods;
  const entriesSpec = {
    kvEntriesSpec: undefined,
    zEntriesSpec: undefined,
    sqlEntriesSpec: { action: EntryTypeAction.ONLY_DIGEST },
  };
  const found: bigint[] = [];
  let limit = PAGE;
  for (let next = from; next <= to;) {
    const request = { initialTx: next, limit, desc: false, entriesSpec, sinceTx: 0n, noWait: false };
    try {
      const { txs } = await callService(connection, txScan, request, { ...leftOf(scope), kind: 'read' });
      const last = txs.map(idOf).at(-1);
      if (last === undefined || !txs.every((tx) => idOf(tx) >= next)) throw notListed(next);
      // What was committed since is left to the next search.
      found.push(...txs.filter((tx) => isDdl(tx) && idOf(tx) <= to).map(idOf));
      next = last + 1n;
    } catch (error) {
      if (!(error instanceof ImmuError) || error.code !== 'MESSAGE_TOO_LARGE' || limit === 1) throw error;
      limit = Math.max(1, Math.floor(limit / 4));
    }
  }
  return found;
}

function isDdl({ entries }: Tx): boolean {
  return entries.some(({ key }) => isSqlCatalogKey(key));
}

function idOf({ header }: Tx): bigint {
  return header?.id ?? 0n;
}

function notListed(txId: bigint): ImmuError {
  return new ImmuError(
    'SERVER_ERROR',
    `TxScan: the server listed no transactions from ${String(txId)} on, which it has committed.`,
    { details: { txId } },
  );
}

function tooMany(found: bigint, allowed: number): ImmuError {
  return new ImmuError(
    'BATCH_TOO_LARGE',
    `The schema would have to be searched for in ${String(found)} transactions, and ${allowed} are allowed: name those that made ` +
      'and altered the table as ddlTxIds, pin a schema, or allow more as maxTransactions.',
    { details: { transactions: found, maxTransactions: allowed } },
  );
}

function notFound(table: string, { connection }: VerifiedContext, isSearched: boolean): ImmuError {
  const where = isSearched ? `database "${connection.database}"` : 'the transactions named as ddlTxIds';
  return new ImmuError(
    'TABLE_NOT_FOUND',
    `No proven entry of the catalog in ${where} tells of a table "${table}". Names are in lower case.`,
    { details: { table } },
  );
}
