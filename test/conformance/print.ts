// Proven values as JSON carries them.

import { toBase64 } from '../../src/bytes.js';
import type { KeyMetadata, LedgerState, ProvenTx } from '../../src/proof/index.js';
import type { PrintedMetadata, ProvenResult } from './verdict.js';

/** A proven transaction, and what else was proven of it. */
export function printProven(proven: ProvenTx, more: Omit<ProvenResult, 'txId' | 'alh'> = {}): ProvenResult {
  return { ...printState({ txId: proven.header.id, alh: proven.alh }), ...more };
}

/** A state. */
export function printState({ txId, alh }: LedgerState): ProvenResult {
  return { txId: String(txId), alh: toBase64(alh) };
}

/** A value under its key. */
export function printValue(entry: {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly metadata?: KeyMetadata | undefined;
}): Omit<ProvenResult, 'txId' | 'alh'> {
  const metadata = printMetadata(entry.metadata);
  return { key: toBase64(entry.key), value: toBase64(entry.value), ...(metadata && { metadata }) };
}

function printMetadata(metadata: KeyMetadata | undefined): PrintedMetadata | undefined {
  if (metadata === undefined) return undefined;
  const { deleted, expiresAt, nonIndexable } = metadata;
  return {
    ...(deleted && { deleted }),
    ...(expiresAt !== undefined && { expiresAt: String(expiresAt) }),
    ...(nonIndexable && { nonIndexable }),
  };
}
