// One probe per situation: what the server (or grpc-js) says, and what it must mean.
import { describe, expect, it } from 'vitest';
import type { ImmuErrorCode } from '../../src/errors.js';
import type { Executed } from '../../src/client/error-row.js';
import { ERROR_ROWS, errorRowOf } from '../../src/client/server-errors.js';
import { GrpcStatus as S, RpcFailure } from '../../src/client/transport.js';

type Probe = [
  situation: string,
  status: number,
  text: string,
  info: string,
  code: ImmuErrorCode,
  retryable: boolean,
  executed: Executed,
];

/** How grpc-js begins to say that there is no connection. */
const LOST = 'No connection established. Last error: ';

// prettier-ignore
const PROBES: Probe[] = [
  ['wrong password', S.UNKNOWN, 'invalid user name or password', '08004', 'INVALID_CREDENTIALS', false, 'no'],
  ['user deactivated', S.UNKNOWN, 'user is not active', '08004', 'USER_INACTIVE', false, 'no'],
  ['auth disabled', S.UNKNOWN, 'server is running with authentication disabled, please enable authentication to login', '08P01', 'AUTH_DISABLED', false, 'no'],
  ['stale session', S.PERMISSION_DENIED, 'session not found', '08001', 'SESSION_EXPIRED', true, 'no'],
  ['stale session, stream', S.INVALID_ARGUMENT, 'no session found', '22023', 'SESSION_EXPIRED', true, 'no'],
  ['no credentials', S.UNKNOWN, 'not logged in', '28000', 'SESSION_EXPIRED', true, 'no'],
  ['not logged in, UseDatabase', S.UNAUTHENTICATED, 'Please login', '', 'SESSION_EXPIRED', true, 'no'],
  ['expired token', S.PERMISSION_DENIED, 'token has expired at 2026', '', 'SESSION_EXPIRED', true, 'no'],
  ['token of a server that restarted', S.INTERNAL, 'invalid token', 'XX000', 'SESSION_EXPIRED', true, 'no'],
  ['session-only call by token', S.UNKNOWN, 'no session auth data provided', '28000', 'UNSUPPORTED', false, 'no'],
  ['no transaction id', S.UNKNOWN, 'no transaction auth data provided', '28000', 'UNSUPPORTED', false, 'no'],
  ['too many sessions', S.INTERNAL, 'can not create new session: max sessions number reached', 'XX000', 'TOO_MANY_SESSIONS', true, 'no'],
  ['no permission for the method', S.INTERNAL, 'permission denied', 'XX000', 'PERMISSION_DENIED', false, 'no'],
  ['no permission on the database', S.PERMISSION_DENIED, 'Logged in user does not have permission on this database', '', 'PERMISSION_DENIED', false, 'no'],
  ['not a system administrator', S.UNKNOWN, 'loggedin user does not have permissions for this operation', '', 'PERMISSION_DENIED', false, 'no'],
  ['SQL privilege missing', S.UNKNOWN, 'access denied: statement requires UPDATE', '', 'PERMISSION_DENIED', false, 'no'],
  ['SQL, no such table', S.UNKNOWN, 'table does not exist (t)', '', 'TABLE_NOT_FOUND', false, 'no'],
  ['SQL, table exists', S.UNKNOWN, 'table already exists (t)', '', 'TABLE_EXISTS', false, 'no'],
  ['SQL, key or unique value exists', S.UNKNOWN, 'key already exists', '', 'UNIQUE_VIOLATION', false, 'no'],
  ['SQL, check constraint', S.UNKNOWN, 'check constraint violation: (n > 0)', '', 'SQL_CONSTRAINT', false, 'no'],
  ['SQL, syntax', S.UNKNOWN, 'syntax error: unexpected IDENTIFIER at position 5', '', 'SQL_STATEMENT', false, 'no'],
  ['SQL, left open', S.INTERNAL, 'tx not properly closed', 'XX000', 'SQL_STATEMENT', false, 'maybe'],
  ['SQL, commit while a query is open', S.UNKNOWN, 'tbtree: readers not closed', '', 'TRANSACTION_CLOSED', true, 'no'],
  ['SQL, transaction is over', S.INVALID_ARGUMENT, 'no transaction found', '22023', 'TRANSACTION_CLOSED', true, 'no'],
  ['documents, no such collection', S.UNKNOWN, 'collection does not exist (c)', '', 'COLLECTION_NOT_FOUND', false, 'no'],
  ['documents, collection exists', S.UNKNOWN, 'collection already exists', '', 'COLLECTION_EXISTS', false, 'no'],
  ['documents, no such document', S.UNKNOWN, 'document not found', '', 'DOCUMENT_NOT_FOUND', false, 'no'],
  ['documents, no history', S.UNKNOWN, 'tbtree: key not found: error fetching document history', '', 'DOCUMENT_NOT_FOUND', false, 'no'],
  ['documents, history is over', S.UNKNOWN, 'tbtree: no more entries: error fetching document history', '', 'KEY_NOT_FOUND', false, 'no'],
  ['documents, history was over', S.UNKNOWN, 'tbtree: offset out of range: error fetching document history', '', 'KEY_NOT_FOUND', false, 'no'],
  ['documents, no id', S.UNKNOWN, "invalid document id: encoding/hex: invalid byte: U+007A 'z'", '', 'INVALID_ARGUMENT', false, 'no'],
  ['documents, no such field', S.UNKNOWN, 'field does not exist (f)', '', 'INVALID_ARGUMENT', false, 'no'],
  ['documents, another type', S.UNKNOWN, 'unexpected value: expecting value of type INTEGER: field: age', '', 'VALUE_REFUSED', false, 'no'],
  ['documents, no UUID', S.UNKNOWN, "invalid UUID length: 1: can not parse 'x' as an UUID: field: u", '', 'VALUE_REFUSED', false, 'no'],
  ['documents, conflict', S.UNKNOWN, 'conflict due to uniqueness contraint violation or read document was updated by another transaction', '', 'CONFLICT', false, 'no'],
  ['users, exists', S.UNKNOWN, 'user already exists', '', 'USER_EXISTS', false, 'no'],
  ['users, not there', S.NOT_FOUND, 'user u not found', '', 'USER_NOT_FOUND', false, 'no'],
  ['users, not there or not yours', S.UNKNOWN, 'user u was not found or it was not created by you', '', 'USER_NOT_FOUND', false, 'no'],
  ['users, wrong old password', S.PERMISSION_DENIED, 'old password is incorrect', '', 'INVALID_CREDENTIALS', false, 'no'],
  ['users, no administrator', S.UNKNOWN, 'user is not system admin nor admin in any of the databases', '', 'PERMISSION_DENIED', false, 'no'],
  ['users, no administrator of it', S.UNKNOWN, 'you do not have permission on this database', '', 'PERMISSION_DENIED', false, 'no'],
  ['users, bad name', S.INVALID_ARGUMENT, 'username can only contain letters, digits and underscores', '', 'INVALID_ARGUMENT', false, 'no'],
  ['users, no such permission', S.UNKNOWN, 'unrecognized permission', '', 'INVALID_ARGUMENT', false, 'no'],
  ['users, own permission', S.INVALID_ARGUMENT, 'changing your own permissions is not allowed', '', 'INVALID_ARGUMENT', false, 'no'],
  ['users, no such privilege', S.INVALID_ARGUMENT, 'SQL privilege not recognized', '', 'INVALID_ARGUMENT', false, 'no'],
  ['not an administrator of a database', S.UNKNOWN, "the database 'x' does not exist or you do not have admin permission on this database", '', 'PERMISSION_DENIED', false, 'no'],
  ['a database for a user', S.UNKNOWN, 'database x does not exist', '', 'DATABASE_NOT_FOUND', false, 'no'],
  ['a database for a permission', S.INVALID_ARGUMENT, 'database does not exist', '', 'DATABASE_NOT_FOUND', false, 'no'],
  ['a database to load', S.UNKNOWN, "database does not exist: while opening database 'x'", '', 'DATABASE_NOT_FOUND', false, 'no'],
  ['a loaded database to delete', S.UNKNOWN, 'cannot delete an open database', '', 'DATABASE_LOADED', false, 'no'],
  ['a loaded database to load', S.INTERNAL, 'database already loaded', 'XX000', 'DATABASE_LOADED', false, 'no'],
  ['nothing to compact', S.UNKNOWN, 'tbtree: compaction threshold not yet reached', '', 'PRECONDITION_FAILED', false, 'no'],
  ['nothing to truncate', S.UNKNOWN, 'retention period has not been reached', '', 'PRECONDITION_FAILED', false, 'no'],
  ['what no server does any more', S.INTERNAL, 'operation not supported', 'XX000', 'UNSUPPORTED', false, 'no'],
  ['nothing to export yet', S.UNKNOWN, 'no new transactions', '', 'TX_NOT_FOUND', true, 'no'],
  ['import into no replica', S.UNKNOWN, 'database is NOT a replica', '', 'NOT_A_REPLICA', false, 'no'],
  ['import into a follower', S.INTERNAL, 'replication already in progress', 'XX000', 'NOT_A_REPLICA', false, 'no'],
  ['a follower beside its primary', S.UNKNOWN, 'replica diverged from primary: x', '', 'REPLICA_DIVERGED', false, 'no'],
  ['import of what does not follow', S.UNKNOWN, 'illegal arguments: attempt to commit a tx with invalid prevAlh', '', 'REPLICA_DIVERGED', false, 'no'],
  ['import of what is there', S.UNKNOWN, 'tx already committed', '', 'CONFLICT', false, 'no'],
  ['OpenSession, unknown database', S.UNKNOWN, 'database does not exist', '', 'DATABASE_NOT_FOUND', false, 'no'],
  ['UseDatabase, unknown database', S.NOT_FOUND, "'x' does not exist", '3F000', 'DATABASE_NOT_FOUND', false, 'no'],
  ['token without database', S.UNKNOWN, 'please select a database first', '', 'DATABASE_NOT_FOUND', false, 'no'],
  ['database exists', S.UNKNOWN, 'database already exists', '', 'DATABASE_EXISTS', false, 'no'],
  ['reserved database', S.INTERNAL, 'database is reserved', 'XX000', 'INVALID_DATABASE_NAME', false, 'no'],
  ['bad database name', S.UNKNOWN, 'punctuation marks and symbols are not allowed in database name', '', 'INVALID_DATABASE_NAME', false, 'no'],
  ['replica', S.UNKNOWN, "database is read-only because it's a replica", '', 'READ_ONLY_REPLICA', false, 'no'],
  ['unloaded or stopping', S.UNKNOWN, 'already closed', '', 'DATABASE_UNAVAILABLE', true, 'maybe'],
  ['index closing', S.UNKNOWN, 'tbtree: already closed', '', 'DATABASE_UNAVAILABLE', true, 'maybe'],
  ['maintenance', S.INVALID_ARGUMENT, 'operation not allowed in maintenance mode', '', 'DATABASE_UNAVAILABLE', true, 'no'],
  ['too many writes', S.UNKNOWN, 'max concurrency limit exceeded', '', 'SERVER_BUSY', true, 'maybe-if-proven'],
  ['too many reads', S.UNKNOWN, 'read tx pool exhausted', '', 'SERVER_BUSY', true, 'no'],
  ['too many uncommitted', S.UNKNOWN, 'max active transactions limit exceeded', '', 'SERVER_BUSY', true, 'no'],
  ['precondition', S.FAILED_PRECONDITION, 'precondition failed: KeyMustExist', '23000', 'PRECONDITION_FAILED', false, 'no'],
  ['transaction conflict', S.UNKNOWN, 'tx read conflict', '25P02', 'CONFLICT', true, 'no'],
  ['key absent', S.UNKNOWN, 'tbtree: key not found', '', 'KEY_NOT_FOUND', false, 'no'],
  ['key absent, without the index prefix', S.UNKNOWN, 'key not found', '', 'KEY_NOT_FOUND', false, 'no'],
  ['history from right behind its end', S.UNKNOWN, 'tbtree: no more entries', '', 'KEY_NOT_FOUND', false, 'no'],
  ['key expired', S.UNKNOWN, 'tbtree: key not found: expired entry', '', 'KEY_NOT_FOUND', false, 'no'],
  ['no such transaction', S.UNKNOWN, 'tx not found', '', 'TX_NOT_FOUND', false, 'no'],
  ['no such revision', S.UNKNOWN, 'invalid key revision number', '', 'INVALID_REVISION', false, 'no'],
  ['duplicate keys', S.INVALID_ARGUMENT, 'duplicated keys are not supported in single batch transaction', '', 'DUPLICATE_KEY', false, 'no'],
  ['duplicate keys, wrapped', S.INVALID_ARGUMENT, "rpc error: code = InvalidArgument desc = duplicated keys are not supported in single batch transaction: key/reference 'a'", '', 'DUPLICATE_KEY', false, 'no'],
  ['key too long', S.UNKNOWN, 'max key length exceeded', '', 'KEY_TOO_LARGE', false, 'no'],
  ['value too long', S.UNKNOWN, 'max value length exceeded', '', 'VALUE_TOO_LARGE', false, 'no'],
  ['a served engine without the method', S.UNIMPLEMENTED, 'The server does not implement the method /x/Y', '', 'UNSUPPORTED_SERVER', false, 'no'],
  ['damage of an embedded ledger', S.DATA_LOSS, 'the stored data of this embedded ledger is damaged: a row', '', 'LEDGER_DAMAGED', false, 'no'],
  ['a full disk under an embedded ledger', S.INTERNAL, 'the storage of this embedded ledger failed: no space left', '', 'LEDGER_STORAGE_FAILED', false, 'maybe'],
  ['a full disk that was seen to be full', S.INTERNAL, 'the storage of this embedded ledger failed: Nothing was written to /ledger', '', 'LEDGER_STORAGE_FAILED', false, 'no'],
  ['what embedded ledgers do not have', S.UNIMPLEMENTED, 'SQLExec is unsupported by the embedded ledger: it has keys and values, not SQL', '', 'UNSUPPORTED', false, 'no'],
  ['an embedded ledger after its end', S.UNAVAILABLE, 'the embedded ledger is closed', '', 'CLOSED', false, 'no'],
  ['too many entries', S.UNKNOWN, 'max number of entries per tx exceeded', '', 'BATCH_TOO_LARGE', false, 'no'],
  ['too many preconditions', S.UNKNOWN, 'invalid precondition: too many preconditions', '', 'BATCH_TOO_LARGE', false, 'no'],
  ['Get, sinceTx beyond', S.UNKNOWN, 'illegal arguments: SinceTx must not be greater than the current transaction ID', '', 'SERVER_BEHIND', true, 'no'],
  ['proveSinceTx beyond', S.INVALID_ARGUMENT, 'illegal state', '', 'SERVER_BEHIND', true, 'no'],
  ['VerifiableTxById, proveSinceTx beyond', S.UNKNOWN, 'illegal state: latest txID=3 is lower than specified as initial tx=9', '', 'SERVER_BEHIND', true, 'no'],
  ['metadata in a database of header version 0', S.UNKNOWN, 'metadata is unsupported when in 1.1 compatibility mode, do not use metadata-related features such as expiration and logical deletion', '', 'UNSUPPORTED', false, 'no'],
  ['value truncated away', S.UNKNOWN, 'EOF', '', 'VALUE_UNAVAILABLE', false, 'no'],
  ['malformed precondition', S.UNKNOWN, 'invalid precondition: null key', '', 'INVALID_ARGUMENT', false, 'no'],
  ['no entries', S.UNKNOWN, 'no entries provided', '', 'INVALID_ARGUMENT', false, 'no'],
  ['no operations', S.INVALID_ARGUMENT, 'empty set', '', 'INVALID_ARGUMENT', false, 'no'],
  ['limit too high', S.UNKNOWN, 'result size limit exceeded: the specified limit (2501) is larger than the maximum allowed one (2500)', '', 'INVALID_ARGUMENT', false, 'no'],
  ['reference to a reference', S.UNKNOWN, 'referenced key cannot be a reference', '', 'INVALID_ARGUMENT', false, 'no'],
  ['reference over a value', S.UNKNOWN, 'final key cannot be converted into a reference', '', 'INVALID_ARGUMENT', false, 'no'],
  ['illegal arguments', S.INVALID_ARGUMENT, 'illegal arguments', '', 'INVALID_ARGUMENT', false, 'no'],
  ['illegal arguments, with more', S.UNKNOWN, 'illegal arguments: empty key', '', 'INVALID_ARGUMENT', false, 'no'],
  ['illegal arguments of the index', S.UNKNOWN, 'tbtree: illegal arguments', '', 'INVALID_ARGUMENT', false, 'no'],
  ['request over 32 MiB, by the server', S.RESOURCE_EXHAUSTED, 'grpc: received message larger than max (33554453 vs. 33554432)', '', 'MESSAGE_TOO_LARGE', false, 'no'],
  ['request over 32 MiB, by grpc-js', S.RESOURCE_EXHAUSTED, 'Attempted to send message with a size larger than 33554432', '', 'MESSAGE_TOO_LARGE', false, 'no'],
  ['answer over the limit', S.RESOURCE_EXHAUSTED, 'Received message larger than max (5000 vs 1024)', '', 'MESSAGE_TOO_LARGE', false, 'maybe'],
  ['compressed answer over the limit', S.RESOURCE_EXHAUSTED, 'Received message that decompresses to a size larger than 1024', '', 'MESSAGE_TOO_LARGE', false, 'maybe'],
  ['server asks to calm down', S.RESOURCE_EXHAUSTED, 'Bandwidth exhausted or memory limit exceeded', '', 'SERVER_BUSY', true, 'maybe'],
  ['unknown method', S.UNIMPLEMENTED, 'unknown method VerifiableGet for service immudb.schema.ImmuService', '', 'UNSUPPORTED_SERVER', false, 'no'],
  ['unknown service', S.UNIMPLEMENTED, 'unknown service immudb.schema.ImmuService', '', 'UNSUPPORTED_SERVER', false, 'no'],
  ['a web server', S.UNIMPLEMENTED, 'Received HTTP status code 404', '', 'UNSUPPORTED_SERVER', false, 'no'],
  ['stream reset', S.INTERNAL, 'Received RST_STREAM with code 2 (Internal server error)', '', 'UNREACHABLE', true, 'maybe'],
  ['unencodable request', S.INTERNAL, 'Request message serialization failure: value too large', '', 'INVALID_ARGUMENT', false, 'no'],
  ['cancelled elsewhere', S.CANCELLED, 'context canceled', '', 'UNREACHABLE', true, 'maybe'],
  ['deadline', S.DEADLINE_EXCEEDED, 'Deadline exceeded after 1.000s', '', 'DEADLINE_EXCEEDED', true, 'maybe'],
  ['certificate by nobody trusted', S.UNAVAILABLE, `${LOST}Error: unable to verify the first certificate. Resolution note: `, '', 'TLS_FAILED', false, 'maybe'],
  ['certificate by nobody trusted, the issuer absent', S.UNAVAILABLE, `${LOST}Error: unable to get local issuer certificate. Resolution note: `, '', 'TLS_FAILED', false, 'maybe'],
  ['certificate signed by itself', S.UNAVAILABLE, `${LOST}Error: self-signed certificate. Resolution note: `, '', 'TLS_FAILED', false, 'maybe'],
  ['certificate of another', S.UNAVAILABLE, `${LOST}Error: the certificate is for DNS:x, not for "y". Resolution note: `, '', 'TLS_FAILED', false, 'maybe'],
  ['certificate expired', S.UNAVAILABLE, `${LOST}Error: certificate has expired. Resolution note: `, '', 'TLS_FAILED', false, 'maybe'],
  ['certificate not yet valid', S.UNAVAILABLE, `${LOST}Error: certificate is not yet valid. Resolution note: `, '', 'TLS_FAILED', false, 'maybe'],
  ['no TLS there', S.UNAVAILABLE, `${LOST}Error: 80:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:a.c:1:\n. Resolution note: `, '', 'TLS_FAILED', false, 'maybe'],
  ['client certificate demanded', S.UNAVAILABLE, `${LOST}80:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:a.c:1:SSL alert number 116\n (2026). Resolution note: `, '', 'TLS_FAILED', false, 'maybe'],
  ['client certificate refused', S.UNAVAILABLE, `${LOST}80:error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca:a.c:1:SSL alert number 48\n (2026). Resolution note: `, '', 'TLS_FAILED', false, 'maybe'],
  ['no handshake', S.UNAVAILABLE, `${LOST}Error: 80:error:0A000410:SSL routines::sslv3 alert handshake failure:a.c:1:\n. Resolution note: `, '', 'TLS_FAILED', false, 'maybe'],
  ['value too long, streamed', S.FAILED_PRECONDITION, 'internal store max value length exceeded', '22000', 'VALUE_TOO_LARGE', false, 'no'],
  ['values too long together, streamed', S.FAILED_PRECONDITION, 'max transaction values length exceeded', '22000', 'BATCH_TOO_LARGE', false, 'no'],
  ['duplicate keys, streamed', S.UNKNOWN, 'StreamSet receives following error: rpc error: code = InvalidArgument desc = duplicated keys are not supported in single batch transaction', '', 'DUPLICATE_KEY', false, 'no'],
  ['key too long, streamed', S.UNKNOWN, 'StreamVerifiableSet received the following error: max key length exceeded', '', 'KEY_TOO_LARGE', false, 'no'],
  ['too many entries, streamed', S.UNKNOWN, 'StreamSet receives following error: max number of entries per tx exceeded', '', 'BATCH_TOO_LARGE', false, 'no'],
  ['proveSinceTx beyond, streamed', S.UNKNOWN, 'StreamVerifiableSet received the following error: illegal state', '', 'SERVER_BEHIND', true, 'no'],
  ['write on a replica, streamed', S.UNKNOWN, "StreamSet receives following error: database is read-only because it's a replica", '', 'READ_ONLY_REPLICA', false, 'no'],
  ['too many writers, streamed', S.UNKNOWN, 'StreamVerifiableSet received the following error: max concurrency limit exceeded', '', 'SERVER_BUSY', true, 'maybe-if-proven'],
  ['a stream cut off, embedded', S.INVALID_ARGUMENT, 'the stream ended before the message it announced: nothing was written', '', 'INVALID_ARGUMENT', false, 'no'],
  ['connection lost', S.UNAVAILABLE, 'Connection dropped', '', 'UNREACHABLE', true, 'maybe'],
];

