// When a write of unknown outcome may be sent again: a table, as one wrong row writes twice.

import { describe, expect, it } from 'vitest';
import { ClaimedWrites } from '../../../src/client/verified/claimed-writes.js';
import { repetitionOf, writeRequest } from '../../../src/client/verified/write-request.js';
import type { EntryToWrite, Precondition } from '../../../src/client/writes.js';
import { bytes } from './verified-client.js';

const [key, elsewhere, value] = [bytes('key'), bytes('elsewhere'), bytes('v')];
const BASELINE = 100n;
const plain = { deleted: false, nonIndexable: false };
const entry: EntryToWrite = { key, value };
const isNew: Precondition = { kind: 'mustNotExist', key };
const exists: Precondition = { kind: 'mustExist', key };
const unchangedSince = (txId: bigint, of = key): Precondition => ({
  kind: 'notModifiedAfter',
  key: of,
  txId,
});

describe('a write is repeated', () => {
  it.each<[string, EntryToWrite, Precondition[], string]>([
    ['under no condition', entry, [], 'possible'],
    ['if its key must exist', entry, [exists], 'possible'],
    ['if its key must be new', entry, [isNew], 'after looking'],
    [
      'if its key must be unchanged since a trusted transaction',
      entry,
      [unchangedSince(BASELINE)],
      'excluded',
    ],
    [
      'if its key must be unchanged since a later transaction',
      entry,
      [unchangedSince(BASELINE + 1n)],
      'possible',
    ],
    ['if another key must be unchanged', entry, [unchangedSince(1n, elsewhere)], 'possible'],
    ['if another key must be new', entry, [{ kind: 'mustNotExist', key: elsewhere }], 'possible'],
    ['by the strictest of its conditions', entry, [exists, isNew, unchangedSince(1n)], 'excluded'],
    [
      'if it expires and must be new',
      { ...entry, metadata: { ...plain, expiresAt: 5n } },
      [isNew],
      'possible',
    ],
    [
      'if it deletes and must be new',
      { ...entry, metadata: { ...plain, deleted: true } },
      [isNew],
      'possible',
    ],
    [
      'if it deletes what is unchanged',
      { ...entry, metadata: { ...plain, deleted: true } },
      [unchangedSince(1n)],
      'excluded',
    ],
    [
      'if it expires and must be unchanged',
      { ...entry, metadata: { ...plain, expiresAt: 5n } },
      [unchangedSince(1n)],
      'excluded',
    ],
    [
      'if conditions cannot see it',
      { ...entry, metadata: { ...plain, nonIndexable: true } },
      [unchangedSince(1n), isNew],
      'possible',
    ],
  ])('%s', (_, written, preconditions, expected) => {
    expect(repetitionOf(writeRequest([written], preconditions), BASELINE)).toBe(expected);
  });

  it('with the bytes it was first made with', () => {
    const [name, content] = [bytes('name'), bytes('content')];
    const metadata = { ...plain };
    const request = writeRequest(
      [{ key: name, value: content, metadata }],
      [{ kind: 'mustExist', key: name }],
    );
    name.fill(0);
    content.fill(0);
    metadata.deleted = true;
    expect(request.entries).toEqual([{ key: bytes('name'), value: bytes('content'), metadata: plain }]);
    expect(request.preconditions).toEqual([{ kind: 'mustExist', key: bytes('name') }]);
    const pooled = writeRequest([{ key: Buffer.from('key'), value: Buffer.from('v') }], []);
    expect(Buffer.isBuffer(pooled.entries[0]!.key)).toBe(false);
  });
});

describe('a transaction', () => {
  const write = () => writeRequest([entry], []);

  it('is one write, however often that is sent', () => {
    const claims = new ClaimedWrites();
    const [one, other] = [write(), write()];
    expect(claims.claim(5n, one)).toBe(true);
    expect(claims.claim(5n, one)).toBe(true);
    expect(claims.claim(5n, other)).toBe(false);
    expect(claims.claim(6n, other)).toBe(true);
  });

  it('may be the answer to another write of the same content that is on its way', () => {
    const claims = new ClaimedWrites();
    const [one, twin] = [write(), write()];
    const different = [
      writeRequest([{ key, value: bytes('w') }], []),
      writeRequest([{ key: elsewhere, value }], []),
      writeRequest([{ ...entry, metadata: { ...plain, expiresAt: 5n } }], []),
      writeRequest([entry, { key: elsewhere, value }], []),
    ];
    for (const request of [one, ...different]) claims.sending(request);
    expect(claims.isTwinOnItsWay(one)).toBe(false);
    const answered = claims.sending(twin);
    expect(claims.isTwinOnItsWay(one)).toBe(true);
    answered();
    expect(claims.isTwinOnItsWay(one)).toBe(false);
  });

  it('is remembered for as long as it could be offered again, not for ever', () => {
    const claims = new ClaimedWrites();
    const [one, other] = [write(), write()];
    for (let txId = 1n; txId <= 20_000n; txId++) claims.claim(txId, one);
    expect(claims.claim(20_000n, other)).toBe(false);
    expect(claims.claim(1n, other)).toBe(true);
  });
});
