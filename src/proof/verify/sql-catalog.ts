// The catalog of SQL tables, as it is written in the ledger: entries like others, so that each is provable. Which of
// them came last, and that none is missing, is not.

import { equalBytes, fromUtf8, toMapKey } from '../../bytes.js';
import { sha256 } from '../layout/hash.js';
import { SQL_DATABASE_ID, SQL_TYPES, type SqlColumn, type SqlTableSchema } from '../layout/sql-row.js';
import { failure } from './failure.js';
import { malformed } from './parse-fields.js';
import type { ProvenTxEntry } from './proven.js';

/** One proven entry of the catalog: what one transaction said of a table, a column or a primary key. */
export type SqlCatalogEntry = {
  /** One character per byte of the stored key: a later entry of the same key replaces this one. */
  readonly key: string;
  readonly tableId: number;
} & (
  | { readonly kind: 'dropped'; readonly columnId: number | undefined }
  | { readonly kind: 'table'; readonly name: string }
  | { readonly kind: 'column'; readonly column: SqlColumn }
  | { readonly kind: 'primary key'; readonly columnIds: readonly number[] }
);

const CATALOG = /^\x02CTL\.(?<what>TABLE|COLUMN|INDEX)\.(?<rest>[^]*)$/; // eslint-disable-line no-control-regex

/** Whether a stored key is one of the catalog of tables. @param storedKey with its prefix byte */
export function isSqlCatalogKey(storedKey: Uint8Array): boolean {
  return CATALOG.test(toMapKey(storedKey));
}

/**
 * The entries of the catalog in a proven transaction, in order.
 *
 * @param entries proven
 * @param valueOf the value that is shown for a stored key, untrusted: its hash must be the proven one
 * @throws VerificationError BINDING_MISMATCH for another value · MALFORMED_PROOF for an entry no server writes
 */
export function parseSqlCatalog(
  entries: readonly ProvenTxEntry[],
  valueOf: (storedKey: Uint8Array) => Uint8Array | undefined,
  txId: bigint,
): SqlCatalogEntry[] {
  const found: SqlCatalogEntry[] = [];
  for (const entry of entries) {
    const { what, rest } = CATALOG.exec(toMapKey(entry.key))?.groups ?? {};
    if (what === undefined || rest === undefined) continue;
    const value = valueOf(entry.key);
    if (value === undefined || !equalBytes(sha256(value), entry.hValue))
      throw failure('BINDING_MISMATCH', {
        check: 'value shown for an entry of the catalog',
        txId,
        expected: entry.hValue,
        found: value && sha256(value),
      });
    const parsed = parseEntry(entry, what, latin1(rest), value);
    if (parsed !== undefined) found.push(parsed);
  }
  return found;
}

/**
 * What a catalog says of a table.
 *
 * @param entries proven, oldest first
 * @returns undefined where no table goes by this name after the last of them
 * @throws VerificationError PROOF_INVALID for a catalog that contradicts itself
 */
export function sqlTableOf(entries: readonly SqlCatalogEntry[], table: string): SqlTableSchema | undefined {
  const current = new Map<string, SqlCatalogEntry>();
  for (const entry of entries) current.set(entry.key, entry);
  const live = [...current.values()];
  const [named, other] = live.filter((entry) => entry.kind === 'table' && entry.name === table);
  if (named === undefined) return undefined;
  if (other !== undefined) throw contradiction(`two tables called ${table}`);
  const own = live.filter(({ tableId }) => tableId === named.tableId);
  const columns = own.flatMap((entry) => (entry.kind === 'column' ? [entry.column] : []));
  const primaryKey = own.flatMap((entry) => (entry.kind === 'primary key' ? entry.columnIds : []));
  const ids = new Set(columns.map(({ id }) => id));
  if (ids.size !== columns.length || new Set(columns.map(({ name }) => name)).size !== columns.length)
    throw contradiction(`two columns of ${table} of one id or name`);
  if (primaryKey.length === 0 || !primaryKey.every((id) => ids.has(id)))
    throw contradiction(`no primary key of ${table}`);
  columns.sort((a, b) => a.id - b.id);
  return { table, tableId: named.tableId, columns, primaryKey };
}

