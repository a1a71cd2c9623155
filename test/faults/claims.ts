// What a client said of its operations, to be held against what is in the ledger.
import { ImmuError } from '../../src/errors.js';

/** What the client said of a write. */
export type Said = 'committed' | 'failed' | 'unknown';

/** One write: its value occurs nowhere else. */
export interface WriteClaim {
  readonly kind: string;
  readonly value: string;
  readonly keys: readonly string[];
  readonly said: Said;
  /** Of a committed one, where. */
  readonly txId: bigint | undefined;
  readonly error: unknown;
}

/** One value that was read. */
export interface ReadClaim {
  readonly kind: string;
  readonly key: string;
  readonly value: string;
  readonly txId: bigint;
}

/** A trusted state, as it was at one moment. */
export interface SeenState {
  readonly txId: bigint;
  readonly alh: Uint8Array;
}

/** All that was said in one run. */
export class Claims {
  readonly writes: WriteClaim[] = [];
  readonly reads: ReadClaim[] = [];
  readonly states: SeenState[] = [];
  /** Codes of failures, and how often. */
  readonly failures = new Map<string, number>();
  /** What must never happen: an honest server was called a liar, or the client broke. */
  readonly violations: string[] = [];

  /** Takes note of a write that was answered. */
  committed(kind: string, value: string, keys: readonly string[], txId: bigint): void {
    this.writes.push({ kind, value, keys, said: 'committed', txId, error: undefined });
  }

  /** Takes note of a write that failed, and of what the error says of its outcome. */
  failed(kind: string, value: string, keys: readonly string[], error: unknown): void {
    this.note(kind, error);
    const executed = error instanceof ImmuError ? error.details.executed : undefined;
    const txId = error instanceof ImmuError ? error.details.txId : undefined;
    const open = executed === 'maybe' || (error instanceof ImmuError && error.code === 'UNKNOWN_OUTCOME');
    const said = executed === 'yes' ? 'committed' : open ? 'unknown' : 'failed';
    this.writes.push({ kind, value, keys, said, txId: typeof txId === 'bigint' ? txId : undefined, error });
  }

  /** Takes note of a failure. */
  note(kind: string, error: unknown): void {
    if (!(error instanceof ImmuError)) {
      this.violations.push(`${kind}: ${String(error)}`);
      return;
    }
    this.failures.set(error.code, (this.failures.get(error.code) ?? 0) + 1);
  }

  /** Takes note of the trusted state. It must never be older than one seen before. */
  trusts(state: SeenState | undefined): void {
    const before = this.states.at(-1);
    if (state === undefined) {
      if (before !== undefined) this.violations.push('the trusted state is gone');
      return;
    }
    if (before !== undefined && state.txId < before.txId)
      this.violations.push(
        `the trusted state went back from ${String(before.txId)} to ${String(state.txId)}`,
      );
    if (before?.txId !== state.txId) this.states.push(state);
  }
}
