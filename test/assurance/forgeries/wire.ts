// Bytes that are no message, or more than one asked for, and answers packed otherwise.

import { gzipSync } from 'node:zlib';
import { constants } from 'node:http2';
import { bodyWith, messageIn } from '../../support/lying-wire.js';
import type { UnaryName } from '../../support/lying-proxy.js';
import { type Expectation, failed, same } from '../attempt.js';
import { type Case, DOES_NOT_HOLD, type Forgery, isCostly } from './forgery.js';

const RPCS: readonly UnaryName[] = [
  'Get',
  'VerifiableGet',
  'GetAll',
  'VerifiableTxById',
  'History',
  'Scan',
  'CurrentState',
  'VerifiableSet',
];

/** The same change to the bytes of every answer. */
const bytesOf = (change: (honest: Uint8Array) => Uint8Array): Pick<Forgery, 'rewrite'> => ({
  rewrite: {
    rpcs: RPCS,
    change: (answer) => {
      const honest = messageIn(answer.body);
      return honest === undefined ? answer : { ...answer, body: bodyWith(change(honest)) };
    },
  },
});

const varint = (value: bigint): number[] => {
  const out: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 128n) return [...out, Number(rest)];
    out.push(Number(rest & 127n) | 128);
  }
};
const field = (number: number, wireType: number): number[] => varint(BigInt((number << 3) | wireType));

const joined = (...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array =>
  Buffer.concat(parts.map((part) => Uint8Array.from(part)));

/** Undecodable: no verdict on the server, as a broken proxy could do the same, and nothing is returned. */
const undecodable = ({ rpc }: Case): Expectation =>
  rpc === 'VerifiableSet'
    ? same('a write whose answer is lost is settled by looking for it')
    : failed('SERVER_ERROR', 'UNREACHABLE', 'MESSAGE_TOO_LARGE', 'DEADLINE_EXCEEDED');

const MALFORMED: readonly (readonly [name: string, change: (honest: Uint8Array) => Uint8Array])[] = [
  ['cut in the middle', (honest) => honest.subarray(0, Math.floor(honest.length * 0.4) + 1)],
  ['its last byte missing', (honest) => honest.subarray(0, -1)],
  ['a length beyond the end', (honest) => joined(honest, field(1000, 2), varint(2n ** 31n - 1n), [1])],
  ['a number of eleven bytes', (honest) => joined(honest, field(1000, 0), new Array<number>(11).fill(0xff))],
  ['a wire type there is not', (honest) => joined(honest, field(1000, 7))],
  ['an end mark before its end', (honest) => joined(field(1, 4), honest)],
  ['groups 20,000 deep', (honest) => joined(honest, ...Array.from({ length: 20_000 }, () => field(1000, 3)))],
];

export const WIRE_FORGERIES: readonly Forgery[] = [
  ...MALFORMED.map(([name, change]): Forgery => ({
    row: 34,
    name: `bytes: ${name}`,
    ...bytesOf(change),
    expect: undecodable,
  })),
  {
    row: 34,
    name: 'bytes: no message but an empty one',
    ...bytesOf(() => new Uint8Array()),
    expect: (of) => emptied(of),
  },
  {
    row: 35,
    name: 'fields nobody knows',
    ...bytesOf((honest) =>
      joined(honest, field(1000, 2), varint(12n), new Array<number>(12).fill(65), field(1001, 0), [1]),
    ),
    expect: ({ shape }) => (shape.writes === true ? undefined : same('what is not known is not read')),
  },
  {
    row: 37,
    name: 'answers packed to a hundredth, larger than may come',
    rewrite: {
      rpcs: RPCS,
      change: (answer) => ({ ...answer, headers: packed(answer.headers), body: bomb() }),
    },
    expect: (of) =>
      isCostly(of) && of.shape.writes !== true ? failed('MESSAGE_TOO_LARGE', 'SERVER_ERROR') : undefined,
  },
];

/** An empty list of a history or of keys is an honest answer in form; of the rest, everything is missing. */
function emptied({ rpc, shape }: Case): Expectation | undefined {
  if (rpc === 'GetAll' || rpc === 'History' || rpc === 'Scan') return undefined;
  if (shape.writes === true && rpc === 'VerifiableSet') return { kind: 'refused', codes: DOES_NOT_HOLD };
  return {
    kind: 'refused',
    codes: [...DOES_NOT_HOLD, 'DATABASE_MISMATCH', 'STALE_READ', 'ROLLBACK_DETECTED'],
  };
}

function packed(headers: object): Record<string, string> {
  return {
    ...(headers as Record<string, string>),
    'grpc-encoding': 'gzip',
    [constants.HTTP2_HEADER_CONTENT_TYPE]: 'application/grpc',
  };
}

let bombed: Buffer | undefined;
/** 80 MiB of zeros, packed: more than a message may be. */
function bomb(): Buffer {
  if (bombed === undefined) {
    const body = gzipSync(Buffer.alloc(80 << 20));
    const prefix = Buffer.alloc(5);
    prefix[0] = 1;
    prefix.writeUInt32BE(body.length, 1);
    bombed = Buffer.concat([prefix, body]);
  }
  return bombed;
}
