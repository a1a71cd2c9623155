// THE table from what a failed call says (gRPC status, ErrorInfo code, text) to what it means. With the rows of single
// topics, which stand with them, the only place that learns the kind of an error from its text. Texts are those of 1.11.1; the first row that fits decides.

import { ADMIN_ROWS } from './admin/error-rows.js';
import { DOCUMENT_ROWS } from './documents/error-rows.js';
import { AGAIN, engine, type ErrorRow, LOST, own, row, type TlsFailure } from './error-row.js';
import { SQL_ROWS } from './sql/error-rows.js';
import { STREAM_ROWS } from './streams/error-rows.js';
import { GrpcStatus as Status, type RpcFailure } from './transport.js';

/** Who is asking. A lost session is noticed before anything is executed. */
const AUTHENTICATION: readonly ErrorRow[] = [
  row(Status.UNKNOWN, /^invalid user name or password$/, 'INVALID_CREDENTIALS'),
  row(Status.UNKNOWN, /^user is not active$/, 'USER_INACTIVE'),
  row(Status.UNKNOWN, /^server is running with authentication disabled/, 'AUTH_DISABLED'),
  row(Status.PERMISSION_DENIED, /^session not found$/, 'SESSION_EXPIRED', AGAIN),
  row(Status.INVALID_ARGUMENT, /^no session found$/, 'SESSION_EXPIRED', AGAIN),
  row(Status.UNKNOWN, /^not logged in$/, 'SESSION_EXPIRED', AGAIN),
  row(Status.UNAUTHENTICATED, /^Please login$/, 'SESSION_EXPIRED', AGAIN),
  row(Status.PERMISSION_DENIED, /^token has expired/, 'SESSION_EXPIRED', AGAIN),
  row(Status.INTERNAL, /^invalid token$/, 'SESSION_EXPIRED', AGAIN),
  row(Status.UNKNOWN, /^no (?:session|transaction) auth data provided$/, 'UNSUPPORTED'),
  row(
    Status.INTERNAL,
    /^can not create new session: max sessions number reached$/,
    'TOO_MANY_SESSIONS',
    AGAIN,
  ),
  row(Status.INTERNAL, /^permission denied$/, 'PERMISSION_DENIED'),
  row(
    Status.PERMISSION_DENIED,
    /^Logged in user does not have permission on this database$/,
    'PERMISSION_DENIED',
  ),
  row(Status.UNKNOWN, /^loggedin user does not have permissions? (?:for|on) this/, 'PERMISSION_DENIED'),
  row(Status.UNKNOWN, /^access denied:/, 'PERMISSION_DENIED'),
];

