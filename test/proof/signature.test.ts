// Signatures over states and the keys they are checked with.

import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { concatBytes } from '../../src/bytes.js';
import { ImmuError } from '../../src/errors.js';
import { parseStateKey, type RawSignature, verifyTx } from '../../src/proof/index.js';
import { verifySignature } from '../../src/proof/verify/signature.js';
import { expectRefused } from './expect-refused.js';
import { filledLedger, newSigningKey } from './naive-ledger.js';

const signer = newSigningKey();
const other = newSigningKey();
const ledger = filledLedger(5, { signingKey: signer.privateKey });
const key = parseStateKey(signer.publicKey);
const policy = { database: 'defaultdb', keys: [key] };
const state = ledger.state(5);
const good = ledger.currentState(5).signature!;

/** The DER of a signature from its two numbers. */
function der(r: bigint, s: bigint): Uint8Array {
  const numbers = [r, s].map((value) => {
    const hex = value.toString(16);
    const digits = hex.padStart(hex.length + (hex.length % 2), '0');
    const content = Buffer.from(/^[89a-f]/.test(digits) ? `00${digits}` : digits, 'hex');
    return concatBytes(Uint8Array.of(2, content.length), content);
  });
  const content = concatBytes(...numbers);
  return concatBytes(Uint8Array.of(0x30, content.length), content);
}

function numbersOf({ signature }: RawSignature): { r: bigint; s: bigint } {
  const rLength = signature[3]!;
  const read = (from: number, length: number) =>
    BigInt(`0x${Buffer.from(signature.subarray(from, from + length)).toString('hex')}`);
  return { r: read(4, rLength), s: read(6 + rLength, signature[5 + rLength]!) };
}

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const { r, s } = numbersOf(good);

function withBytes(signature: Uint8Array): RawSignature {
  return { publicKey: good.publicKey, signature };
}

describe('a state signature', () => {
  it('by the pinned key is accepted, and by any of several', () => {
    expect(verifySignature(good, state, policy)).toBe(true);
    expect(
      verifySignature(good, state, { database: 'defaultdb', keys: [parseStateKey(other.publicKey), key] }),
    ).toBe(true);
  });

  it('is not looked at where no key is pinned', () => {
    const unpinned = { database: 'defaultdb' };
    expect(verifySignature(undefined, state, unpinned)).toBe(false);
    expect(verifySignature(withBytes(new Uint8Array(9)), state, unpinned)).toBe(false);
  });

  it('in its other form is accepted too, which is why a signature is never an identity', () => {
    expect(der(r, s)).toEqual(good.signature);
    expect(verifySignature(withBytes(der(r, ORDER - s)), state, policy)).toBe(true);
  });

  it.each<[string, RawSignature | undefined]>([
    ['absent', undefined],
    ['empty', withBytes(new Uint8Array(0))],
  ])('that is %s is missing', (_, signature) => {
    expectRefused(() => verifySignature(signature, state, policy), 'SIGNATURE_MISSING', /signing key/);
  });

  it.each<[string, RawSignature]>([
    [
      'by another key',
      {
        publicKey: good.publicKey,
        signature: filledLedger(5, { signingKey: other.privateKey }).currentState(5).signature!.signature,
      },
    ],
    ['over another state', ledger.currentState(4).signature!],
    [
      'for another database of the same key',
      filledLedger(5, { signingKey: signer.privateKey, database: 'otherdb' }).currentState(5).signature!,
    ],
    ['with a byte after its end', withBytes(concatBytes(good.signature, Uint8Array.of(0)))],
    ['without its last byte', withBytes(good.signature.subarray(0, -1))],
    ['with the numbers exchanged', withBytes(der(s, r))],
    ['of zeros', withBytes(der(0n, 0n))],
    ['of the group’s order', withBytes(der(ORDER, ORDER))],
    ['with a number as long as the order', withBytes(der(r + ORDER, s))],
    ['that is no DER', withBytes(new Uint8Array(70).fill(0x30))],
    [
      'as two plain numbers',
      withBytes(concatBytes(good.signature.subarray(4, 36), good.signature.subarray(-32))),
    ],
    ['of a megabyte', withBytes(new Uint8Array(1 << 20))],
  ])('%s is refused', (_, signature) => {
    const error = expectRefused(
      () => verifySignature(signature, state, policy),
      'SIGNATURE_INVALID',
      /pinned keys/,
    );
    expect(error.message).toContain(key.keyId.slice(0, 16));
  });

  it('whose key is the one the server sends along is refused', () => {
    const foreign = filledLedger(5, { signingKey: other.privateKey });
    const publicKey = new Uint8Array(other.publicKey.export({ type: 'spki', format: 'der' })).slice(-65);
    const answer = {
      ...foreign.verifiableTx(5),
      signature: { ...foreign.currentState(5).signature!, publicKey },
    };
    expectRefused(() => verifyTx({ txId: 5n }, answer, undefined, policy), 'SIGNATURE_INVALID');
  });

  it('over the older of two states does not stand for the newer', () => {
    const answer = { ...ledger.verifiableTx(5, 3), signature: ledger.currentState(3).signature };
    expectRefused(() => verifyTx({ txId: 5n }, answer, ledger.state(3), policy), 'SIGNATURE_INVALID');
    const back = { ...ledger.verifiableTx(3, 5), signature: ledger.currentState(3).signature };
    expectRefused(() => verifyTx({ txId: 3n }, back, ledger.state(5), policy), 'SIGNATURE_INVALID');
  });

  it('cannot be asked of no key at all', () => {
    expect(() => verifySignature(good, state, { database: 'defaultdb', keys: [] })).toThrow(TypeError);
  });
});

describe('a pinned key', () => {
  const pem = signer.publicKey.export({ type: 'spki', format: 'pem' }) as string;

  it('is read from PEM, with any line ends, and indented', () => {
    for (const text of [pem, pem.replaceAll('\n', '\r\n'), `\n${pem.replaceAll(/^/gm, '    ')}\n`]) {
      expect(parseStateKey(text).keyId).toBe(key.keyId);
    }
    expect(key.keyId).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each<[string, () => string]>([
    ['nothing', () => ''],
    ['a private key', () => signer.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string],
    ['two keys', () => pem + pem],
    ['text after the key', () => `${pem}x`],
    ['a cut key', () => pem.replace(/.{20}\n-----END/, '\n-----END')],
    ['another label', () => pem.replaceAll('PUBLIC KEY', 'CERTIFICATE')],
    [
      'an RSA key',
      () =>
        generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({
          type: 'spki',
          format: 'pem',
        }) as string,
    ],
    [
      'an Ed25519 key',
      () => generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' }) as string,
    ],
    [
      'a key on P-384',
      () =>
        generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey.export({
          type: 'spki',
          format: 'pem',
        }) as string,
    ],
    [
      'a key on secp256k1',
      () =>
        generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).publicKey.export({
          type: 'spki',
          format: 'pem',
        }) as string,
    ],
  ])('is not %s', (_, source) => {
    const text = source();
    expect(() => parseStateKey(text)).toThrow(ImmuError);
    expect(() => parseStateKey(text)).toThrow(expect.objectContaining({ code: 'TRUST_POLICY' }) as Error);
  });

  it('is not a private key object', () => {
    const privateKey = createPrivateKey(signer.privateKey.export({ type: 'pkcs8', format: 'pem' }));
    expect(() => parseStateKey(privateKey)).toThrow(/private key/);
  });
});
