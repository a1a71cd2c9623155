// What failed calls of streams mean.

import { AGAIN, engine, type ErrorRow, row } from '../error-row.js';
import { GrpcStatus as Status } from '../transport.js';

/** What the server puts before the text of an error of the store. */
const wrapped = (text: string) =>
  new RegExp(
    `^Stream(?:Set receives|VerifiableSet received the) following error: (?:rpc error: .* desc = )?${text}`,
  );

/** Tried before the rows of keys and values. */
export const STREAM_ROWS: readonly ErrorRow[] = [
  row(Status.FAILED_PRECONDITION, /^(?:internal store )?max value length exceeded$/, 'VALUE_TOO_LARGE', {
    info: '22000',
  }),
  row(Status.FAILED_PRECONDITION, /^max transaction values length exceeded$/, 'BATCH_TOO_LARGE', {
    info: '22000',
  }),
  row(Status.UNKNOWN, wrapped('duplicated keys are not supported'), 'DUPLICATE_KEY'),
  row(Status.UNKNOWN, wrapped('max key length exceeded'), 'KEY_TOO_LARGE'),
  row(Status.UNKNOWN, wrapped('max number of entries per tx exceeded'), 'BATCH_TOO_LARGE'),
  row(Status.UNKNOWN, wrapped('illegal state'), 'SERVER_BEHIND', AGAIN),
  row(Status.UNKNOWN, wrapped("database is read-only because it's a replica"), 'READ_ONLY_REPLICA'),
  row(Status.UNKNOWN, wrapped('max concurrency limit exceeded'), 'SERVER_BUSY', {
    retryable: true,
    executed: 'maybe-if-proven',
  }),
  engine(
    Status.INVALID_ARGUMENT,
    /^the stream ended before the message it announced: nothing was written$/,
    'INVALID_ARGUMENT',
  ),
];
