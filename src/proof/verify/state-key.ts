// The public key a server signs its states with, pinned by configuration.

import { createPublicKey, type KeyObject } from 'node:crypto';
import { fromBase64, toHex } from '../../bytes.js';
import { ImmuError } from '../../errors.js';
import { sha256 } from '../layout/hash.js';

/** A pinned public key. */
export interface StateKey {
  /** An elliptic-curve public key on P-256. */
  readonly key: KeyObject;
  /** SHA-256 of the key's SubjectPublicKeyInfo, lower-case hex. */
  readonly keyId: string;
}

const PUBLIC_KEY_PEM = /^\s*-----BEGIN PUBLIC KEY-----([\sA-Za-z0-9+/=]+)-----END PUBLIC KEY-----\s*$/;
const CURVE = 'prime256v1';

/**
 * Reads the public key of a server's signing key.
 *
 * @param source SubjectPublicKeyInfo as PEM (`-----BEGIN PUBLIC KEY-----`), or a KeyObject
 * @throws ImmuError TRUST_POLICY if it is anything but an EC public key on P-256; a retry does not help
 */
export function parseStateKey(source: string | KeyObject): StateKey {
  const key = typeof source === 'string' ? fromPem(source) : source;
  if (key.type !== 'public' || key.asymmetricKeyType !== 'ec') {
    throw unusable(`it is a ${key.type} key of type ${key.asymmetricKeyType ?? 'unknown'}`);
  }
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (curve !== CURVE) throw unusable(`it is on the curve ${curve ?? 'unknown'}`);
  return { key, keyId: toHex(sha256(key.export({ type: 'spki', format: 'der' }))) };
}

/**
 * Only a public key: what else PEM can hold, a private key above all, is a mistake worth hearing of. White space is
 * passed over, as configuration files indent.
 */
function fromPem(pem: string): KeyObject {
  const content = PUBLIC_KEY_PEM.exec(pem)?.[1];
  if (content === undefined) {
    throw unusable('it does not read -----BEGIN PUBLIC KEY----- … -----END PUBLIC KEY-----');
  }
  const der = fromBase64(content.replaceAll(/\s/g, ''));
  if (der === undefined) throw unusable('its content is not base64');
  try {
    return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
  } catch (cause) {
    throw unusable('its content cannot be decoded', cause);
  }
}

function unusable(why: string, cause?: unknown): ImmuError {
  return new ImmuError(
    'TRUST_POLICY',
    `The pinned key cannot be used: ${why}. Pin the public half of the server's signing key, an EC key on P-256, as PEM ` +
      '(openssl ec -in signing.key -pubout).',
    { cause },
  );
}
