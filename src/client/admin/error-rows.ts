// What failed calls of administration mean.

import { AGAIN, type ErrorRow, row } from '../error-row.js';
import { GrpcStatus as Status } from '../transport.js';

const USERS: readonly ErrorRow[] = [
  row(Status.UNKNOWN, /^user already exists$/, 'USER_EXISTS'),
  row(undefined, /^user \S+ (?:not found$|was not found or it was not created by you$)/, 'USER_NOT_FOUND'),
  row(Status.PERMISSION_DENIED, /^old password is incorrect$/, 'INVALID_CREDENTIALS'),
  row(Status.UNKNOWN, /^user is not system admin nor admin in any of the databases$/, 'PERMISSION_DENIED'),
  row(Status.UNKNOWN, /^you do not have permission on this database$/, 'PERMISSION_DENIED'),
  row(undefined, /^(?:username can|password is empty$|error hashing password: )/, 'INVALID_ARGUMENT'),
  row(
    Status.UNKNOWN,
    /^(?:unrecognized permission|can not create another system admin)$/,
    'INVALID_ARGUMENT',
  ),
  row(undefined, /^changing your own (?:permissions|status) is not allowed$/, 'INVALID_ARGUMENT'),
  row(Status.INVALID_ARGUMENT, /^SQL privilege not recognized$/, 'INVALID_ARGUMENT'),
];

const DATABASES: readonly ErrorRow[] = [
  row(
    Status.UNKNOWN,
    /^the database '\S+' does not exist or you do not have admin permission on this database$/,
    'PERMISSION_DENIED',
  ),
  row(Status.UNKNOWN, /^database \S+ does not exist$/, 'DATABASE_NOT_FOUND'),
  row(Status.INVALID_ARGUMENT, /^database does not exist$/, 'DATABASE_NOT_FOUND'),
  row(Status.UNKNOWN, /^database does not exist: while opening database /, 'DATABASE_NOT_FOUND'),
  row(Status.UNKNOWN, /^cannot delete an open database$/, 'DATABASE_LOADED'),
  row(Status.INTERNAL, /^database already loaded$/, 'DATABASE_LOADED'),
  row(Status.UNKNOWN, /^tbtree: compaction threshold not yet reached$/, 'PRECONDITION_FAILED'),
  row(Status.UNKNOWN, /^retention period has not been reached$/, 'PRECONDITION_FAILED'),
  row(Status.INTERNAL, /^operation not supported$/, 'UNSUPPORTED'),
];

const REPLICATION: readonly ErrorRow[] = [
  row(Status.UNKNOWN, /^no new transactions$/, 'TX_NOT_FOUND', AGAIN),
  row(Status.UNKNOWN, /^database is NOT a replica$/, 'NOT_A_REPLICA'),
  row(Status.INTERNAL, /^replication already in progress$/, 'NOT_A_REPLICA'),
  row(Status.UNKNOWN, /^replica diverged from primary\b/, 'REPLICA_DIVERGED'),
  row(
    Status.UNKNOWN,
    /^illegal arguments: attempt to commit a tx with invalid (?:prevAlh|blRoot)$/,
    'REPLICA_DIVERGED',
  ),
  // Also where another transaction has this number: what the replica holds is to be compared.
  row(Status.UNKNOWN, /^tx already committed$/, 'CONFLICT'),
];

/** Tried before the rows of keys and values. */
export const ADMIN_ROWS: readonly ErrorRow[] = [...USERS, ...DATABASES, ...REPLICATION];
