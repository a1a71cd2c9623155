// What failed calls of SQL mean. A text of `exec` is one transaction, so whatever the server says of a statement, nothing
// of it was done.

import { GrpcStatus as Status } from '../transport.js';
import { AGAIN, row, type ErrorRow } from '../error-row.js';

/** The statement, or a parameter, is not one the server can execute. */
const STATEMENT =
  /^(?:syntax error|parsing error|invalid (?:value provided|number of values provided|types?|condition|column|check constraint|positional parameter)|inferred multiple types|missing parameter|duplicated (?:parameters|column)|unsupported (?:parameter|join type|cast)|either (?:named|positional)|(?:column|index|function|constraint) (?:does not exist|not found)|(?:column|index) already exists|column (?:is not indexed|is not an aggregation|mismatch)|ambiguous selector|illegal statement|division by zero|not supported|no ongoing transaction|nested tx are not supported|non transactional statement|no primary key specified|only (?:INTEGER|VARCHAR|unbounded)|unique index creation|indexed key of unsupported type|cannot (?:drop column|index column)|new column must be nullable|same old and new names|reserved word|having clause|values are not comparable|numeric type expected|error in |too many rows|result size limit reached|number of columns in|\S+: (?:must appear in the group by|multiple primary keys)|position \d+ is not in select list|read-only transaction$)/;

/** What was to be stored does not fit what the table demands. */
const CONSTRAINT =
  /^(?:check constraint violation|not nullable column can not be null|primary key can not be (?:null|updated)|max length exceeded)/;

/** Tried before the rows of keys and values. */
export const SQL_ROWS: readonly ErrorRow[] = [
  row(Status.UNKNOWN, /^table does not exist/, 'TABLE_NOT_FOUND'),
  row(Status.UNKNOWN, /^table already exists/, 'TABLE_EXISTS'),
  row(Status.UNKNOWN, /^key already exists$/, 'UNIQUE_VIOLATION'),
  row(Status.UNKNOWN, CONSTRAINT, 'SQL_CONSTRAINT'),
  row(Status.UNKNOWN, STATEMENT, 'SQL_STATEMENT'),
  row(Status.INTERNAL, /^tx not properly closed$/, 'SQL_STATEMENT', { executed: 'maybe' }),
  // A commit right after a query that was given up: the server ends the transaction.
  row(Status.UNKNOWN, /^(?:tbtree: )?readers not closed$/, 'TRANSACTION_CLOSED', AGAIN),
  row(Status.INVALID_ARGUMENT, /^no transaction found$/, 'TRANSACTION_CLOSED', AGAIN),
];
