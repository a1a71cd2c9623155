// The way to the server and back, and what can happen on it.

import { GrpcStatus, RpcFailure } from '../client/transport.js';
import { WRITE_HANDLERS } from '../engine/service/key-value/writes.js';

/** When a server crashes, while it handles a write. */
export type CrashPoint = 'before-commit' | 'after-commit';

/** The paths of what commits. */
const WRITES: ReadonlySet<string> = new Set(WRITE_HANDLERS.map(({ path }) => path));

/** A network that can fail. */
export class Network {
  #isDown = false;
  #crashPoint: CrashPoint | undefined;
  #answersToLose = 0;

  /** Nobody can be reached from here on. */
  goDown(): void {
    this.#isDown = true;
  }

  /** Goes down while the next write is under way. */
  crash(point: CrashPoint): void {
    this.#crashPoint = point;
  }

  /** The next so many writes are handled, and their answers do not come back. */
  loseAnswers(count: number): void {
    this.#answersToLose = count;
  }

  /** Everything arrives again. */
  recover(): void {
    this.#isDown = false;
    this.#crashPoint = undefined;
    this.#answersToLose = 0;
  }

  /**
   * Carries one call.
   *
   * @param path which method
   * @param deliver brings it to the server, and its answer back
   * @throws RpcFailure as a client sees it
   */
  async carry<T>(path: string, deliver: () => Promise<T>): Promise<T> {
    if (this.#isDown) throw new RpcFailure(GrpcStatus.UNAVAILABLE, 'connection refused', { sent: false });
    const failsAt = WRITES.has(path) ? this.#nextFailure() : undefined;
    if (failsAt === undefined) return deliver();
    // A refusal is an answer too.
    if (failsAt === 'after-commit') await deliver().catch(() => undefined);
    // The client cannot tell whether it was executed.
    throw new RpcFailure(GrpcStatus.UNAVAILABLE, 'the connection was lost before an answer came');
  }

  #nextFailure(): CrashPoint | undefined {
    if (this.#crashPoint !== undefined) {
      const point = this.#crashPoint;
      this.#crashPoint = undefined;
      this.#isDown = true;
      return point;
    }
    if (this.#answersToLose === 0) return undefined;
    this.#answersToLose -= 1;
    return 'after-commit';
  }
}
