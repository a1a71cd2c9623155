// What is known of a replica, and for how long.

import { expect, it } from 'vitest';
import { Replica } from '../../../src/client/servers/node.js';
import { connectFake, FakeTransport } from '../fake-transport.js';

it('a replica has what it said last: one that was restored has less than before, and is asked anew after a rest', async () => {
  const transport = new FakeTransport();
  const connection = await connectFake(transport);
  const link = { address: '127.0.0.1:1', transport, circuit: undefined };
  const replica = new Replica(link, connection.primary.session);
  replica.noteState(10n);
  expect(replica.has(10n)).toBe(true);
  replica.noteState(5n);
  expect([replica.has(5n), replica.has(6n)]).toEqual([true, false]);
  replica.rest();
  expect([replica.has(0n), replica.has(1n), replica.isHealthy]).toEqual([true, false, false]);
  await connection.close();
});
