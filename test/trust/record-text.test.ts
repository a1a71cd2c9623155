import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import { ImmuError } from '../../src/errors.js';
import type { TrustRecord } from '../../src/trust/record.js';
import { formatTrustRecord, MAX_RECORD_BYTES, parseTrustRecord } from '../../src/trust/record-text.js';
import { bank, draftAt, fullRecord, stateAt } from './support/records.js';

const smallRecord: TrustRecord = { version: 1, ...bank, ...draftAt(5n, { serverUuid: undefined }), epoch: 1 };

/** The text with a checksum that holds, as other software or a person with an editor would make it. */
function sealed(body: string): Uint8Array {
  return utf8(`${body}\nsha256:${createHash('sha256').update(body).digest('hex')}\n`);
}

/** The small record's JSON with some text replaced, sealed. */
function edited(from: string | RegExp, to: string): Uint8Array {
  const body = Buffer.from(formatTrustRecord(smallRecord)).toString().split('\n')[0] ?? '';
  const changed = body.replace(from, to);
  expect(changed).not.toBe(body);
  return sealed(changed);
}

function parseError(bytes: Uint8Array): ImmuError {
  try {
    parseTrustRecord(bytes, '/trust/rec.1');
  } catch (error) {
    if (error instanceof ImmuError) return error;
    throw error;
  }
  throw new Error('It was accepted.');
}

describe('a trust record as text', () => {
  it('is one line of sorted JSON and one line of checksum', () => {
    const record = { ...smallRecord, head: { txId: 5n, alh: new Uint8Array(32).fill(0xab) } };
    expect(Buffer.from(formatTrustRecord(record)).toString()).toBe(
      `{"database":"defaultdb","epoch":1,"head":{"alh":"${'ab'.repeat(32)}","txId":"5"},"ledgerId":"bank",` +
        '"observedAt":"2026-01-02T03:04:05.678Z","origin":"pinned","version":1}\n' +
        'sha256:ede2177e60e3c4da072058af3526b53d58f99aa865866f2dde491bd6b8957e19\n',
    );
  });

  it('is read by every later version: version 1, written by other software', async () => {
    const bytes = await readFile(new URL('fixtures/record-v1.txt', import.meta.url));
    const record = parseTrustRecord(bytes, 'fixture');
    expect(record).toMatchObject({ ledgerId: 'bank', epoch: 12, head: { txId: 2n ** 64n - 1n } });
    expect(record.latch).toMatchObject({ message: 'two "histories" – 💰', evidence: 'line\nline' });
    expect(record.recovered).toHaveLength(2);
    expect(Buffer.from(formatTrustRecord(record)).equals(bytes)).toBe(true);
  });

  it.each([
    ['small', smallRecord],
    ['full', fullRecord],
    [
      'with the largest numbers',
      { ...smallRecord, head: stateAt(2n ** 64n - 1n), epoch: Number.MAX_SAFE_INTEGER },
    ],
    ['with odd texts', { ...smallRecord, ledgerId: 'a\0"\\\u2028💰', serverUuid: '\ud800 \x7f é' }],
  ])('comes back as it was written: %s', (_, record) => {
    expect(parseTrustRecord(formatTrustRecord(record), 'x')).toStrictEqual(record);
  });

  it('stores named members only', () => {
    const extra = { ...smallRecord, password: 'hunter2', head: { ...smallRecord.head, note: 'x' } };
    expect(formatTrustRecord(extra)).toEqual(formatTrustRecord(smallRecord));
  });

  it('is found damaged when any bit of it is flipped', () => {
    const bytes = formatTrustRecord(fullRecord);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(parseError(damaged).code, `bit ${bit}`).toBe('TRUST_CORRUPT');
    }
  });

  it('is found damaged when it is cut off anywhere, at either end', () => {
    const bytes = formatTrustRecord(fullRecord);
    for (let length = 0; length < bytes.length; length++) {
      expect(parseError(bytes.subarray(0, length)).code, `first ${length}`).toBe('TRUST_CORRUPT');
      expect(parseError(bytes.subarray(bytes.length - length)).code, `last ${length}`).toBe('TRUST_CORRUPT');
    }
  });

  it.each(['\n', ' ', '\0', 'sha256:'])('is found damaged when %j is added at either end', (more) => {
    const bytes = formatTrustRecord(smallRecord);
    expect(parseError(Buffer.concat([bytes, utf8(more)])).code).toBe('TRUST_CORRUPT');
    expect(parseError(Buffer.concat([utf8(more), bytes])).code).toBe('TRUST_CORRUPT');
  });

  it('names the place and the remedy', () => {
    const error = parseError(new Uint8Array(0));
    expect(error.message).toBe(
      'Trust record /trust/rec.1 is damaged: it ends after 0 bytes. Nothing is verified against it, and no older one ' +
        'is used instead. Find out what damaged it; then restore it from a backup, or run ' +
        '`immurepo trust recover --reason "..."`.',
    );
    expect(error.details).toEqual({ source: '/trust/rec.1' });
  });

  it('is not read when it is huge', () => {
    expect(parseError(new Uint8Array(MAX_RECORD_BYTES + 1)).message).toContain('larger than 1048576 bytes');
  });
});