/** Databases. */
const DATABASES: readonly ErrorRow[] = [
  row(Status.UNKNOWN, /^database does not exist$/, 'DATABASE_NOT_FOUND'),
  row(Status.NOT_FOUND, /^/, 'DATABASE_NOT_FOUND', { info: '3F000' }),
  row(Status.UNKNOWN, /^please select a database first$/, 'DATABASE_NOT_FOUND'),
  row(Status.UNKNOWN, /^database already exists$/, 'DATABASE_EXISTS'),
  row(Status.INTERNAL, /^database is reserved$/, 'INVALID_DATABASE_NAME'),
  row(
    Status.UNKNOWN,
    /^punctuation marks and symbols are not allowed in database name$/,
    'INVALID_DATABASE_NAME',
  ),
  row(Status.UNKNOWN, /^database is read-only because it's a replica$/, 'READ_ONLY_REPLICA'),
  // A store that is being closed answers this to writes it has already taken in.
  row(Status.UNKNOWN, /^(?:\w+: )?already closed$/, 'DATABASE_UNAVAILABLE', LOST),
  row(Status.INVALID_ARGUMENT, /^operation not allowed in maintenance mode$/, 'DATABASE_UNAVAILABLE', AGAIN),
];

/** The server has too much to do. */
const BUSY: readonly ErrorRow[] = [
  row(Status.UNKNOWN, /^max concurrency limit exceeded$/, 'SERVER_BUSY', {
    retryable: true,
    executed: 'maybe-if-proven',
  }),
  row(Status.UNKNOWN, /^read tx pool exhausted$/, 'SERVER_BUSY', AGAIN),
  row(Status.UNKNOWN, /^max active transactions limit exceeded$/, 'SERVER_BUSY', AGAIN),
];

/** Keys, values, transactions. */
const KEY_VALUE: readonly ErrorRow[] = [
  row(Status.FAILED_PRECONDITION, /^/, 'PRECONDITION_FAILED', { info: '23000' }),
  row(Status.UNKNOWN, /^tx read conflict/, 'CONFLICT', { info: '25P02', retryable: true }),
  row(Status.UNKNOWN, /^(?:tbtree: )?key not found/, 'KEY_NOT_FOUND'),
  // A history asked for from right behind its last revision.
  row(Status.UNKNOWN, /^(?:tbtree: )?no more entries$/, 'KEY_NOT_FOUND'),
  row(Status.UNKNOWN, /^tx not found$/, 'TX_NOT_FOUND'),
  row(Status.UNKNOWN, /^invalid key revision number$/, 'INVALID_REVISION'),
  row(undefined, /^(?:rpc error: .* desc = )?duplicated keys are not supported/, 'DUPLICATE_KEY'),
  row(Status.UNKNOWN, /^max key length exceeded$/, 'KEY_TOO_LARGE'),
  row(Status.UNKNOWN, /^max value length exceeded$/, 'VALUE_TOO_LARGE'),
  row(Status.UNKNOWN, /^max number of entries per tx exceeded$/, 'BATCH_TOO_LARGE'),
  row(Status.UNKNOWN, /^invalid precondition: too many preconditions$/, 'BATCH_TOO_LARGE'),
  row(Status.UNKNOWN, /^illegal arguments: SinceTx must not be greater/, 'SERVER_BEHIND', AGAIN),
  row(Status.INVALID_ARGUMENT, /^illegal state$/, 'SERVER_BEHIND', AGAIN),
  row(Status.UNKNOWN, /^illegal state: latest txID=\d+ is lower than/, 'SERVER_BEHIND', AGAIN),
  row(Status.UNKNOWN, /^metadata is unsupported when in 1\.1 compatibility mode/, 'UNSUPPORTED'),
  row(Status.UNKNOWN, /^EOF$/, 'VALUE_UNAVAILABLE'),
  row(Status.UNKNOWN, /^invalid precondition:/, 'INVALID_ARGUMENT'),
  row(Status.UNKNOWN, /^no entries provided$/, 'INVALID_ARGUMENT'),
  row(Status.INVALID_ARGUMENT, /^empty set$/, 'INVALID_ARGUMENT'),
  row(Status.UNKNOWN, /^result size limit exceeded/, 'INVALID_ARGUMENT'),
  row(Status.UNKNOWN, /^referenced key cannot be a reference$/, 'INVALID_ARGUMENT'),
  row(Status.UNKNOWN, /^final key cannot be converted into a reference$/, 'INVALID_ARGUMENT'),
  row(undefined, /^(?:rpc error: .* desc = )?(?:tbtree: )?illegal arguments/, 'INVALID_ARGUMENT'),
];

/** What an embedded ledger says of its own, and no immudb does. */
const EMBEDDED: readonly ErrorRow[] = [
  engine(Status.DATA_LOSS, /^the stored data of this embedded ledger is damaged: /, 'LEDGER_DAMAGED'),
  engine(
    Status.INTERNAL,
    /^the storage of this embedded ledger failed: Nothing was written /,
    'LEDGER_STORAGE_FAILED',
  ),
  engine(Status.INTERNAL, /^the storage of this embedded ledger failed: /, 'LEDGER_STORAGE_FAILED', {
    executed: 'maybe',
  }),
  engine(Status.UNIMPLEMENTED, /^\w+ is unsupported by the embedded ledger: /, 'UNSUPPORTED'),
  engine(Status.UNAVAILABLE, /^the embedded ledger is closed$/, 'CLOSED'),
];

/**
 * A connection that could not be secured, in the words of grpc-js, Node and OpenSSL. A server can say these words too, of a
 * call it executed: that none was sent is known from the failure, never from here.
 */
const insecure = (reason: RegExp, tls: TlsFailure): ErrorRow =>
  own(
    Status.UNAVAILABLE,
    new RegExp(`^No connection established\\. Last error: (?:Error(?: \\[\\w+\\])?: )?${reason.source}`),
    'TLS_FAILED',
    { executed: 'maybe', tls },
  );

const TLS: readonly ErrorRow[] = [
  insecure(/the certificate is for /, 'wrong-name'),
  insecure(
    /(?:unable to (?:verify the first|get (?:local )?issuer) certificate|self-signed certificate)/,
    'unknown-authority',
  ),
  insecure(/certificate has expired/, 'expired'),
  insecure(/certificate is not yet valid/, 'not-yet-valid'),
  insecure(
    /\w+:error:\w+:SSL routines:\w*:(?:wrong version number|packet length too long|http request)/,
    'server-speaks-plaintext',
  ),
  insecure(/\w+:error:\w+:SSL routines:\w*:tlsv13 alert certificate required/, 'client-certificate-required'),
  insecure(
    /\w+:error:\w+:SSL routines:\w*:\w+ alert (?:unknown ca|bad certificate|unsupported certificate|certificate (?:revoked|expired|unknown))/,
    'client-certificate-refused',
  ),
  insecure(/\w+:error:\w+:SSL routines:/, 'handshake'),
];

/** What the connection or the transport itself reports. */
const TRANSPORT: readonly ErrorRow[] = [
  row(Status.RESOURCE_EXHAUSTED, /^grpc: received message larger than max/, 'MESSAGE_TOO_LARGE'),
  own(Status.RESOURCE_EXHAUSTED, /^Attempted to send message with a size larger/, 'MESSAGE_TOO_LARGE'),
  own(Status.RESOURCE_EXHAUSTED, /^Received message (?:larger than|that decompresses)/, 'MESSAGE_TOO_LARGE', {
    executed: 'maybe',
  }),
  own(Status.RESOURCE_EXHAUSTED, /^Bandwidth exhausted/, 'SERVER_BUSY', LOST),
  row(Status.UNIMPLEMENTED, /^unknown (?:service|method) /, 'UNSUPPORTED_SERVER'),
  own(Status.UNIMPLEMENTED, /^The server does not implement the method/, 'UNSUPPORTED_SERVER'),
  own(Status.UNIMPLEMENTED, /^Received HTTP status code 404/, 'UNSUPPORTED_SERVER'),
  own(Status.INTERNAL, /^Received RST_STREAM/, 'UNREACHABLE', LOST),
  own(Status.INTERNAL, /^Request message serialization failure/, 'INVALID_ARGUMENT'),
  own(Status.CANCELLED, /^/, 'UNREACHABLE', LOST),
  own(Status.DEADLINE_EXCEEDED, /^/, 'DEADLINE_EXCEEDED', LOST),
  own(Status.UNAVAILABLE, /^/, 'UNREACHABLE', LOST),
];

/** Every failure this client knows, in the order in which rows are tried. */
export const ERROR_ROWS: readonly ErrorRow[] = [
  ...AUTHENTICATION,
  ...DATABASES,
  ...BUSY,
  ...STREAM_ROWS,
  ...SQL_ROWS,
  ...DOCUMENT_ROWS,
  ...ADMIN_ROWS,
  ...KEY_VALUE,
  ...EMBEDDED,
  ...TLS,
  ...TRANSPORT,
];

/** What is not in the table: an error of the server's, and nothing is known about what it did. */
const UNRECOGNISED: ErrorRow = {
  status: undefined,
  text: /^/,
  info: undefined,
  code: 'SERVER_ERROR',
  retryable: false,
  executed: 'maybe',
  seen: '',
};

/** The row that says what a failure means; one with code SERVER_ERROR where no row fits. */
export function errorRowOf(failure: RpcFailure): ErrorRow {
  return (
    ERROR_ROWS.find(
      ({ status, text, info }) =>
        (status === undefined || status === failure.status) &&
        (info === undefined || info === failure.details.code) &&
        text.test(failure.message),
    ) ?? UNRECOGNISED
  );
}
