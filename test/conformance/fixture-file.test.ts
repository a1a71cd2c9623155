// What is pinned for a whole file, and what is no fixture file.

import { generateKeyPairSync } from 'node:crypto';
import { PassThrough, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readProofFixtures } from '../support/proof-fixtures.js';
import { parseFixtureFile } from './fixture-file.js';
import { judge } from './judge.js';
import { Rejection } from './verdict.js';
import { writeLines } from './write-lines.js';

const content = readProofFixtures('proof-v1');
const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
  type: 'spki',
  format: 'pem',
}) as string;

function verdicts(change: object): string[] {
  const { pinned, fixtures } = parseFixtureFile(JSON.stringify({ ...content, ...change }));
  return [
    ...new Set(
      fixtures
        .map((fixture) => judge(fixture, pinned))
        .map((v) => (v.verdict === 'accepted' ? 'accepted' : v.code)),
    ),
  ];
}

describe('a fixture file', () => {
  it('is read with or without a byte order mark', () => {
    expect(parseFixtureFile(`\uFEFF${JSON.stringify(content)}`).fixtures).toHaveLength(
      content.fixtures.length,
    );
  });

  it.each(['{}', '[]', 'null', '7', '{"fixtures": {}}', '{"fixtures": null}'])('is not %s', (text) => {
    expect(() => parseFixtureFile(text)).toThrow(/fixtures/);
  });

  it.each(['', '{', 'fixtures', '{"fixtures": [],}'])('is not %j, which is no JSON', (text) => {
    expect(() => parseFixtureFile(text)).toThrow(SyntaxError);
  });

  it.each<[string, object, string]>([
    ['no database', { database: undefined }, 'MALFORMED_FIXTURE'],
    ['an empty database', { database: '' }, 'MALFORMED_FIXTURE'],
    ['a number for a database', { database: 7 }, 'MALFORMED_FIXTURE'],
    ['another encoding', { encoding: 'hex' }, 'MALFORMED_FIXTURE'],
    ['an empty key', { signingPublicKeyPEM: '' }, 'TRUST_POLICY'],
    [
      'a broken key',
      { signingPublicKeyPEM: content.signingPublicKeyPEM.replace('MFk', 'MFx') },
      'TRUST_POLICY',
    ],
    ['a number for a key', { signingPublicKeyPEM: 7 }, 'TRUST_POLICY'],
    ['the key of another server', { signingPublicKeyPEM: stranger }, 'SIGNATURE_INVALID'],
  ])('with %s has every fixture rejected', (_, change, code) => {
    expect(verdicts(change)).toEqual([code]);
  });

  it('of another database has every fixture rejected, states by their name and the rest by their signature', () => {
    expect(verdicts({ database: 'otherdb' }).toSorted()).toEqual(['DATABASE_MISMATCH', 'SIGNATURE_INVALID']);
  });

  it('without an encoding has the usual one', () => {
    expect(verdicts({ encoding: undefined })).toEqual(['accepted']);
    expect(parseFixtureFile(JSON.stringify({ ...content, database: 7 })).pinned).toBeInstanceOf(Rejection);
  });
});

describe('lines', () => {
  const lines = Array.from({ length: 50_000 }, (_, i) => `line ${i}`);

  it('wait for a slow reader', async () => {
    const to = new PassThrough({ highWaterMark: 16 });
    let asked = 0;
    const written = writeLines(
      counted(lines, () => asked++),
      to,
    );
    await new Promise(setImmediate);
    expect(asked).toBeLessThan(lines.length / 2);
    let text = '';
    to.setEncoding('utf8').on('data', (part: string) => (text += part));
    await written;
    expect(text).toBe(`${lines.join('\n')}\n`);
  });

  it('end when the reader is gone, and only then quietly', async () => {
    await expect(writeLines(lines, failing('EPIPE'))).resolves.toBeUndefined();
    await expect(writeLines(lines, failing('ENOSPC'))).rejects.toThrow('ENOSPC');
  });
});

function* counted(lines: Iterable<string>, count: () => void): Generator<string> {
  for (const line of lines) {
    count();
    yield line;
  }
}

function failing(code: string): Writable {
  return new Writable({
    write: (_chunk, _encoding, done) => {
      done(Object.assign(new Error(code), { code }));
    },
  });
}
