// Records whose bytes are fixed for ever. Add cases; never change one.
import { encodeKey, namedKeys } from '../../../src/codec/record-key.js';
import { linkAfter } from '../../../src/codec/revision-chain.js';
import { extensionsOf, type RevisionFacts } from '../../../src/codec/revision-facts.js';
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

const NO_FACTS: RevisionFacts = {
  actor: undefined,
  reason: undefined,
  correlationId: undefined,
  indexKeys: [],
  expiresAt: undefined,
};

/** What a revision says of itself, by the name of the record case that says it. */
export const FACTS_CASES: readonly { readonly name: string; readonly facts: RevisionFacts }[] = [
  { name: 'an actor', facts: { ...NO_FACTS, actor: 'ada@example.com' } },
  { name: 'a reason', facts: { ...NO_FACTS, reason: 'Kündigung 中 😀' } },
  { name: 'a correlation id', facts: { ...NO_FACTS, correlationId: '0af7651916cd43dd' } },
  {
    name: 'one index key',
    facts: { ...NO_FACTS, indexKeys: [encodeKey(namedKeys('unique', 'account', 'email'), ['a@b.c'])] },
  },
  {
    name: 'several index keys',
    facts: {
      ...NO_FACTS,
      indexKeys: [
        encodeKey(namedKeys('index', 'account', 'by-city'), ['Wien', 'ada']),
        encodeKey(namedKeys('index', 'account', 'by-owner'), ['ada', new Date(0), 'ada']),
        encodeKey(namedKeys('unique', 'account', 'email'), ['a@b.c']),
      ],
    },
  },
  { name: 'an expiry', facts: { ...NO_FACTS, expiresAt: 1_709_210_096_789 } },
  { name: 'an expiry before 1970', facts: { ...NO_FACTS, expiresAt: -1 } },
  { name: 'the last expiry', facts: { ...NO_FACTS, expiresAt: 8.64e15 } },
  {
    name: 'all that a revision says of itself',
    facts: {
      actor: 'ada',
      reason: 'opened',
      correlationId: 'r-1',
      indexKeys: [encodeKey(namedKeys('unique', 'account', 'email', 'tenant-1'), ['a@b.c'])],
      expiresAt: 0,
    },
  },
];

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
  ...FACTS_CASES.map(({ name, facts }) => ({
    name,
    record: { ...FIRST, extensions: extensionsOf(facts, []) },
  })),
  {
    name: 'a tombstone that says who and why, and carries what is not known',
    record: {
      ...SECOND,
      tombstone: true,
      payload: new Uint8Array(),
      extensions: extensionsOf({ ...NO_FACTS, actor: 'ada', reason: 'closed' }, [
        { type: 6, bytes: Uint8Array.of(1) },
        { type: 0x7fff, bytes: new Uint8Array() },
      ]),
    },
  },
];