describe('a trust record whose checksum holds', () => {
  it.each([
    ['a later version', '"version":1', '"version":2', /format version 2/],
    ['an unknown member', '"version":1', '"version":1,"witnesses":[]', /member "witnesses"/],
    ['an unknown nested member', '"txId":"5"', '"txId":"5","zeta":1', /member "head.zeta"/],
  ])('is left to newer software: %s', (_, from, to, message) => {
    const error = parseError(edited(from, to));
    expect(error.code).toBe('UNSUPPORTED_FORMAT');
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/newer version wrote it. Update immurepo here/);
  });

  it.each([
    ['latch', '"latch":{', '"latch":{"aaa":1,'],
    ['recovered[1]', '"recovered":[', '"recovered":[{"aaa":1,"at":"2025-12-31T23:59:59.999Z","reason":"x"},'],
  ])('is left to newer software: an unknown member of %s', (where, from, to) => {
    const body = Buffer.from(formatTrustRecord(fullRecord)).toString().split('\n')[0] ?? '';
    const error = parseError(sealed(body.replace(from, to)));
    expect(error.code).toBe('UNSUPPORTED_FORMAT');
    expect(error.message).toContain(`member "${where.replace('[1]', '[0]')}.aaa"`);
  });

  it.each([
    ['no version', ',"version":1', '', '"version" is missing'],
    ['a version as text', '"version":1', '"version":"1"', '"version" is not a positive integer'],
    ['version zero', '"version":1', '"version":0', '"version" is not a positive integer'],
    ['an epoch of zero', '"epoch":1', '"epoch":0', '"epoch" is not'],
    ['a negative epoch', '"epoch":1', '"epoch":-1', '"epoch" is not'],
    ['a broken epoch', '"epoch":1', '"epoch":1.5', '"epoch" is not'],
    ['an epoch beyond 2^53', '"epoch":1', '"epoch":9007199254740992', '"epoch" is not'],
    ['an epoch as text', '"epoch":1', '"epoch":"1"', '"epoch" is not'],
    ['no head', /"head":\{[^}]*\},/, '', '"head" is missing'],
    ['a null head', /"head":\{[^}]*\}/, '"head":null', '"head" is not an object'],
    ['a list as head', /"head":\{[^}]*\}/, '"head":[]', '"head" is not an object'],
    ['a short hash', /"alh":"../, '"alh":"', '"head.alh" is not 64'],
    ['a hash in capitals', /"alh":"../, '"alh":"AB', '"head.alh" is not 64'],
    ['no hash', /"alh":"[^"]*",/, '', '"head.alh" is missing'],
    ['an unknown origin', '"pinned"', '"guessed"', '"origin" is none of pinned, first-use'],
    ['an empty ledger id', '"bank"', '""', '"ledgerId" is not a name'],
    ['a number as database', '"defaultdb"', '5', '"database" is not a name'],
    ['a lone surrogate in a name', '"bank"', '"\\ud800"', '"ledgerId" is not a name'],
    ['a local time', '05.678Z', '05.678', '"observedAt" is not'],
    ['no such day', '2026-01-02', '2026-02-30', '"observedAt" is not'],
    ['an empty key', '"epoch"', '"keyId":"","epoch"', '"keyId" is not 64'],
    ['null for absent', '"epoch"', '"keyId":null,"epoch"', '"keyId" is not 64'],
    ['an empty latch', '"ledgerId"', '"latch":{},"ledgerId"', '"latch.code" is missing'],
    ['no recoveries in a list', '"version"', '"recovered":[],"version"', '"recovered" is not a list'],
    [
      'a damaged recovery',
      '"version"',
      '"recovered":[{"at":"x"}],"version"',
      '"recovered[0].reason" is missing',
    ],
    ['duplicate members', '"epoch":1', '"epoch":1,"epoch":1', 'canonical form'],
    ['duplicate members that differ', '"epoch":1', '"epoch":2,"epoch":1', 'canonical form'],
    ['another order', '"origin":"pinned","version":1', '"version":1,"origin":"pinned"', 'canonical form'],
    ['spaces', '"epoch":1', '"epoch": 1', 'canonical form'],
    ['another spelling of a number', '"epoch":1', '"epoch":1.0', 'canonical form'],
    ['another escape', '"bank"', '"b\\u0061nk"', 'canonical form'],
    ['no object', /.*/s, '[]', 'is not an object'],
    ['a text', /.*/s, '"record"', 'is not an object'],
    ['null', /.*/s, 'null', 'is not an object'],
    ['no JSON', /.*/s, '{"version":1', 'it is not JSON'],
  ])('is refused with %s', (_, from, to, message) => {
    const error = parseError(edited(from, to));
    expect(error.code).toBe('TRUST_CORRUPT');
    expect(error.message).toContain(message);
  });

  it.each([
    '',
    ' 7',
    '7 ',
    '+7',
    '-7',
    '07',
    '7.0',
    '7e2',
    '0x10',
    '١',
    '7n',
    '18446744073709551616',
    '99999999999999999999',
  ])('is refused with %j as transaction id', (txId) => {
    const error = parseError(edited('"txId":"5"', `"txId":${JSON.stringify(txId)}`));
    expect(error.code).toBe('TRUST_CORRUPT');
    expect(error.message).toContain('"head.txId" is not a decimal text');
  });

  it('is refused with a number as transaction id', () => {
    expect(parseError(edited('"txId":"5"', '"txId":5')).message).toContain('"head.txId" is not');
  });

  it('is refused where it is not UTF-8', () => {
    const body = Buffer.from(formatTrustRecord(smallRecord)).toString('latin1').split('\n')[0] ?? '';
    const bytes = Buffer.from(body.replace('bank', 'b\xffnk'), 'latin1');
    const trailer = `\nsha256:${createHash('sha256').update(bytes).digest('hex')}\n`;
    expect(parseError(Buffer.concat([bytes, utf8(trailer)])).message).toContain('it is not UTF-8');
  });

  it('cannot reach into the prototype of anything', () => {
    const error = parseError(edited('"version":1', '"version":1,"__proto__":{"polluted":1}'));
    expect(error.code).toBe('UNSUPPORTED_FORMAT');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('formatTrustRecord', () => {
  it.each<[string, Partial<TrustRecord>]>([
    ['a short hash', { head: { txId: 1n, alh: new Uint8Array(20) } }],
    ['a negative transaction', { head: stateAt(-1n) }],
    ['a transaction beyond 64 bits', { head: stateAt(2n ** 64n) }],
    ['a broken epoch', { epoch: 0.5 }],
    ['a key that is no hash', { keyId: 'my key' }],
    ['a short root', { nextRoot: new Uint8Array(5) }],
    ['an invalid time', { observedAt: '2026-01-02' }],
    ['a huge latch', { latch: { ...fullRecord.latch!, evidence: 'x'.repeat(MAX_RECORD_BYTES) } }],
    ['another version', { version: 2 as 1 }],
  ])('writes nothing that could not be read back: %s', (_, change) => {
    expect(() => formatTrustRecord({ ...smallRecord, ...change })).toThrow(TypeError);
  });
});
