import { BinaryReader } from '@bufbuild/protobuf/wire';
import { expect, it } from 'vitest';
import { parseStatusDetails } from '../../../src/client/status-details.js';
import { ServiceFailure } from '../../../src/engine/service-failure.js';
import { statusDetails } from '../../../src/engine/service/status-trailer.js';
import { bytes, Caller, methods, testEngine } from './engine-caller.js';

it('is read by a client as the code that was meant', () => {
  const trailer = statusDetails(new ServiceFailure(9, 'precondition failed', '23000'))!;
  expect(parseStatusDetails(trailer)).toEqual({ code: '23000', cause: 'precondition failed' });
});

it('repeats status and text, and has two details, of types anybody can look up', () => {
  const reader = new BinaryReader(statusDetails(new ServiceFailure(7, 'no', '08001'))!);
  const fields: [number, unknown][] = [];
  while (reader.pos < reader.len) {
    const [field] = reader.tag();
    fields.push([field, field === 1 ? reader.int32() : reader.string()]);
  }
  expect(fields.map(([field]) => field)).toEqual([1, 2, 3, 3]);
  expect(fields.slice(0, 2).map(([, value]) => value)).toEqual([7, 'no']);
  expect(fields[2]![1]).toContain('type.googleapis.com/immudb.schema.ErrorInfo');
  expect(fields[3]![1]).toContain('type.googleapis.com/immudb.schema.RetryInfo');
});

it('is left out where immudb attaches none', () => {
  expect(statusDetails(new ServiceFailure(2, 'tbtree: key not found'))).toBeUndefined();
});

it('does not tell at a login whether there is such a user', async () => {
  const { service } = await testEngine();
  const caller = new Caller(service);
  const trailers = await Promise.all(
    ['immudb', 'nobody'].map(async (name) => {
      const request = { username: bytes(name), password: bytes('wrong'), databaseName: 'defaultdb' };
      const failure = await caller.call(methods.openSession, request).catch((error: unknown) => error);
      return statusDetails(failure as ServiceFailure);
    }),
  );
  expect(trailers[0]).toEqual(trailers[1]);
});
