// What a streamed proof costs to decode is limited as that of any other answer.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chunksOf, payloadOf } from '../../../src/client/streams/frames.js';
import { openVerified } from '../../../src/client/streams/open-verified.js';
import type { VerifiedContext } from '../../../src/client/verified/context.js';
import type { Connection } from '../../../src/client/connection.js';
import { connectFake, FakeTransport, rejection } from '../fake-transport.js';

const NOTHING = new Uint8Array(0);
/** The form of a header's field with nothing in it, over and over: two bytes each. */
const many = (mebibytes: number) => new Uint8Array(mebibytes << 20).map((_, at) => (at % 2 === 0 ? 0x0a : 0));

describe('a streamed proof', () => {
  let connection: Connection;
  let answers: readonly Uint8Array[];

  beforeAll(async () => {
    const transport = new FakeTransport();
    transport.on('streamVerifiableGet', () => chunksOf(answers.map(payloadOf)));
    connection = await connectFake(transport);
  });
  afterAll(() => connection.close());

  const open = () => {
    const context = { connection, policy: { database: 'defaultdb' } } as Partial<VerifiedContext>;
    const read = { key: Uint8Array.of(1), maxBytes: 10, options: {} };
    return rejection(openVerified(context as VerifiedContext, read, undefined));
  };

  it('with too many fields is refused before it is decoded', async () => {
    answers = [NOTHING, many(4), NOTHING, NOTHING];
    const error = await open();
    expect(error).toMatchObject({ code: 'MALFORMED_PROOF' });
    expect(String(error.cause)).toContain('fields and lengths');
  });

  it.each([
    ['entry', 0],
    ['transaction', 1],
    ['proof', 2],
  ])('whose %s ends too early is refused', async (name, at) => {
    answers = [0, 1, 2, 3].map((index) => (index === at ? Uint8Array.of(0x0c, 0xff) : NOTHING));
    const error = await open();
    expect(error).toMatchObject({ code: 'MALFORMED_PROOF' });
    expect(error.message).toContain(`the ${name} in a streamed read`);
  });
});
