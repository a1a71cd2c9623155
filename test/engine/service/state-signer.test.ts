import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { expect, it } from 'vitest';
import { concatBytes, u32be, u64be, utf8 } from '../../../src/bytes.js';
import { openEngine } from '../../../src/engine/engine.js';
import { StateSigner } from '../../../src/engine/service/state-signer.js';
import { administrator, methods } from './engine-caller.js';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const state = { txId: 7n, alh: createHash('sha256').update('x').digest() };
const payload = concatBytes(u32be(2), utf8('db'), u64be(7n), state.alh);

it('signs as immudb does: ECDSA over SHA-256, in DER, with the key as an uncompressed point', () => {
  const signature = new StateSigner(privateKey).sign('db', state);
  expect(signature.publicKey).toHaveLength(65);
  expect(signature.publicKey[0]).toBe(4);
  const [x, y] = [signature.publicKey.slice(1, 33), signature.publicKey.slice(33)].map((half) =>
    Buffer.from(half).toString('base64url'),
  );
  const key = createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x!, y: y! }, format: 'jwk' });
  expect(key.equals(publicKey)).toBe(true);
  expect(verify('sha256', payload, { key, dsaEncoding: 'der' }, signature.signature)).toBe(true);
  expect(verify('sha256', Buffer.concat([payload, payload]), key, signature.signature)).toBe(false);
});

it('takes a key as PEM, of either kind', () => {
  for (const type of ['sec1', 'pkcs8'] as const) {
    const pem = privateKey.export({ type, format: 'pem' }).toString();
    const signature = new StateSigner(pem).sign('db', state);
    expect(verify('sha256', payload, publicKey, signature.signature)).toBe(true);
  }
});

it.each([
  ['no key', 'not a key'],
  ['a public key', publicKey.export({ type: 'spki', format: 'pem' }).toString()],
  ['another curve', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey],
  ['another kind', generateKeyPairSync('ed25519').privateKey],
  ['a public key object', publicKey],
])('refuses %s, without repeating it', async (_, signingKey) => {
  await expect(openEngine({ signingKey })).rejects.toThrow(TypeError);
  await expect(openEngine({ signingKey })).rejects.toThrow(
    /^signingKey (?:is not the PEM of a private key|must be)/,
  );
});

it('signs the state of the selected database', async () => {
  const admin = await administrator({ signingKey: privateKey, databases: ['bank'] });
  const bank = await admin.session('bank');
  const { txId, txHash, signature } = await bank.call(methods.currentState);
  const signed = concatBytes(u32be(4), utf8('bank'), u64be(txId), txHash);
  expect(verify('sha256', signed, publicKey, signature!.signature)).toBe(true);
});

it('leaves a state unsigned without a key', async () => {
  const admin = await administrator();
  expect((await admin.call(methods.currentState)).signature).toBeUndefined();
});
