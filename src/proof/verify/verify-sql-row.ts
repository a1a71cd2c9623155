// One row of an SQL table read with proof: that exactly this row was written under exactly this primary key, and what
// its bytes mean by a schema that the server did not choose.

import { concatBytes, equalBytes } from '../../bytes.js';
import { entryDigest } from '../layout/entry.js';
import { sha256 } from '../layout/hash.js';
import type { KeyMetadata } from '../layout/kv-metadata.js';
import {
  encodeSqlKeyValue,
  SQL_DATABASE_ID,
  sqlMappedKey,
  sqlRowKey,
  type SqlStoredValue,
  type SqlTableSchema,
} from '../layout/sql-row.js';
import { type LedgerState, verifyAgainstTrusted } from './against-trusted.js';
import { failure, withContext } from './failure.js';
import { verifyEntryInclusion } from './inclusion.js';
import { malformed, parseBytes, parseMessage, parseTxId } from './parse-fields.js';
import { parseKeyMetadata } from './parse-metadata.js';
import { parseSqlRow } from './parse-sql-row.js';
import type { ProvenEntries } from './proven.js';
import type { RawSqlEntry, RawVerifiableSqlEntry } from './raw-sql.js';
import { requireTrusted, requireTxId } from './request-fields.js';
import { requireSqlSchema } from './require-sql-schema.js';
import { requireSchemaAnswered } from './sql-schema-answered.js';
import type { VerificationPolicy } from './signature.js';
import { requireValueLength, verifyAllEntries } from './tx-entries.js';

/** What was asked for. */
export interface SqlRowRequest {
  /** Of the table: pinned, or built from proven entries of the catalog. */
  readonly schema: SqlTableSchema;
  /** The values of the primary key, in its order. */
  readonly primaryKey: readonly SqlStoredValue[];
  /** The transaction that wrote it, ≥ 1; left out for the latest write, which is then the server's word. */
  readonly atTx?: bigint;
}

/** A proven write of a row. Not that it is the latest. */
export interface ProvenSqlRow extends ProvenEntries {
  /** The key it is stored under, with the prefix byte. */
  readonly storedKey: Uint8Array;
  /** Its values by column id; what is NULL is not in it. Of a deleted row, the last ones. */
  readonly values: ReadonlyMap<number, SqlStoredValue>;
  /**
   * The highest id a column of the table ever had, by the server's word: at least that of every value in the row, those of
   * columns that the schema does not have included.
   */
  readonly maxColumnId: number;
  /** Whether this write deleted the row; only where `atTx` asked for it. */
  readonly deleted: boolean;
  /** Position in the transaction, from 0. */
  readonly index: number;
}

/**
 * Checks the answer to a verifiable SQL get.
 *
 * Proven is that this row was written under this key in that transaction, which is part of the history the trusted state
 * belongs to. Not proven: that it is the latest write of the row (without `atTx`), and that the schema is still the table's.
 *
 * @param trusted undefined on first contact
 * @throws VerificationError BINDING_MISMATCH for an answer to another question, or by another schema; otherwise the code
 *   of the check that failed
 * @throws TypeError for a schema that is none, or a key that does not fit it
 */
export function verifySqlRow(
  request: SqlRowRequest,
  response: RawVerifiableSqlEntry | undefined,
  trusted: LedgerState | undefined,
  policy: VerificationPolicy,
): ProvenSqlRow {
  const { schema, atTx } = request;
  const key = encodeSqlKey(schema, request.primaryKey);
  if (atTx !== undefined) requireTxId(atTx, 'atTx');
  requireTrusted(trusted);
  return withContext({ trusted, evidence: response }, () => {
    const answer = parseMessage(response, 'verifiableSQLEntry');
    requireDatabase(answer.DatabaseId);
    const maxColumnId = requireSchemaAnswered(schema, answer);
    const claim = parseClaim(
      parseMessage(answer.sqlEntry, 'sqlEntry'),
      sqlMappedKey(schema.tableId, key),
      atTx,
    );
    const proven = verifyAgainstTrusted(answer.verifiableTx, claim.txId, trusted, policy);
    const tx = parseMessage(answer.verifiableTx?.tx, 'tx');
    const entries = verifyAllEntries(tx, proven.header);
    const storedKey = sqlRowKey(schema.tableId, key);
    const { header } = proven;
    const digest = entryDigest(header.version, storedKey, claim.metadata, sha256(claim.value));
    const index = verifyEntryInclusion(answer.inclusionProof, digest, header);
    requireValueLength(tx, index, claim.value.length, claim.txId);
    const values = parseSqlRow(claim.value, schema, maxColumnId);
    requireOwnKey(schema, values, key, claim.txId);
    return {
      ...proven,
      entries,
      storedKey,
      values,
      maxColumnId,
      deleted: claim.metadata !== undefined,
      index,
    };
  });
}

