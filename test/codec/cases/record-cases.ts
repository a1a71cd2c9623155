// Records whose bytes are fixed for ever. Add cases; never change one.
import { linkAfter } from '../../../src/codec/revision-chain.js';
import type { StoredRecord } from '../../../src/codec/record.js';

export interface RecordCase {
  readonly name: string;
  readonly record: StoredRecord;
}

/** Sixteen bytes that are easy to find in a dump. */
const writeId = Uint8Array.from({ length: 16 }, (_, index) => 0xa0 + index);

export const FIRST: StoredRecord = {
  tombstone: false,
  codec: 1,
  entityVersion: 1,
  ...linkAfter(undefined),
  writeId,
  extensions: [],
  payload: new TextEncoder().encode('{"json":{}}'),
};

export const SECOND: StoredRecord = {
  ...FIRST,
  entityVersion: 0x01020304,
  ...linkAfter({ revision: 1n, txId: 7n, value: Uint8Array.of(1, 2, 3) }),
};

export const RECORD_CASES: readonly RecordCase[] = [
  { name: 'first revision', record: FIRST },
  { name: 'second revision', record: SECOND },
  { name: 'tombstone', record: { ...SECOND, tombstone: true, payload: new Uint8Array() } },
  {
    name: 'tombstone with a reason',
    record: {
      ...SECOND,
      tombstone: true,
      payload: new Uint8Array(),
      extensions: [{ type: 2, bytes: new TextEncoder().encode('closed') }],
    },
  },
  {
    name: 'extensions, one of them unknown and one empty',
    record: {
      ...FIRST,
      extensions: [
        { type: 1, bytes: new TextEncoder().encode('ada') },
        { type: 3, bytes: new Uint8Array() },
        { type: 0x7fff, bytes: Uint8Array.of(0xff, 0) },
      ],
    },
  },
  {
    name: 'largest numbers',
    record: {
      ...SECOND,
      codec: 0xffff,
      entityVersion: 0xffff_ffff,
      revision: 0xffff_ffff_ffff_ffffn,
      prevTx: 0xffff_ffff_ffff_ffffn,
    },
  },
];
