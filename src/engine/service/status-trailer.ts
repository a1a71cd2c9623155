// The trailer `grpc-status-details-bin` by which immudb tells its own code besides gRPC's: a google.rpc.Status with an
// ErrorInfo, and a RetryInfo that says nothing. Its messages are small enough to be written by hand.

import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { ErrorInfo, RetryInfo } from '../../wire/immudb/schema/error-detail.js';
import type { ServiceFailure } from '../service-failure.js';

/** The name of the trailer. */
export const STATUS_DETAILS_TRAILER = 'grpc-status-details-bin';

const LENGTH_DELIMITED = 2;
const tag = (field: number, type: number) => (field << 3) | type;

function anyOf(type: string, value: Uint8Array): Uint8Array {
  return new BinaryWriter()
    .uint32(tag(1, LENGTH_DELIMITED))
    .string(`type.googleapis.com/immudb.schema.${type}`)
    .uint32(tag(2, LENGTH_DELIMITED))
    .bytes(value)
    .finish();
}

/** The trailer of a failure, or `undefined` where immudb attaches none. */
export function statusDetails({ status, message, code }: ServiceFailure): Uint8Array | undefined {
  if (code === undefined) return undefined;
  // The cause is what the caller is told anyway: immudb's tells, at a login, whether there is such a user.
  const info = anyOf('ErrorInfo', ErrorInfo.encode({ code, cause: message }).finish());
  const retry = anyOf('RetryInfo', RetryInfo.encode({ retry_delay: 0 }).finish());
  return new BinaryWriter()
    .uint32(tag(1, 0))
    .int32(status)
    .uint32(tag(2, LENGTH_DELIMITED))
    .string(message)
    .uint32(tag(3, LENGTH_DELIMITED))
    .bytes(info)
    .uint32(tag(3, LENGTH_DELIMITED))
    .bytes(retry)
    .finish();
}
