// What a server repeats of a request in its error is repeated without the secrets in it.

import { ImmuError, UnknownOutcomeError } from '../errors.js';

/**
 * Waits for a call whose request holds secrets.
 *
 * @param secrets what must not be repeated; empty ones are passed over
 * @throws what the call throws, with every secret in an ImmuError's texts replaced
 */
export async function withoutSecrets<T>(secrets: readonly string[], call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw redacted(error, secrets);
  }
}

function redacted(error: unknown, secrets: readonly string[]): unknown {
  if (!(error instanceof ImmuError)) return error;
  const clean = (text: string) =>
    secrets.reduce((rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, '[password]')), text);
  const message = clean(error.message);
  const details = Object.fromEntries(
    Object.entries(error.details).map(([name, value]) => [
      name,
      typeof value === 'string' ? clean(value) : value,
    ]),
  );
  const cause = redacted(error.cause, secrets);
  if (error instanceof UnknownOutcomeError) return new UnknownOutcomeError(message, { cause, details });
  return new ImmuError(error.code, message, { cause, details, retryable: error.retryable });
}