/** The highest id that a column of a table has or had, by these entries of a catalog: 0 for none. */
export function highestColumnId(entries: readonly SqlCatalogEntry[], tableId: number): number {
  return entries.reduce((highest, entry) => {
    if (entry.tableId !== tableId) return highest;
    const id =
      entry.kind === 'column' ? entry.column.id : entry.kind === 'dropped' ? entry.columnId : undefined;
    return Math.max(highest, id ?? 0);
  }, 0);
}

function parseEntry(
  { key: storedKey, metadata }: ProvenTxEntry,
  what: string,
  rest: Uint8Array,
  value: Uint8Array,
): SqlCatalogEntry | undefined {
  const where = `an entry CTL.${what}`;
  const view = new DataView(rest.buffer, rest.byteOffset, rest.byteLength);
  if (rest.length < 8) throw malformed(where, 'the numbers of a database and a table', rest);
  const database = view.getUint32(0);
  if (database !== SQL_DATABASE_ID) throw malformed(where, `database ${SQL_DATABASE_ID}`, database);
  if (metadata !== undefined && (!metadata.deleted || metadata.expiresAt !== undefined))
    throw malformed(where, 'no attributes but a deletion', 'others');
  const at = { key: toMapKey(storedKey), tableId: view.getUint32(4) };
  if (metadata !== undefined) {
    const columnId = what === 'COLUMN' && rest.length >= 12 ? view.getUint32(8) : undefined;
    return { ...at, kind: 'dropped', columnId };
  }
  if (what === 'TABLE') return { ...at, kind: 'table', name: parseName(value, where) };
  if (rest.length < 12) throw malformed(where, 'the number of a column or an index', rest);
  const id = view.getUint32(8);
  if (what === 'COLUMN') return { ...at, kind: 'column', column: parseColumn(id, rest.subarray(12), value) };
  // Only the primary index, number 0, tells the key of a row.
  return id === 0 ? { ...at, kind: 'primary key', columnIds: parsePrimaryKey(value) } : undefined;
}

const HAS_DEFAULT = 0x04;

/** `flags(1) ‖ u32(maxLength) ‖ name`; with a default value `flags ‖ u32(maxLength) ‖ u16(length) ‖ name ‖ default`. */
function parseColumn(id: number, typeBytes: Uint8Array, value: Uint8Array): SqlColumn {
  const where = 'an entry CTL.COLUMN';
  const typeText = parseName(typeBytes, where);
  const type = SQL_TYPES.find((one) => one === typeText);
  if (type === undefined) throw malformed(where, `one of ${SQL_TYPES.join(', ')}`, typeText);
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const [flags = 0] = value;
  const nameAt = (flags & HAS_DEFAULT) === 0 ? 5 : 7;
  if (value.length <= nameAt) throw malformed(where, 'flags, a length and a name', value);
  const end = nameAt === 7 ? nameAt + view.getUint16(5) : value.length;
  if (end > value.length) throw malformed(where, 'a name as long as it says', value);
  return { id, name: parseName(value.subarray(nameAt, end), where), type, maxLength: view.getUint32(1) };
}

/** `unique(1) ‖ (u32(column) ‖ 00)…` */
function parsePrimaryKey(value: Uint8Array): number[] {
  const where = 'an entry CTL.INDEX';
  if (value.length < 6 || (value.length - 1) % 5 !== 0) throw malformed(where, 'columns of a key', value);
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return Array.from({ length: (value.length - 1) / 5 }, (_, position) => view.getUint32(1 + position * 5));
}

function parseName(bytes: Uint8Array, where: string): string {
  const name = bytes.length === 0 ? undefined : fromUtf8(bytes);
  if (name === undefined) throw malformed(where, 'a name', bytes);
  return name;
}

function latin1(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

function contradiction(found: string): Error {
  return failure('PROOF_INVALID', {
    check: 'the catalog of tables',
    expected: 'one that does not contradict itself',
    found,
  });
}
