// Headers off the network: refused for what they say, whatever they hash to.

import { describe, expect, it } from 'vitest';
import type { RawTxHeader } from '../../src/proof/index.js';
import { parseHeader } from '../../src/proof/verify/parse-header.js';
import { expectRefused } from './expect-refused.js';
import { filledLedger, h, type Mutable, naiveAlh } from './naive-ledger.js';

const ledger = filledLedger(9);

describe('a header', () => {
  it('hashes as the naive ledger does', () => {
    for (let id = 1; id <= 9; id++) {
      const raw = ledger.verifiableTx(id).tx!.header!;
      expect(parseHeader(raw, 'header').alh, `tx ${id}`).toEqual(naiveAlh(raw));
    }
  });

  // An attacker need not keep the hashes of a lie about a header: it is refused for what it says.
  const impossible: readonly [string, number, (header: Mutable<RawTxHeader>) => unknown, string, RegExp][] = [
    [
      'a tree that ends earlier (CVE-2022-36111)',
      9,
      (t) => (t.blTxId = 6n),
      'PROOF_INVALID',
      /older than 1\.4/,
    ],
    ['no tree at all', 9, (t) => (t.blTxId = 0n), 'PROOF_INVALID', /older than 1\.4/],
    ['itself in its tree', 9, (t) => (t.blTxId = 9n), 'PROOF_INVALID', /expected 8, found 9/],
    ['a tree beyond all ids', 9, (t) => (t.blTxId = 2n ** 63n), 'MALFORMED_PROOF', /blTxId/],
    ['an id of 0', 9, (t) => (t.id = 0n), 'MALFORMED_PROOF', /\.id/],
    ['an id below zero', 9, (t) => (t.id = -9n), 'MALFORMED_PROOF', /\.id/],
    ['an id beyond all ids', 9, (t) => (t.id = 2n ** 63n), 'MALFORMED_PROOF', /\.id/],
    ['an id that is a number', 9, (t) => Object.assign(t, { id: 9 }), 'MALFORMED_PROOF', /\.id/],
    ['version 2', 9, (t) => (t.version = 2), 'MALFORMED_PROOF', /version/],
    ['version −1', 9, (t) => (t.version = -1), 'MALFORMED_PROOF', /version/],
    ['entries below zero', 9, (t) => (t.nentries = -1), 'MALFORMED_PROOF', /nentries/],
    ['a million entries and more', 9, (t) => (t.nentries = 2 ** 20 + 1), 'PROOF_TOO_LARGE', /entries/],
    [
      '65536 entries in version 0',
      9,
      (t) => Object.assign(t, { version: 0, nentries: 65_536 }),
      'MALFORMED_PROOF',
      /nentries/,
    ],
    [
      'metadata in version 0',
      9,
      (t) => Object.assign(t, { version: 0, metadata: { truncatedTxID: 3n, extra: h() } }),
      'MALFORMED_PROOF',
      /metadata/,
    ],
    [
      'extra of 257 bytes',
      9,
      (t) => (t.metadata = { truncatedTxID: 0n, extra: new Uint8Array(257) }),
      'MALFORMED_PROOF',
      /extra/,
    ],
    [
      'truncation below zero',
      9,
      (t) => (t.metadata = { truncatedTxID: -1n, extra: new Uint8Array(0) }),
      'MALFORMED_PROOF',
      /truncatedTxID/,
    ],
    ['a time of more than 64 bits', 9, (t) => (t.ts = 2n ** 63n), 'MALFORMED_PROOF', /\.ts/],
    ['a time below 64 bits', 9, (t) => (t.ts = -(2n ** 63n) - 1n), 'MALFORMED_PROOF', /\.ts/],
    ['an eH of 31 bytes', 9, (t) => (t.eH = t.eH.slice(1)), 'MALFORMED_PROOF', /eH/],
    ['a prevAlh of 33 bytes', 9, (t) => (t.prevAlh = new Uint8Array(33)), 'MALFORMED_PROOF', /prevAlh/],
    ['no blRoot', 9, (t) => (t.blRoot = new Uint8Array(0)), 'MALFORMED_PROOF', /blRoot/],
    ['a root before the first transaction', 1, (t) => (t.blRoot = h()), 'PROOF_INVALID', /root before/],
    [
      'a transaction before the first',
      1,
      (t) => (t.prevAlh = new Uint8Array(32)),
      'PROOF_INVALID',
      /alh before/,
    ],
  ];

  it.each(impossible)('a header with %s is refused whatever it hashes to', (_, id, change, code, message) => {
    const changed = ledger.verifiableTx(id).tx!.header!;
    change(changed);
    expectRefused(() => parseHeader(changed, 'header'), code as 'PROOF_INVALID', message);
  });
});
