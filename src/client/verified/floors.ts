// Floors: for every key proven here, the newest transaction it was proven in. An answer below its floor is a stale
// read, a missing answer above it an omission. Neither is a fork: the history itself is not contradicted. A caller may
// name a floor of its own for one read; it is held against the answer in the same way, and never kept.

import { LRUCache } from 'lru-cache';
import { toMapKey } from '../../bytes.js';
import { VerificationError } from '../../errors.js';
import type { KeyMetadata } from '../../proof/index.js';
import type { TrustFloor } from '../../trust/floors.js';
import { printableKey } from '../printable-key.js';

/** The newest proven write of a key. */
export interface ProvenFloor {
  readonly txId: bigint;
  /** The write's metadata: a deleted or expired key may be absent. */
  readonly metadata: KeyMetadata | undefined;
}

/** What an answer for a key is held against. */
export type Floor =
  | (ProvenFloor & { readonly by: 'proof' })
  /** The key was written in this transaction or later, the caller says. How, nobody says. */
  | { readonly by: 'caller'; readonly txId: bigint; readonly metadata: undefined };

/** Floors by key, least recently used out. */
export class Floors {
  readonly #floors: LRUCache<string, ProvenFloor>;
  readonly #onRaised: () => void;

  /**
   * @param maxKeys how many keys are remembered
   * @param onRaised called when a floor is new or higher
   */
  constructor(maxKeys: number, onRaised: () => void) {
    // By size and not by `max`, for which the cache sets aside all its memory at once: 10 ms of every opening.
    this.#floors = new LRUCache({ maxSize: maxKeys, sizeCalculation: () => 1 });
    this.#onRaised = onRaised;
  }

  /**
   * The floor to hold an answer against: take it when the request is sent, not when the answer comes.
   *
   * @param notBefore the caller's own, if any; the higher one counts
   */
  of(key: Uint8Array, notBefore?: bigint): Floor | undefined {
    const proven = this.#floors.get(toMapKey(key));
    if (notBefore !== undefined && (proven === undefined || proven.txId < notBefore))
      return { by: 'caller', txId: notBefore, metadata: undefined };
    return proven && { ...proven, by: 'proof' };
  }

  /** Raises the floor of a key. A write that plain reads cannot see (non-indexable) is no floor. */
  raise(key: Uint8Array, { txId, metadata }: ProvenFloor): void {
    if (metadata?.nonIndexable === true) return;
    const name = toMapKey(key);
    const known = this.#floors.get(name);
    if (known !== undefined && known.txId >= txId) return;
    // A copy, and no more than that: what is raised from is an entry with its value, which the application has as well.
    this.#floors.set(name, { txId, metadata: metadata && { ...metadata } });
    this.#onRaised();
  }

  /** The floors used last, to be kept: at most `count`, most recently used first. */
  latest(count: number): TrustFloor[] {
    const floors: TrustFloor[] = [];
    for (const [name, { txId, metadata }] of this.#floors.entries()) {
      if (floors.length >= count) break;
      const key = new Uint8Array(Buffer.from(name, 'latin1'));
      floors.push({ key, txId, deleted: metadata?.deleted === true, expiresAt: metadata?.expiresAt });
    }
    return floors;
  }

  /** Takes up floors that were kept. @param floors most recently used first */
  restore(floors: readonly TrustFloor[]): void {
    for (const { key, txId, deleted, expiresAt } of [...floors].reverse()) {
      const metadata = { deleted, nonIndexable: false, ...(expiresAt === undefined ? {} : { expiresAt }) };
      const isPlain = !deleted && expiresAt === undefined;
      this.#floors.set(toMapKey(key), { txId, metadata: isPlain ? undefined : metadata });
    }
  }

  /** Forgets everything. */
  clear(): void {
    this.#floors.clear();
  }
}

/** @throws VerificationError STALE_READ if an answer is older than its floor when the request was sent */
export function assertNotStale(key: Uint8Array, answeredTxId: bigint, floor: Floor | undefined): void {
  if (floor === undefined || answeredTxId >= floor.txId) return;
  throw new VerificationError(
    'STALE_READ',
    `The server answered transaction ${String(answeredTxId)} as the latest write of key ${printableKey(key)}, but ${known(floor)}. ` +
      'The answer is refused; the history itself is not in doubt.',
    { details: { key, answeredTxId, ...namedBy(floor) } },
  );
}

/** Whether a key with this floor may honestly be absent at `nowSeconds` without a later write. */
export function mayBeAbsent(floor: Floor, nowSeconds: bigint): boolean {
  if (floor.metadata === undefined) return false;
  if (floor.metadata.deleted) return true;
  return floor.metadata.expiresAt !== undefined && floor.metadata.expiresAt <= nowSeconds;
}

/** The error for a key that is answered as absent although a live write of it is known. */
export function omission(key: Uint8Array, floor: Floor): VerificationError {
  return new VerificationError(
    'OMISSION_DETECTED',
    `The server answered that key ${printableKey(key)} does not exist, but ${known(floor)}, and nothing later is proven with ` +
      'which the key may be absent. The answer is refused; the history itself is not in doubt.',
    { details: { key, ...namedBy(floor) } },
  );
}

/** The error for a history without a revision that is known to be part of it. */
export function leftOut(key: Uint8Array, floor: Floor): VerificationError {
  return new VerificationError(
    'OMISSION_DETECTED',
    `The server showed a history of key ${printableKey(key)} that leaves it out: ${known(floor)}. The answer is refused.`,
    { details: { key, ...namedBy(floor) } },
  );
}

function known({ by, txId }: Floor): string {
  return by === 'proof'
    ? `transaction ${String(txId)} wrote it and was already proven here`
    : `the caller knows of a write in transaction ${String(txId)} or later (notBefore); if that was of another key or ledger, the ` +
        'mistake is there';
}

function namedBy({ by, txId }: Floor): { readonly provenTxId?: bigint; readonly notBefore?: bigint } {
  return by === 'proof' ? { provenTxId: txId } : { notBefore: txId };
}
