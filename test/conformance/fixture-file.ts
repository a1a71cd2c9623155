// A file of recorded requests and answers, and what is pinned for all of them.

import { ImmuError } from '../../src/errors.js';
import { parseStateKey, type VerificationPolicy } from '../../src/proof/index.js';
import { isRecord } from './fixture.js';
import { Rejection } from './verdict.js';

/** A readable file. Its fixtures are unchecked; a fault in what is pinned refuses each of them, one by one. */
export interface FixtureFile {
  readonly pinned: VerificationPolicy | Rejection;
  readonly fixtures: readonly unknown[];
}

const ENCODING = 'base64 protobuf';

/**
 * Reads a fixture file.
 *
 * @throws Error if it is not JSON, or holds no list of fixtures
 */
export function parseFixtureFile(text: string): FixtureFile {
  const content: unknown = JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text);
  if (!isRecord(content) || !Array.isArray(content.fixtures)) {
    throw new Error('it is JSON, but not an object with a list `fixtures`.');
  }
  return { pinned: parsePinned(content), fixtures: content.fixtures as unknown[] };
}

function parsePinned(content: Readonly<Record<string, unknown>>): VerificationPolicy | Rejection {
  const { database, signingPublicKeyPEM: pem, encoding = ENCODING } = content;
  if (typeof database !== 'string' || database === '') {
    return new Rejection(
      'MALFORMED_FIXTURE',
      'The file names no `database`, without which no signature can be checked.',
    );
  }
  if (encoding !== ENCODING) {
    return new Rejection('MALFORMED_FIXTURE', `The file's \`encoding\` is not ${JSON.stringify(ENCODING)}.`);
  }
  // No key, no pin. A key that cannot be read is not no key.
  if (pem === undefined || pem === null) return { database };
  if (typeof pem !== 'string') {
    return new Rejection('TRUST_POLICY', 'The file’s `signingPublicKeyPEM` is not a text.');
  }
  try {
    return { database, keys: [parseStateKey(pem)] };
  } catch (error) {
    if (error instanceof ImmuError) return new Rejection(error.code, error.message);
    throw error;
  }
}
