// The offending answer of a server as text, to be kept in a latched record for an auditor.

import { toBase64 } from '../bytes.js';

/** Kept small beside the rest of a record; a transaction of 1,024 entries with its proofs fits. */
const MAX_EVIDENCE_CHARACTERS = 400_000;

/**
 * An answer as JSON: bytes as base64, 64-bit numbers as decimal text.
 *
 * @param evidence as the error carries it: what the server sent, decoded
 * @returns undefined where there is none; for one too large to keep, a note that says so
 */
export function evidenceText(evidence: unknown): string | undefined {
  if (evidence === undefined) return undefined;
  const text = JSON.stringify(evidence, readable) as string | undefined;
  if (text === undefined || text.length <= MAX_EVIDENCE_CHARACTERS) return text;
  return JSON.stringify({ omitted: `the answer has ${text.length} characters as JSON` });
}

function readable(_name: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return toBase64(value);
  return typeof value === 'bigint' ? String(value) : value;
}
