// One row with its proof: asked for by its primary key, and read by a schema that the server did not choose.

import { isDeepStrictEqual } from 'node:util';
import { ImmuError, VerificationError } from '../../errors.js';
import type { ProvenSqlRow, SqlColumn, SqlStoredValue, SqlTableSchema } from '../../proof/index.js';
import { sha256 } from '../../proof/layout/hash.js';
import { sqlRowKey } from '../../proof/layout/sql-row.js';
import { SCHEMA_CHECK } from '../../proof/verify/sql-schema-answered.js';
import { encodeSqlKey, verifySqlRow } from '../../proof/verify/verify-sql-row.js';
import { ImmuServiceDefinition } from '../../wire/immudb/schema/service.js';
import { callService } from '../call.js';
import type { CallScope, OperationOptions } from '../call-scope.js';
import { leftOf } from '../verified/bounds.js';
import type { VerifiedContext } from '../verified/context.js';
import type { ReadProof } from '../verified/evidence.js';
import { absentIfNotFound } from '../verified/failures.js';
import { digestsOf } from '../verified/proven-cache.js';
import { readProof } from '../verified/read-proof.js';
import { settle } from '../verified/settle.js';
import type { CatalogSearch, SqlCatalog } from './catalog.js';
import { type AskedKey, askedKey, type SqlKey } from './primary-key.js';
import { query } from './query.js';
import { type JsonOption, parseJson } from './rows.js';
import { SqlTimestamp } from './timestamp.js';

/** How to read a row with its proof. */
export interface VerifiedRowOptions extends OperationOptions, JsonOption {
  /**
   * What the table is, from a trusted place: what `verifiedSchema` returned once. Default: searched for in the ledger and
   * proven, as `verifiedSchema` does, and kept for the life of this client.
   */
  readonly schema?: SqlTableSchema | undefined;
  /** The row as exactly this transaction wrote it; the latest when left out. */
  readonly atTx?: bigint | undefined;
  /** How many transactions may be searched for the schema. Default 10,000. */
  readonly maxTransactions?: number | undefined;
}

/** A row whose write was proven. Not that it is the latest, nor that the schema is still the table's. */
export interface VerifiedRow<R> {
  /** The columns of the schema by name, `null` where the row has no value. */
  readonly row: R;
  /** The transaction that wrote it. */
  readonly txId: bigint;
  /** Position in the transaction, from 0. */
  readonly index: number;
  /** Unix seconds the server wrote into the header: bound to the hash, but the server's own claim. */
  readonly serverTime: bigint;
  /** What the row was read by. */
  readonly schema: SqlTableSchema;
  /** What proves it. */
  readonly proof: ReadProof;
}

/** What to read. */
export interface RowRequest extends JsonOption, CatalogSearch {
  readonly table: string;
  readonly key: SqlKey;
  readonly schema: SqlTableSchema | undefined;
  readonly atTx: bigint | undefined;
}

/** How often a schema is searched for again for one row: a table may be altered meanwhile, but not forever. */
const SEARCHES = 3;

/**
 * Reads a row and proves it.
 *
 * @returns undefined where the server says there is none, which it cannot prove, or where `atTx` deleted it, which it did
 */
export async function readRow<R>(
  context: VerifiedContext,
  catalog: SqlCatalog,
  request: RowRequest,
  scope: CallScope,
): Promise<VerifiedRow<R> | undefined> {
  const { table, schema } = request;
  if (schema !== undefined) return readBySchema<R>(context, request, { schema }, scope);
  const knownOf = (known: SqlTableSchema): KnownSchema => ({
    schema: known,
    highest: catalog.highestColumnId(known.tableId),
  });
  const look = async () => knownOf((await catalog.schemaOf(context, table, request, scope)).schema);
  const kept = catalog.known(table);
  let found = kept === undefined ? await look() : knownOf(kept);
  for (let left = SEARCHES; ; left--) {
    try {
      return await readBySchema<R>(context, request, found, scope);
    } catch (error) {
      if (left === 0 || !isAboutSchema(error)) throw error;
      // The table may have been altered since: then the ledger says so.
      const newer = await look();
      if (isDeepStrictEqual(newer, found)) throw error;
      found = newer;
    }
  }
}

/** @throws TypeError for a key that a schema does not have */
export function assertKeyOf(schema: SqlTableSchema, key: SqlKey): void {
  encodeSqlKey(schema, askedKey(schema, key).stored);
}

/** The answer, or the question, is about another table than the known schema is: a key may fit the one and not the other. */
function isAboutSchema(error: unknown): boolean {
  if (error instanceof TypeError) return true;
  if (error instanceof VerificationError) {
    const { check } = error.details;
    return typeof check === 'string' && check.startsWith(SCHEMA_CHECK);
  }
  return error instanceof ImmuError && error.code === 'TABLE_NOT_FOUND';
}

/** What a row is read by. */
interface KnownSchema {
  readonly schema: SqlTableSchema;
  /** The highest id of a column that is known of the table; undefined where the caller pinned the schema. */
  readonly highest?: number;
}

