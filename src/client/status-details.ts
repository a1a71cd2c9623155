// The trailer `grpc-status-details-bin`: a google.rpc.Status whose details may hold immudb's ErrorInfo.

import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';
import { ErrorInfo } from '../wire/immudb/schema/error-detail.js';
import type { FailureDetails } from './transport.js';

const ERROR_INFO_TYPE = '/immudb.schema.ErrorInfo';

/** One length-delimited field: its number and its bytes. */
type Field = readonly [number: number, bytes: Uint8Array];

function* lengthDelimitedFields(bytes: Uint8Array): Generator<Field> {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, type] = reader.tag();
    if (type === WireType.LengthDelimited) yield [field, reader.bytes()];
    else reader.skip(type);
  }
}

/**
 * The server's ErrorInfo, or an empty object where the trailer holds none or is malformed: it only refines an error
 * that is already known to have happened.
 *
 * @param bytes the trailer, from the server
 */
export function parseStatusDetails(bytes: Uint8Array): FailureDetails {
  try {
    for (const [field, detail] of lengthDelimitedFields(bytes)) {
      if (field !== 3) continue;
      const any = new Map(lengthDelimitedFields(detail));
      const type = new TextDecoder().decode(any.get(1));
      const value = any.get(2);
      if (value !== undefined && type.endsWith(ERROR_INFO_TYPE)) return ErrorInfo.decode(value);
    }
  } catch {
    // Fall through: without details.
  }
  return {};
}
