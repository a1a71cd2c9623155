// The examples in FORMAT.md are what the code writes.
import { readFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { toHex, utf8 } from '../../src/bytes.js';
import { canonicalSuperjson } from '../../src/codec/canonical-superjson.js';
import { cbor } from '../../src/codec/cbor.js';
import { definitionDigest } from '../../src/codec/index-state.js';
import { encodeKeyPart, encodeKeyParts, type KeyPart } from '../../src/codec/key-parts.js';
import { messagePack } from '../../src/codec/message-pack.js';
import { encodeExtensions } from '../../src/codec/record-extensions.js';
import { encodeKey, namedKeys, recordKeys } from '../../src/codec/record-key.js';
import { encodeRecord } from '../../src/codec/record.js';
import { extensionsOf } from '../../src/codec/revision-facts.js';
import { linkAfter } from '../../src/codec/revision-chain.js';

/** Without layout: white space, table borders and code marks. */
const squeeze = (text: string): string => text.replace(/[\s`|]/g, '').toLowerCase();
const document = squeeze(readFileSync(new URL('../../src/codec/FORMAT.md', import.meta.url), 'utf8'));

test.each<[string, KeyPart]>([
  ['0', 0],
  ['1.5', 1.5],
  ['-1', -1],
  ['0n', 0n],
  ['-1n', -1n],
  ['256n', 256n],
  ['-256n', -256n],
  ['new Date(-1)', new Date(-1)],
  ["'abc'", 'abc'],
  ['bytes 00 FF 01', Uint8Array.of(0, 0xff, 1)],
])('the key part %s', (label, part) => {
  expect(document).toContain(squeeze(label) + toHex(encodeKeyPart(part)));
});

test('the record key', () => {
  expect(document).toContain(`isat${toHex(encodeKey(recordKeys('account'), ['ada']))}.`);
});

const entry = encodeKey(namedKeys('index', 'account', 'by-city'), ['Wien', 'ada']);
const unique = encodeKey(namedKeys('unique', 'account', 'email'), ['a@b.c']);

test('the index entries', () => {
  expect(document).toContain(`isat${toHex(entry)}.`);
  expect(document).toContain(`isat${toHex(unique)}ifit`);
  expect(document).toContain(`andreads${toHex(encodeKeyParts(['ada']))}.`);
});

test('the digest of an index definition', () => {
  expect(document).toContain(`ofthisoneis${toHex(definitionDigest(false, ['owner', 'openedAt']))}.`);
});

test('the extensions', () => {
  const facts = { actor: 'ada', indexKeys: [entry, unique], expiresAt: -1 };
  expect(document).toContain(toHex(encodeExtensions(extensionsOf(facts, []))));
});

test('the record', () => {
  const record = encodeRecord({
    tombstone: false,
    codec: 1,
    entityVersion: 1,
    ...linkAfter(undefined),
    writeId: Uint8Array.from({ length: 16 }, (_, index) => 0xa0 + index),
    extensions: [],
    payload: utf8('{"json":{}}'),
  });
  expect(document.replace('00×32', '00'.repeat(32))).toContain(toHex(record));
});

test('the payload, by each codec', () => {
  const plain = { balance: 10n, seen: new Map([['ada', new Date(0)]]) };
  expect(document).toContain(squeeze(new TextDecoder().decode(canonicalSuperjson.encode(plain))));
  expect(document).toContain(toHex(cbor.encode(plain)));
  expect(document).toContain(toHex(messagePack.encode(plain)));
});

test('references, pinned or not', () => {
  const pin = { digest: new Uint8Array(32).fill(0xab), id: 'ada', revision: 3n, txId: 70_000n };
  for (const plain of [{ customer: 'ada' }, { slot: ['a', 5n] }, { customer: pin }])
    expect(document).toContain(squeeze(new TextDecoder().decode(canonicalSuperjson.encode(plain))));
});
