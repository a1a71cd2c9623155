// Which record may follow which, whatever keeps them. Every store asks here before it writes.

import { equalBytes } from '../bytes.js';
import type { TrustDraft, TrustLatch, TrustRecord } from './record.js';
import { conflict, latched, notForward } from './trust-errors.js';
import type { TrustId } from './trust-id.js';

/** The first record of a ledger. */
export function firstRecord(id: TrustId, draft: TrustDraft): TrustRecord {
  return { ...named(id, draft), epoch: 1 };
}

/**
 * The record that follows `current`.
 *
 * @param expectedEpoch the epoch the caller built on
 * @throws ImmuError TRUST_CONFLICT, TRUST_LATCHED
 * @throws VerificationError ROLLBACK_DETECTED, FORK_DETECTED
 */
export function nextRecord(
  id: TrustId,
  current: TrustRecord,
  expectedEpoch: number,
  next: TrustDraft & { readonly latch?: TrustLatch },
): TrustRecord {
  if (current.epoch !== expectedEpoch) throw conflict(id, expectedEpoch, current.epoch);
  if (current.latch !== undefined) throw latched(id, current.latch.at);
  const sameTx = next.head.txId === current.head.txId;
  if (next.head.txId < current.head.txId || (sameTx && !equalBytes(next.head.alh, current.head.alh))) {
    throw notForward(id, current.head, next.head);
  }
  return {
    ...named(id, next),
    epoch: current.epoch + 1,
    ...(next.latch && { latch: next.latch }),
    ...(current.recovered && { recovered: current.recovered }),
  };
}

/** What a recovery starts from. */
export interface Recoverable {
  /** The highest epoch in use, damaged records included. */
  readonly epoch: number;
  /** The newest record that can still be read, if any. */
  readonly record: TrustRecord | undefined;
}

/**
 * The record an operator puts in the place of another.
 *
 * @param reason why; not blank
 * @param at when, ISO 8601
 * @throws TypeError if the reason is blank
 */
export function recoveredRecord(
  id: TrustId,
  { epoch, record }: Recoverable,
  draft: TrustDraft,
  reason: string,
  at: string,
): TrustRecord {
  if (typeof reason !== 'string' || reason.trim() === '') {
    throw new TypeError(
      'A recovery needs a reason, for whoever audits it later: say why the old record is given up.',
    );
  }
  const recovery = {
    reason,
    at,
    ...(record && { abandoned: record.head }),
    ...(record?.latch && { lifted: record.latch.code }),
  };
  return { ...named(id, draft), epoch: epoch + 1, recovered: [...(record?.recovered ?? []), recovery] };
}

function named({ ledgerId, database }: TrustId, draft: TrustDraft): Omit<TrustRecord, 'epoch'> {
  const { serverUuid, keyId, origin, head, nextRoot, observedAt } = draft;
  return {
    version: 1,
    ledgerId,
    database,
    serverUuid,
    keyId,
    origin,
    head,
    ...(nextRoot && { nextRoot }),
    observedAt,
  };
}
