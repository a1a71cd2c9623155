// The verdict on fixtures: what recorded answers prove, and that no fixture, however broken, is more than a rejection.

import { describe, expect, it } from 'vitest';
import { fromBase64, toBase64 } from '../../src/bytes.js';
import { VerifiableEntry, VerifiableGetRequest } from '../../src/wire/immudb/schema/verifiable.js';
import { type ProofFixture, readProofFixtures } from '../support/proof-fixtures.js';
import { parseFixtureFile } from './fixture-file.js';
import { judge } from './judge.js';
import type { ProvenResult } from './verdict.js';

Error.stackTraceLimit = 0;

const files = { v0: readProofFixtures('proof-v0'), v1: readProofFixtures('proof-v1') };
const { pinned } = parseFixtureFile(JSON.stringify(files.v1));

function named(name: string): ProofFixture {
  return files.v1.fixtures.find((fixture) => fixture.name === name)!;
}

function codeOf(fixture: unknown, pins = pinned): string {
  const verdict = judge(fixture, pins);
  return verdict.verdict === 'accepted' ? 'accepted' : verdict.code;
}

function resultOf(fixture: unknown, pins = pinned): ProvenResult {
  const verdict = judge(fixture, pins);
  if (verdict.verdict === 'rejected') expect.fail(`${verdict.name ?? '?'}: ${verdict.code}`);
  return verdict.result;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

describe('recorded answers', () => {
  it.each(Object.values(files))('are all accepted, each with transaction and alh (%#)', (file) => {
    const { pinned: pins } = parseFixtureFile(JSON.stringify(file));
    for (const fixture of file.fixtures) {
      const { txId, alh } = resultOf(fixture, pins);
      expect(txId).toMatch(/^(0|[1-9]\d*)$/);
      expect(fromBase64(alh)).toHaveLength(32);
    }
  });

  it('print a value under its key', () => {
    const fixture = named('get plain at 4 since 3');
    const { key, value, ...tx } = resultOf(fixture);
    expect({ key, txId: tx.txId }).toEqual({ key: base64('plain'), txId: '4' });
    const answer = VerifiableEntry.decode(fromBase64(fixture.response)!);
    expect(value).toBe(toBase64(answer.entry!.value));
  });

  it('print the attributes that are present, and none otherwise', () => {
    expect(resultOf(named('get expiring since 0'))).toMatchObject({
      metadata: { expiresAt: expect.stringMatching(/^\d+$/) as unknown },
    });
    expect(resultOf(named('get plain since 0'))).not.toHaveProperty('metadata');
  });

  it('print a reference without a value', () => {
    for (const name of ['get bound since 0', 'get unbound since 31', 'get mixed/ref since 8']) {
      expect(Object.keys(resultOf(named(name)))).toEqual(['txId', 'alh', 'key']);
    }
    expect(resultOf(named('get bound since 0')).key).toBe(base64('bound'));
  });

  it('print one written key with its value, of several only the transaction', () => {
    expect(Object.keys(resultOf(named('set one since 1')))).toEqual(['txId', 'alh', 'key', 'value']);
    expect(Object.keys(resultOf(named('set five since 9')))).toEqual(['txId', 'alh']);
    expect(Object.keys(resultOf(named('set reference bound since 23')))).toEqual(['txId', 'alh', 'key']);
    expect(Object.keys(resultOf(named('sorted set add bound since 23')))).toEqual(['txId', 'alh', 'key']);
    expect(Object.keys(resultOf(named('tx 17 since 0')))).toEqual(['txId', 'alh']);
    expect(Object.keys(resultOf(named('state@5')))).toEqual(['txId', 'alh']);
  });

  it('may name the trusted state by a decimal string', () => {
    const fixture = named('get plain since 8');
    expect(resultOf({ ...fixture, trustedTxId: '8' })).toEqual(resultOf(fixture));
  });
});

describe('calls that are not checked', () => {
  it.each([
    'VerifiableSQLGet',
    'UnarySQLQuery',
    'SQLExec',
    'ProofDocument',
    'SearchDocuments',
    'Get',
    'streamVerifiableGet',
  ])('%s is unsupported, whatever else the fixture says', (rpc) => {
    expect(codeOf({ name: 'x', rpc })).toBe('UNSUPPORTED');
    expect(codeOf({ ...named('state@5'), rpc })).toBe('UNSUPPORTED');
  });

  it.each([
    '',
    'verifiableGet',
    'VerifiableGet ',
    'toString',
    '__proto__',
    'constructor',
    'x'.repeat(100_000),
  ])('there is no call %#', (rpc) => {
    expect(codeOf({ ...named('state@5'), rpc })).toBe('UNKNOWN_RPC');
  });
});

describe('a state', () => {
  const at = (id: number) => named(`state@${id}`);
  const hashOf = (id: number) => resultOf(at(id)).alh;

  it.each([
    ['first', 0, '', 'accepted'],
    ['equal', 9, hashOf(9), 'accepted'],
    ['newer', 8, hashOf(8), 'accepted'],
    ['older', 10, hashOf(10), 'ROLLBACK_DETECTED'],
    ['of the same transaction in another history', 9, hashOf(8), 'FORK_DETECTED'],
  ])('that is %s', (_, trustedTxId, trustedTxHash, verdict) => {
    expect(codeOf({ ...at(9), trustedTxId, trustedTxHash })).toBe(verdict);
  });

  it('without a pinned key is accepted only where it says nothing new', () => {
    const { signingPublicKeyPEM: _, ...unpinned } = files.v1;
    for (const file of [unpinned, { ...unpinned, signingPublicKeyPEM: null }]) {
      const pins = parseFixtureFile(JSON.stringify(file)).pinned;
      expect(codeOf({ ...at(9), trustedTxId: 9, trustedTxHash: hashOf(9) }, pins)).toBe('accepted');
      expect(codeOf(at(9), pins)).toBe('SIGNATURE_MISSING');
      expect(codeOf({ ...at(9), trustedTxId: 8, trustedTxHash: hashOf(8) }, pins)).toBe('SIGNATURE_MISSING');
      expect(codeOf(named('get plain since 8'), pins)).toBe('accepted');
    }
  });
});

describe('a trusted state', () => {
  const good = named('get plain since 8');

  it.each<[string, object, string]>([
    ['of another history', { trustedTxHash: named('state@9').response.slice(0, 44) }, 'MALFORMED_FIXTURE'],
    ['with another hash', { trustedTxHash: resultOf(named('state@9')).alh }, 'FORK_DETECTED'],
    [
      'of another transaction',
      { trustedTxId: 9, trustedTxHash: resultOf(named('state@9')).alh },
      'BINDING_MISMATCH',
    ],
    [
      'that is none, where the proof starts from one',
      { trustedTxId: 0, trustedTxHash: '' },
      'BINDING_MISMATCH',
    ],
    ['with an id below zero', { trustedTxId: -8 }, 'MALFORMED_FIXTURE'],
    ['with a broken id', { trustedTxId: 8.5 }, 'MALFORMED_FIXTURE'],
    ['with an id that JSON cannot carry', { trustedTxId: 2 ** 53 }, 'MALFORMED_FIXTURE'],
    ['with an id beyond all ids', { trustedTxId: '9223372036854775808' }, 'MALFORMED_FIXTURE'],
    ['with a hexadecimal id', { trustedTxId: '0x8' }, 'MALFORMED_FIXTURE'],
    ['with a padded id', { trustedTxId: ' 8' }, 'MALFORMED_FIXTURE'],
    ['with a leading zero', { trustedTxId: '08' }, 'MALFORMED_FIXTURE'],
    ['with no id', { trustedTxId: undefined }, 'MALFORMED_FIXTURE'],
    ['with null for an id', { trustedTxId: null }, 'MALFORMED_FIXTURE'],
    ['with a list for an id', { trustedTxId: [8] }, 'MALFORMED_FIXTURE'],
    ['with no hash', { trustedTxHash: '' }, 'MALFORMED_FIXTURE'],
    ['with null for a hash', { trustedTxHash: null }, 'MALFORMED_FIXTURE'],
    ['with a hash of 31 bytes', { trustedTxHash: toBase64(new Uint8Array(31)) }, 'MALFORMED_FIXTURE'],
  ])('%s', (_, change, code) => {
    expect(codeOf({ ...good, ...change })).toBe(code);
  });

  it('need not have a hash before the first transaction', () => {
    const first = named('get plain since 0');
    expect(codeOf({ ...first, trustedTxHash: resultOf(named('state@0')).alh })).toBe('accepted');
    expect(codeOf({ ...first, trustedTxHash: 'AAAA' })).toBe('MALFORMED_FIXTURE');
  });
});

describe('a broken fixture', () => {
  const good = named('get plain since 8');

  it.each([null, undefined, 7, 'text', true, [], [good], {}])(
    'that is %j is rejected without a name',
    (fixture) => {
      expect(judge(fixture, pinned)).toEqual({ name: null, verdict: 'rejected', code: 'MALFORMED_FIXTURE' });
    },
  );

  it.each([
    'name',
    'rpc',
    'requestType',
    'request',
    'responseType',
    'response',
    'trustedTxId',
    'trustedTxHash',
  ])('without %s, or with something else for it, is rejected', (field) => {
    for (const value of [undefined, null, {}, [], true, 1.5]) {
      expect(codeOf({ ...good, [field]: value }), `${field}: ${JSON.stringify(value)}`).toBe(
        'MALFORMED_FIXTURE',
      );
    }
  });

  it('keeps its name if it has one', () => {
    expect(judge({ name: 'mine', rpc: 5 }, pinned)).toMatchObject({ name: 'mine', verdict: 'rejected' });
    expect(judge({ name: 5, rpc: 'VerifiableGet' }, pinned)).toMatchObject({
      name: null,
      verdict: 'rejected',
    });
  });

  it.each([
    ['not padded', 'YQ'],
    ['padded too much', 'YQ==='],
    ['with stray bits', 'YR=='],
    ['with white space', 'YQ==\n'],
    ['for URLs', '-_-_'],
    ['with a foreign character', 'YQ=?'],
  ])('with base64 %s is rejected', (_, text) => {
    for (const field of ['request', 'response', 'trustedTxHash'])
      expect(codeOf({ ...good, [field]: text })).toBe('MALFORMED_FIXTURE');
  });

  it.each([
    ['requestType', 'immudb.schema.VerifiableSetRequest'],
    ['requestType', 'VerifiableGetRequest'],
    ['responseType', 'immudb.schema.VerifiableTx'],
    ['responseType', ''],
  ])('with %s %j, which its call has not, is rejected', (field, type) => {
    expect(codeOf({ ...good, [field]: type })).toBe('MALFORMED_FIXTURE');
  });

  it('with a request that asks nothing is rejected', () => {
    for (const request of ['', 'EAg=', base64('\u00ff\u00ff'), base64('\n')]) {
      expect(codeOf({ ...good, request }), request).toBe('MALFORMED_FIXTURE');
    }
    const noKey = toBase64(
      VerifiableGetRequest.encode(VerifiableGetRequest.fromPartial({ keyRequest: {} })).finish(),
    );
    expect(codeOf({ ...good, request: noKey })).toBe('MALFORMED_FIXTURE');
    const endless = { keyRequest: { key: new Uint8Array(1), atTx: 2n ** 63n } };
    const beyond = toBase64(VerifiableGetRequest.encode(VerifiableGetRequest.fromPartial(endless)).finish());
    expect(codeOf({ ...good, request: beyond })).toBe('MALFORMED_FIXTURE');
  });

  it('may have what no one asked for', () => {
    expect(codeOf({ ...good, comment: 'x', __proto__: { rpc: 'x' } })).toBe('accepted');
    expect(codeOf(JSON.parse(JSON.stringify({ ...good }).replace('{', '{"__proto__":{"rpc":"x"},')))).toBe(
      'accepted',
    );
  });
});

describe('the answer to another request', () => {
  it.each([
    ['get plain since 8', 'get empty since 8'],
    ['get plain since 8', 'get plain since 1'],
    ['get plain at 4 since 4', 'get plain since 8'],
    ['tx 4 since 1', 'tx 8 since 1'],
    ['set one since 1', 'set one since 0'],
    ['set reference bound since 1', 'sorted set add bound since 1'],
  ])('of %s, being that of %s, is rejected', (asked, other) => {
    expect(codeOf({ ...named(asked), response: named(other).response })).not.toBe('accepted');
  });
});