/**
 * The bytes of a primary key.
 *
 * @throws TypeError for a schema that is none, or values that do not fit it
 */
export function encodeSqlKey(schema: SqlTableSchema, values: readonly SqlStoredValue[]): Uint8Array {
  requireSqlSchema(schema);
  const { columns, primaryKey } = schema;
  if (!Array.isArray(values) || values.length !== primaryKey.length)
    throw new TypeError(`the primary key of ${schema.table} has ${primaryKey.length} values.`);
  const parts = primaryKey.map((id, position) => {
    const column = columns.find((one) => one.id === id);
    const value = values[position] as SqlStoredValue | undefined;
    if (column === undefined || value === undefined)
      throw new TypeError(`the primary key of ${schema.table} lacks a value.`);
    return encodeSqlKeyValue(column, value);
  });
  return concatBytes(...parts);
}

interface Claim {
  readonly txId: bigint;
  readonly value: Uint8Array;
  readonly metadata: KeyMetadata | undefined;
}

function parseClaim(entry: RawSqlEntry, mappedKey: Uint8Array, atTx: bigint | undefined): Claim {
  const txId = parseTxId(entry.tx, 'sqlEntry.tx', 1n);
  if (atTx !== undefined && txId !== atTx)
    throw failure('BINDING_MISMATCH', {
      check: 'transaction of the row',
      txId,
      expected: atTx,
      found: txId,
    });
  const found = parseBytes(entry.key, 'sqlEntry.key');
  if (!equalBytes(found, mappedKey))
    throw failure('BINDING_MISMATCH', { check: 'the field sqlEntry.key', txId, expected: mappedKey, found });
  const metadata = parseKeyMetadata(entry.metadata, 'sqlEntry.metadata');
  requirePlain(metadata, txId, atTx);
  return { txId, value: parseBytes(entry.value, 'sqlEntry.value'), metadata };
}

/** A row is written without attributes, or deleted; and what is deleted an honest server shows only at its transaction. */
function requirePlain(metadata: KeyMetadata | undefined, txId: bigint, atTx: bigint | undefined): void {
  if (metadata === undefined) return;
  if (metadata.nonIndexable || metadata.expiresAt !== undefined)
    throw malformed('sqlEntry.metadata', 'nothing, or a deletion', 'others');
  if (atTx !== undefined) return;
  throw failure('BINDING_MISMATCH', {
    check: 'row answered for a key',
    txId,
    expected: 'a live row',
    found: 'one marked deleted',
    hint: 'An honest server answers that the key is not found.',
  });
}

function requireDatabase(found: unknown): void {
  if (found === SQL_DATABASE_ID) return;
  throw failure('BINDING_MISMATCH', { check: 'the field DatabaseId', expected: SQL_DATABASE_ID, found });
}

/** The row says itself which one it is: what it is stored under and what it holds must agree. */
function requireOwnKey(
  schema: SqlTableSchema,
  values: ReadonlyMap<number, SqlStoredValue>,
  key: Uint8Array,
  txId: bigint,
): void {
  const own = schema.primaryKey.map((id) => values.get(id));
  const found = own.includes(undefined) ? undefined : encodeOwnKey(schema, own as SqlStoredValue[]);
  if (found !== undefined && equalBytes(found, key)) return;
  throw failure('BINDING_MISMATCH', { check: 'primary key within the row', txId, expected: key, found });
}

/** A stored value that no key can hold is as wrong as another one. */
function encodeOwnKey(schema: SqlTableSchema, own: readonly SqlStoredValue[]): Uint8Array | undefined {
  try {
    return encodeSqlKey(schema, own);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}
