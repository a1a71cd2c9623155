// Answers damaged on the wire: every bit, every cut, fields added, repeated and exchanged. What is accepted prints
// what the undamaged answer prints.

import { describe, expect, it, vi } from 'vitest';
import { concatBytes, fromBase64, toBase64 } from '../../src/bytes.js';
import { type ProofFixture, readProofFixtures } from '../support/proof-fixtures.js';
import { parseFixtureFile } from './fixture-file.js';
import { judge } from './judge.js';

Error.stackTraceLimit = 0;
vi.setConfig({ testTimeout: 120_000 });

const file = readProofFixtures('proof-v1');
const { pinned } = parseFixtureFile(JSON.stringify(file));

function verdictOn(fixture: ProofFixture, response: Uint8Array): string {
  return JSON.stringify(judge({ ...fixture, response: toBase64(response) }, pinned));
}

const specimens = ['get expiring since 1', 'get bound since 0', 'tx 4 since 3', 'set one since 1', 'state@5']
  .map((name) => file.fixtures.find((fixture) => fixture.name === name)!)
  .map((fixture) => [fixture.name, fixture, fromBase64(fixture.response)!] as const);

/** Verdicts other than the undamaged answer's, of those that are no rejection. */
function otherMeanings(
  fixture: ProofFixture,
  damaged: Iterable<Uint8Array>,
): { accepted: number; other: string[] } {
  const honest = JSON.stringify(judge(fixture, pinned));
  expect(honest).toContain('"accepted"');
  let accepted = 0;
  const other: string[] = [];
  for (const response of damaged) {
    const verdict = verdictOn(fixture, response);
    if (verdict.includes('INTERNAL_ERROR')) other.push(verdict);
    if (!verdict.includes('"accepted"')) continue;
    accepted++;
    if (verdict !== honest) other.push(verdict);
  }
  return { accepted, other };
}

function* flipped(bytes: Uint8Array): Generator<Uint8Array> {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const copy = new Uint8Array(bytes);
    copy[bit >>> 3]! ^= 1 << (bit & 7);
    yield copy;
  }
}

function* cut(bytes: Uint8Array): Generator<Uint8Array> {
  for (let length = 0; length < bytes.length; length++) yield bytes.slice(0, length);
}

function* without(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at++) yield concatBytes(bytes.subarray(0, at), bytes.subarray(at + 1));
}

function* with255(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at++)
    yield concatBytes(bytes.subarray(0, at), Uint8Array.of(0xff), bytes.subarray(at));
}

describe.each(specimens)('%s', (_, fixture, bytes) => {
  it.each([
    ['with any bit flipped', flipped],
    ['cut anywhere', cut],
    ['without any one byte', without],
    ['with a byte more anywhere', with255],
  ])('%s says the same or is rejected', (_change, damage) => {
    const { accepted, other } = otherMeanings(fixture, damage(bytes));
    expect(other).toEqual([]);
    expect(accepted).toBeLessThan(bytes.length * 4); // The key a server names, and precommitted states.
  });

  it('with fields nobody knows says the same', () => {
    const unknown = Uint8Array.of(0xfa, 0x3f, 0x03, 1, 2, 3);
    const { accepted, other } = otherMeanings(fixture, [
      concatBytes(bytes, unknown),
      concatBytes(unknown, bytes),
    ]);
    expect([accepted, other]).toEqual([2, []]);
  });

  it('sent twice in one says the same or is rejected', () => {
    expect(otherMeanings(fixture, [concatBytes(bytes, bytes)]).other).toEqual([]);
  });

  it('with lengths beyond all bounds is rejected', () => {
    for (const length of [
      [0xff, 0xff, 0xff, 0xff, 0x07],
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
      [0x80],
    ]) {
      const verdict = verdictOn(fixture, Uint8Array.of(0x0a, ...length));
      expect(verdict).toContain('MALFORMED_PROOF');
    }
  });

  it('nested without end is rejected or passed over', () => {
    const groups = new Uint8Array(200_000).fill(0x7b);
    expect(verdictOn(fixture, groups)).toContain('"rejected"');
    expect(verdictOn(fixture, concatBytes(bytes, groups))).not.toContain('INTERNAL_ERROR');
  });
});
