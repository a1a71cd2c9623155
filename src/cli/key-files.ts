// Files with keys and passwords, as options name them.

import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Arguments, UsageError } from './arguments.js';

/** The text of the file that an option names, undefined if it was not given. @throws UsageError if it cannot be read, or is empty */
export async function fileOf(given: Arguments, option: string): Promise<string | undefined> {
  const file = given.text(option);
  if (file === undefined) return undefined;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UsageError(
      `--${option}: ${error instanceof Error ? error.message : 'the file cannot be read'}`,
    );
  });
  if (text.trim() === '') throw new UsageError(`--${option}: the file is empty`);
  return text;
}

/** The private key of `--signing-key`, as an option of an engine. @throws UsageError for anything else */
export async function signingKeyOf(given: Arguments): Promise<{ readonly signingKey?: KeyObject }> {
  const pem = await fileOf(given, 'signing-key');
  if (pem === undefined) return {};
  const signingKey = privateKey(pem);
  if (signingKey?.asymmetricKeyDetails?.namedCurve === 'prime256v1') return { signingKey };
  throw new UsageError(
    '--signing-key must be a private key on the curve P-256 (prime256v1), as PEM and not encrypted',
  );
}

function privateKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}
