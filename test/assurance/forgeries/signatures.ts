// Signatures over states: missing, broken, of other keys, over other states. Without a pinned key they say nothing.

import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { stateSignaturePayload } from 'immurepo/proof';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import type { Signature } from '../../../src/wire/immudb/schema/proof.js';
import { type Expectation, refused, same } from '../attempt.js';
import { isSigned } from '../modes.js';
import { type Case, type Forgery, flipped, ofTx, type Scene } from './forgery.js';

type Change = (signature: Signature, scene: Scene) => Signature | undefined | Promise<Signature | undefined>;

/** Every answer that is signed. */
const signatures = (change: Change): Forgery['lies'] => ({
  ...ofTx(async (tx, scene) => ({ ...tx, signature: await change(tx.signature!, scene) })),
  CurrentState: async ({ response }, scene) => ({
    ...response,
    signature: await change(response.signature!, scene),
  }),
});

const onlyWhereSigned =
  (expectation: Expectation) =>
  ({ mode }: Case): Expectation | undefined =>
    isSigned(mode) ? expectation : undefined;

const P256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const P384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });

/** A signature of a stranger, who names his own key with it. */
function signedBy(privateKey: KeyObject, publicKey: KeyObject): Change {
  return () => ({
    signature: sign(
      'sha256',
      stateSignaturePayload('pinnedkey', { txId: 1n, alh: new Uint8Array(32) }),
      privateKey,
    ),
    publicKey: publicKey.export({ type: 'spki', format: 'der' }),
  });
}

/** The state of another database, honestly signed. */
const ofOtherDatabase: Change = async (_, { world }) => {
  const other = await world.raw('other', 'server');
  return (await other.call(ImmuServiceDefinition.methods.currentState, {})).signature;
};

/** An ECDSA signature (r, s) and its twin (r, n - s): both are valid. */
function twin({ signature, publicKey }: Signature): Signature {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const [r, s] = integersOf(signature);
  return { publicKey, signature: derOf(r, order - s) };
}

function integersOf(der: Uint8Array): [bigint, bigint] {
  const read = (at: number): [bigint, number] => {
    const length = der[at + 1]!;
    const digits = Buffer.from(der.subarray(at + 2, at + 2 + length)).toString('hex');
    return [BigInt(`0x${digits}`), at + 2 + length];
  };
  const [r, next] = read(2);
  return [r, read(next)[0]];
}

function derOf(...integers: readonly bigint[]): Uint8Array {
  const parts = integers.map((integer) => {
    const hex = integer.toString(16);
    const digits = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
    const positive = digits[0]! < 0x80 ? digits : Buffer.concat([Buffer.of(0), digits]);
    return Buffer.concat([Buffer.of(2, positive.length), positive]);
  });
  const body = Buffer.concat(parts);
  return Uint8Array.of(0x30, body.length, ...body);
}

const swapped = ({ signature, publicKey }: Signature): Signature => {
  const [r, s] = integersOf(signature);
  return { publicKey, signature: derOf(s, r) };
};

const CHANGES: readonly (readonly [row: number, name: string, change: Change])[] = [
  [20, 'of a stranger, whose own key comes with it', signedBy(P256.privateKey, P256.publicKey)],
  [
    20,
    'the key that comes with it is another, and so is the signature',
    (s) => ({
      signature: flipped(s.signature),
      publicKey: P256.publicKey.export({ type: 'spki', format: 'der' }),
    }),
  ],
  [21, 'of a curve that is not P-256', signedBy(P384.privateKey, P384.publicKey)],
  [21, 'one bit turned', (s) => ({ ...s, signature: flipped(s.signature) })],
  [21, 'bytes behind its end', (s) => ({ ...s, signature: Uint8Array.of(...s.signature, 0) })],
  [21, 'cut short', (s) => ({ ...s, signature: s.signature.slice(0, -1) })],
  [21, 'its two numbers swapped', swapped],
  [21, 'zeros', (s) => ({ ...s, signature: new Uint8Array(s.signature.length) })],
  [21, 'two zero numbers', (s) => ({ ...s, signature: derOf(0n, 0n) })],
  [21, 'a megabyte', (s) => ({ ...s, signature: new Uint8Array(1 << 20) })],
  [21, 'of the state of another database', ofOtherDatabase],
  [25, 'of another database of the same server', ofOtherDatabase],
  [23, 'of a key this server may have today, which nobody pinned', signedBy(P256.privateKey, P256.publicKey)],
];

export const SIGNATURE_FORGERIES: readonly Forgery[] = [
  {
    row: 19,
    name: 'signature missing',
    lies: signatures(() => undefined)!,
    expect: onlyWhereSigned(refused('SIGNATURE_MISSING')),
  },
  {
    row: 19,
    name: 'signature of no bytes',
    lies: signatures((s) => ({ ...s, signature: new Uint8Array() }))!,
    expect: onlyWhereSigned(refused('SIGNATURE_MISSING', 'SIGNATURE_INVALID')),
  },
  ...CHANGES.map(([row, name, change]): Forgery => ({
    row,
    name: `signature: ${name}`,
    lies: signatures(change)!,
    expect: onlyWhereSigned(refused('SIGNATURE_INVALID', 'MALFORMED_PROOF')),
  })),
  {
    row: 21,
    name: 'signature: its twin, which is valid as well',
    lies: signatures(twin)!,
    expect: (of) =>
      isSigned(of.mode) && of.shape.writes !== true ? same('no signature is used as an identity') : undefined,
  },
  {
    row: 20,
    name: 'the key that comes with a signature replaced',
    lies: signatures((s) => ({ ...s, publicKey: P256.publicKey.export({ type: 'spki', format: 'der' }) }))!,
    expect: (of) => (of.shape.writes === true ? undefined : same('only the pinned key is used')),
  },
];
