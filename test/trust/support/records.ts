// Records to store: made of numbers, so that a test can tell them apart.
import { createHash } from 'node:crypto';
import { u64be } from '../../../src/bytes.js';
import type { LedgerState } from '../../../src/proof/layout/ledger-state.js';
import type { TrustDraft, TrustLatch, TrustRecord } from '../../../src/trust/record.js';
import type { TrustId } from '../../../src/trust/trust-id.js';

export const bank: TrustId = { ledgerId: 'bank', database: 'defaultdb' };

/** 32 bytes that depend on both numbers. */
export function hashOf(txId: bigint, history = 0): Uint8Array {
  return new Uint8Array(createHash('sha256').update(u64be(txId)).update(`${history}`).digest());
}

/** The state of transaction `txId` in one of several histories. */
export function stateAt(txId: bigint, history = 0): LedgerState {
  return { txId, alh: hashOf(txId, history) };
}

export function draftAt(txId: bigint, change: Partial<TrustDraft> = {}): TrustDraft {
  return {
    serverUuid: 'c8b2k1c3q5o0',
    keyId: undefined,
    origin: 'pinned',
    head: stateAt(txId),
    observedAt: '2026-01-02T03:04:05.678Z',
    ...change,
  };
}

export const latch: TrustLatch = {
  code: 'FORK_DETECTED',
  message: 'The server showed two histories.',
  at: '2026-01-02T03:04:06.000Z',
  trusted: stateAt(7n),
  offered: stateAt(7n, 1),
  evidence: '{"txId":"7"}',
};

/** A record with every member there is. */
export const fullRecord: TrustRecord = {
  version: 1,
  ...bank,
  ...draftAt(7n, { keyId: Buffer.from(hashOf(0n)).toString('hex'), nextRoot: hashOf(70n) }),
  epoch: 12,
  latch,
  recovered: [
    {
      reason: 'server restored from backup',
      at: '2025-12-31T23:59:59.999Z',
      abandoned: stateAt(90n),
      lifted: 'X',
    },
    { reason: 'disk failure', at: '2026-01-01T00:00:00.000Z' },
  ],
};
