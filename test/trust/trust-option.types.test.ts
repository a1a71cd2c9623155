// What must compile as a trust option, and what must not.
import { describe, it } from 'vitest';
import { MemoryTrustStore } from '../../src/trust/memory-store.js';
import type { TrustOption } from '../../src/trust/trust-option.js';

const accepts = (_: TrustOption) => undefined;
const pin = { txId: 7n, alh: 'ab'.repeat(32) };

describe('TrustOption', () => {
  it('takes a key, a state, both, or first use, each with a place', () => {
    const place = { store: new MemoryTrustStore(), ledgerId: 'bank' };
    accepts({ key: 'pem' });
    accepts({ key: ['pem', 'pem'], ...place });
    accepts({ pin, ...place });
    accepts({ key: 'pem', pin, ...place });
    accepts({ firstUse: true, ...place });
    accepts(place);
  });

  it('takes nothing else', () => {
    // @ts-expect-error: first use believes anything
    accepts({ firstUse: true, key: 'pem' });
    // @ts-expect-error: first use believes anything
    accepts({ firstUse: true, pin });
    // @ts-expect-error: leave it out instead
    accepts({ firstUse: false });
    // @ts-expect-error: 64-bit numbers are bigint
    accepts({ pin: { txId: 7, alh: pin.alh } });
    // @ts-expect-error: a setting that may be missing
    accepts({ key: process.env.KEY });
    // @ts-expect-error: not a trust store
    accepts({ store: new Map() });
    // @ts-expect-error: no such member
    accepts({ firstuse: true });
  });
});
