// What a server says of a table along with a row, held against the schema that is trusted. Nothing of it is used; a
// server that says something else has another table in mind, and its row means something else.

import type { SqlTableSchema } from '../layout/sql-row.js';
import { failure } from './failure.js';
import { malformed, parseInteger, parseList } from './parse-fields.js';
import type { RawVerifiableSqlEntry } from './raw-sql.js';

/** How the name of each of these checks begins, in `details.check` of its error. */
export const SCHEMA_CHECK = 'schema of the table: ';

const MAX_COLUMNS = 1 << 16;
const MAX_U32 = 0xffff_ffff;

/**
 * Checks what the server says of the table.
 *
 * Columns it says more of than the schema has are none of the caller's business: they were added since.
 *
 * @returns the highest column id the server says there ever was, at least the schema's own
 * @throws VerificationError BINDING_MISMATCH, MALFORMED_PROOF
 */
export function requireSchemaAnswered(schema: SqlTableSchema, answer: RawVerifiableSqlEntry): number {
  requireSame('table id', schema.tableId, answer.TableId);
  const ids = parseList(answer.PKIDs, 'PKIDs', MAX_COLUMNS);
  requireSame('columns of the primary key', schema.primaryKey.join(), ids.join());
  const maps = [answer.ColNamesById, answer.ColIdsByName, answer.ColTypesById, answer.ColLenById];
  for (const map of maps as unknown[])
    if (!(map instanceof Map)) throw malformed('columns of the table', 'a map', map);
  for (const { id, name, type, maxLength } of schema.columns) {
    requireSame(`name of column ${id}`, name, answer.ColNamesById.get(id));
    requireSame(`id of column ${name}`, id, answer.ColIdsByName.get(`(${schema.table}.${name})`));
    requireSame(`type of column ${name}`, type, answer.ColTypesById.get(id));
    requireSame(`length of column ${name}`, maxLength, answer.ColLenById.get(id));
  }
  const maxColumnId = parseInteger(answer.MaxColId, 'MaxColId', 1, MAX_U32);
  if (schema.columns.every(({ id }) => id <= maxColumnId)) return maxColumnId;
  throw mismatch('highest id of a column', 'at least those of the schema', maxColumnId);
}

function requireSame(what: string, expected: unknown, found: unknown): void {
  if (expected !== found) throw mismatch(what, expected, found);
}

function mismatch(what: string, expected: unknown, found: unknown): Error {
  return failure('BINDING_MISMATCH', {
    check: `${SCHEMA_CHECK}${what}`,
    expected,
    found,
    hint: 'Either the table was altered or made anew since the schema was taken, or the server has another one in mind.',
  });
}
