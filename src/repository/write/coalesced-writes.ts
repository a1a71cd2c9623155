// Writes of several callers in one transaction: what waits while others are being committed goes together next.

import { toMapKey } from '../../bytes.js';
import type { ClientLimits } from '../../client/index.js';
import { ConflictError, ImmuError, UniqueViolationError } from '../../errors.js';
import type { CommittedWrite, PreparedWrite } from './prepared-write.js';

/** Commits writes in one transaction, all or none. */
export type Commit = (writes: readonly PreparedWrite[]) => Promise<CommittedWrite[]>;

/** What one caller wants written, all or none. */
interface Request {
  readonly writes: readonly PreparedWrite[];
  /** Every key that may be written, but for new entries of indexes that are not unique: no other entity has those. */
  readonly keys: ReadonlySet<string>;
  readonly entries: number;
  readonly bytes: number;
  readonly resolve: (committed: CommittedWrite[]) => void;
  readonly reject: (reason: unknown) => void;
}

/** While one is proven, the next is sent. */
const TRANSACTIONS_IN_FLIGHT = 2;
/** Larger ones gain nothing, and let everybody in them wait. */
const MAX_BYTES = 4 * 1024 * 1024;
/** What a record has besides its key, its payload and its index keys, about. */
const RECORD_OVERHEAD_BYTES = 256;

/** Gathers the writes of concurrent callers into transactions. Nobody's writes are split. */
export class CoalescedWrites {
  readonly #commit: Commit;
  readonly #maxEntries: number;
  #waiting: Request[] = [];
  #inFlight = 0;
  #scheduled = false;
  readonly #idle: (() => void)[] = [];

  /**
   * @param limits what one transaction takes
   * @param commit commits one, for writes that each say in whose name they are
   */
  constructor({ maxEntriesPerTx, maxPreconditions }: ClientLimits, commit: Commit) {
    this.#commit = commit;
    this.#maxEntries = Math.min(maxEntriesPerTx, maxPreconditions);
  }

  /**
   * Commits one caller's writes, in a transaction with those of others.
   *
   * @param writes each with its `provenance`
   * @throws as a transaction of these writes alone would
   */
  commit(writes: readonly PreparedWrite[]): Promise<CommittedWrite[]> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ writes, ...sizeOf(writes), keys: contestedKeys(writes), resolve, reject });
      this.#schedule();
    });
  }

  /** Resolves once nothing waits and nothing is being committed. */
  async drained(): Promise<void> {
    if (this.#inFlight === 0 && this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** After what is ready to run now: it may bring more. */
  #schedule(): void {
    if (this.#scheduled || this.#inFlight >= TRANSACTIONS_IN_FLIGHT || this.#waiting.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#run(this.#take());
    });
  }

  async #run(batch: readonly Request[]): Promise<void> {
    this.#inFlight++;
    this.#schedule();
    await this.#settle(batch);
    this.#inFlight--;
    this.#schedule();
    if (this.#inFlight > 0 || this.#waiting.length > 0) return;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** The longest-waiting, up to the first that does not fit. Of those that want one key, only the first. */
  #take(): Request[] {
    const batch: Request[] = [];
    const left: Request[] = [];
    const taken = new Set<string>();
    let [entries, bytes] = [0, 0];
    let at = 0;
    for (const request of this.#waiting) {
      const isFree = ![...request.keys].some((key) => taken.has(key));
      for (const key of request.keys) taken.add(key);
      if (isFree) {
        [entries, bytes] = [entries + request.entries, bytes + request.bytes];
        if (batch.length > 0 && (entries > this.#maxEntries || bytes > MAX_BYTES)) break;
      }
      (isFree ? batch : left).push(request);
      at++;
    }
    this.#waiting = [...left, ...this.#waiting.slice(at)];
    return batch;
  }

  /** Never rejects. */
  async #settle(batch: readonly Request[]): Promise<void> {
    try {
      const committed = await this.#commit(batch.flatMap(({ writes }) => writes));
      const byWrite = new Map(committed.map((one) => [one.write, one]));
      for (const { writes, resolve } of batch) resolve(writes.flatMap((write) => byWrite.get(write) ?? []));
    } catch (error) {
      // Refused together, nothing was written: each alone is told whether it was in the way, or is written.
      if (batch.length > 1 && isRefusal(error)) await Promise.all(batch.map((one) => this.#settle([one])));
      else for (const { reject } of batch) reject(error);
    }
  }
}

/** Whether nothing was written because of what some of the writes are. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof ConflictError ||
    error instanceof UniqueViolationError ||
    (error instanceof ImmuError && error.code === 'BATCH_TOO_LARGE')
  );
}

function contestedKeys(writes: readonly PreparedWrite[]): ReadonlySet<string> {
  return new Set(
    writes.flatMap(({ key, base, indexEntries }) =>
      [
        key,
        ...indexEntries.filter(({ index }) => index.unique).map((entry) => entry.key),
        ...(base?.facts.indexKeys ?? []),
      ].map(toMapKey),
    ),
  );
}

/** The most entries they can take, and about how many bytes. */
function sizeOf(writes: readonly PreparedWrite[]): Pick<Request, 'entries' | 'bytes'> {
  let [entries, bytes] = [0, 0];
  for (const { key, payload, base, indexEntries } of writes) {
    const indexKeys = [...indexEntries.map((entry) => entry.key), ...(base?.facts.indexKeys ?? [])];
    entries += 1 + indexKeys.length;
    // An index key is stored twice: as an entry, and in the list of the record.
    bytes += RECORD_OVERHEAD_BYTES + key.length + payload.length;
    bytes += indexKeys.reduce((sum, { length }) => sum + 2 * length, 0);
  }
  return { entries, bytes };
}