async function readBySchema<R>(
  context: VerifiedContext,
  request: RowRequest,
  { schema, highest }: KnownSchema,
  scope: CallScope,
): Promise<VerifiedRow<R> | undefined> {
  const key = askedKey(schema, request.key);
  // Not the key itself, which is no key of an application's and must not meet one.
  const floorKey = sha256(sqlRowKey(schema.tableId, encodeSqlKey(schema, key.stored)));
  const floor = request.atTx === undefined ? context.floors.of(floorKey) : undefined;
  const proven = await fetchRow(context, request, schema, key, scope);
  if (proven === undefined) return undefined;
  const { header, index, maxColumnId } = proven;
  if (highest !== undefined && maxColumnId > highest) throw unknownColumn(schema, maxColumnId, highest);
  if (floor !== undefined && header.id < floor.txId) throw stale(schema, header.id, floor.txId);
  const row = rowOf(schema, proven.values, request) as R;
  await settle(context, proven, scope);
  context.cache.add(digestsOf(proven));
  if (proven.deleted) return undefined;
  if (request.atTx === undefined) context.floors.raise(floorKey, { txId: header.id, metadata: undefined });
  const proof = readProof(context, proven, index, proven.trusted ?? proven.state);
  return { row, txId: header.id, index, serverTime: header.ts, schema: structuredClone(schema), proof };
}

/** The server looks for a row in an index that may not have caught up with a commit; a query waits until it has. */
async function fetchRow(
  context: VerifiedContext,
  request: RowRequest,
  schema: SqlTableSchema,
  key: AskedKey,
  scope: CallScope,
): Promise<ProvenSqlRow | undefined> {
  const found = await fetchOnce(context, request, schema, key, scope);
  if (found !== undefined) return found;
  const [{ name }] = schema.columns as readonly [SqlColumn];
  const isPlain = [name, schema.table].every((one) => /^[a-z_][a-z0-9_]*$/.test(one));
  if (!isPlain) return undefined;
  await query(
    context.connection,
    `SELECT "${name}" FROM "${schema.table}" LIMIT 1`,
    undefined,
    leftOf(scope),
  ).first();
  return fetchOnce(context, request, schema, key, scope);
}

async function fetchOnce(
  context: VerifiedContext,
  { atTx }: RowRequest,
  schema: SqlTableSchema,
  { stored, wire }: AskedKey,
  scope: CallScope,
): Promise<ProvenSqlRow | undefined> {
  const since = context.keeper.head;
  const { verifiableSQLGet } = ImmuServiceDefinition.methods;
  const asked = {
    sqlGetRequest: { table: schema.table, pkValues: wire, atTx: atTx ?? 0n, sinceTx: 0n },
    proveSinceTx: since?.txId ?? 0n,
  };
  const answer = await absentIfNotFound(
    callService(context.connection, verifiableSQLGet, asked, {
      ...leftOf(scope),
      kind: 'read',
      sinceTx: since?.txId,
    }),
  );
  if (answer === undefined) return undefined;
  // Older servers do not say it, and keep rows under other keys.
  if (answer.MaxColId === 0) throw tooOld(context.connection.address);
  const request = { schema, primaryKey: stored, ...(atTx === undefined ? {} : { atTx }) };
  return verifySqlRow(request, answer, since, context.policy);
}

function rowOf(
  { columns }: SqlTableSchema,
  values: ReadonlyMap<number, SqlStoredValue>,
  { json = 'parse' }: JsonOption,
): unknown {
  // From entries, so that a column called __proto__ is a column.
  return Object.fromEntries(
    columns.map(({ id, name, type }) => {
      const value = values.get(id) ?? null;
      if (type === 'TIMESTAMP' && typeof value === 'bigint') return [name, new SqlTimestamp(value)];
      if (type === 'JSON' && json === 'parse' && typeof value === 'string') return [name, parseJson(value)];
      return [name, value];
    }),
  );
}

function stale({ table }: SqlTableSchema, answered: bigint, proven: bigint): VerificationError {
  return new VerificationError(
    'STALE_READ',
    `The server answered transaction ${String(answered)} as the latest write of a row of ${table}, but transaction ${String(proven)} ` +
      'wrote it and was already proven here. The answer is refused; the history itself is not in doubt.',
    { details: { table, answeredTxId: answered, provenTxId: proven } },
  );
}

function unknownColumn({ table }: SqlTableSchema, answered: number, known: number): VerificationError {
  return new VerificationError(
    'BINDING_MISMATCH',
    `The server answered a row of ${table} with columns up to number ${answered}, but the catalog that it showed goes up to ${known}: values of ` +
      'the row would be left out. The answer is refused. To read what a schema has and leave out what is newer, pin it.',
    { details: { check: `${SCHEMA_CHECK}highest id of a column`, table, expected: known, found: answered } },
  );
}

function tooOld(address: string): ImmuError {
  return new ImmuError(
    'UNSUPPORTED_SERVER',
    `VerifiableSQLGet: the server at ${address} keeps rows as immudb before 1.9 did. Rows can be verified on 1.9 and newer.`,
  );
}
