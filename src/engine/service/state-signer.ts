// Signs states as immudb does: ECDSA over P-256 and SHA-256, in DER, with the key as an uncompressed point.

import { createPrivateKey, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { concatBytes } from '../../bytes.js';
import { type LedgerState, stateSignaturePayload } from '../../proof/layout/ledger-state.js';
import type { Signature } from '../../wire/immudb/schema/proof.js';

const UNCOMPRESSED = new Uint8Array([4]);

/** The key of an engine. */
export class StateSigner {
  readonly #key: KeyObject;
  readonly #publicKey: Uint8Array;

  /**
   * @param key EC P-256, private; as PEM or ready
   * @throws TypeError for anything else
   */
  constructor(key: KeyObject | string) {
    this.#key = privateKeyOf(key);
    this.#publicKey = pointOf(this.#key);
  }

  /** Signs a state of a database. */
  sign(database: string, state: LedgerState): Signature {
    const signature = sign('sha256', stateSignaturePayload(database, state), {
      key: this.#key,
      dsaEncoding: 'der',
    });
    return { publicKey: this.#publicKey.slice(), signature: new Uint8Array(signature) };
  }
}

function privateKeyOf(key: KeyObject | string): KeyObject {
  const parsed = typeof key === 'string' ? parsePem(key) : key;
  const { type, asymmetricKeyType, asymmetricKeyDetails } = parsed;
  if (type !== 'private' || asymmetricKeyType !== 'ec' || asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new TypeError('signingKey must be a private key on the curve P-256 (prime256v1).');
  }
  return parsed;
}

function parsePem(pem: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch {
    // Without the cause: it may quote what was meant to be secret.
    throw new TypeError('signingKey is not the PEM of a private key.');
  }
}

function pointOf(key: KeyObject): Uint8Array {
  const { x = '', y = '' } = createPublicKey(key).export({ format: 'jwk' });
  return concatBytes(UNCOMPRESSED, Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url'));
}