function failure(status: number, text: string, info: string): RpcFailure {
  return new RpcFailure(status, text, info === '' ? {} : { details: { code: info } });
}

describe('the error table', () => {
  it.each(PROBES)('%s', (_situation, status, text, info, code, retryable, executed) => {
    expect(errorRowOf(failure(status, text, info))).toMatchObject({ code, retryable, executed });
  });

  it('has a probe for every row, and no row that another one hides', () => {
    const hit = new Set(PROBES.map(([, status, text, info]) => errorRowOf(failure(status, text, info))));
    expect(ERROR_ROWS.filter((row) => !hit.has(row)).map((row) => String(row.text))).toEqual([]);
  });

  it('says for every row where it was seen', () => {
    for (const { seen } of ERROR_ROWS)
      expect(seen).toMatch(/^(immudb 1\.11\.1|grpc-js 1\.14|the embedded ledger)$/);
  });

  it.each([
    ['an unknown text', failure(S.UNKNOWN, 'the moon is full', '')],
    ['no text', failure(S.UNKNOWN, '', '')],
    [
      'possible tampering, noticed by the server',
      failure(S.DATA_LOSS, 'the database should be checked manually', ''),
    ],
    ['a known text under another status', failure(S.INTERNAL, 'session not found', '')],
    ['a known text inside another', failure(S.UNKNOWN, 'could not say: max concurrency limit exceeded', '')],
    ['a known text on a second line', failure(S.UNKNOWN, 'x\nmax concurrency limit exceeded', '')],
    [
      'a precondition without its code',
      failure(S.FAILED_PRECONDITION, 'precondition failed: KeyMustExist', ''),
    ],
  ])('knows nothing of %s, and that is never "not executed"', (_, unknown) => {
    expect(errorRowOf(unknown)).toMatchObject({ code: 'SERVER_ERROR', retryable: false, executed: 'maybe' });
  });
});
