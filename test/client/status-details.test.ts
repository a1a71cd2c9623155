import { BinaryWriter } from '@bufbuild/protobuf/wire';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import { parseStatusDetails } from '../../src/client/status-details.js';
import { ErrorInfo } from '../../src/wire/immudb/schema/error-detail.js';

const TYPE = 'type.googleapis.com/immudb.schema.ErrorInfo';

function any(type: string, value: Uint8Array): Uint8Array {
  return new BinaryWriter().uint32(10).string(type).uint32(18).bytes(value).finish();
}

function status(...details: Uint8Array[]): Uint8Array {
  const writer = new BinaryWriter().uint32(8).int32(9).uint32(18).string('precondition failed');
  for (const detail of details) writer.uint32(26).bytes(detail);
  return writer.finish();
}

const info = (code: string, cause = '') => ErrorInfo.encode({ code, cause }).finish();

describe('parseStatusDetails', () => {
  it('finds the ErrorInfo', () => {
    expect(parseStatusDetails(status(any(TYPE, info('23000', 'why'))))).toEqual({
      code: '23000',
      cause: 'why',
    });
  });

  it('passes over other details', () => {
    const retry = any('type.googleapis.com/immudb.schema.RetryInfo', Uint8Array.of(8, 1));
    expect(parseStatusDetails(status(retry, any(TYPE, info('08001'))))).toEqual({ code: '08001', cause: '' });
    expect(parseStatusDetails(status(retry))).toEqual({});
  });

  it.each([
    ['nothing', new Uint8Array(0)],
    ['no details', status()],
    ['a detail without a type', status(new BinaryWriter().uint32(18).bytes(info('23000')).finish())],
    ['a detail without a value', status(new BinaryWriter().uint32(10).string(TYPE).finish())],
    ['an ErrorInfo cut short', status(any(TYPE, Uint8Array.of(10, 200, 1)))],
    ['a length beyond the end', Uint8Array.of(26, 127)],
    ['text', utf8('not protobuf at all')],
  ])('has nothing to say about %s', (_, bytes) => {
    expect(parseStatusDetails(bytes)).toEqual({});
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => void parseStatusDetails(bytes)),
      { numRuns: 3000 },
    );
  });
});
