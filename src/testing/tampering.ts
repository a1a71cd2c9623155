// What can be done to what a ledger is shown, in the words of attacks and accidents; and what a verifying ledger says to
// each, or cannot notice.

import { equalBytes } from '../bytes.js';
import type { UnverifiedEntry } from '../client/index.js';
import { newUuid } from '../engine/uuid.js';
import { type EntitySchema, schemaOf } from '../entity/entity-schema.js';
import type { EntityClass, IdOf, UpdateData } from '../entity/entity-types.js';
import { bindCodecs } from '../repository/payload-codecs.js';
import { forgedRecord } from './forged-record.js';
import { NO_PRECONDITIONS, NO_SIGNATURES } from './ledger-lies.js';
import type { LyingService } from './lying-service.js';
import type { CrashPoint } from './network.js';
import { absence, missingRevision, olderRevision, otherValue, valueOfAnother } from './record-lies.js';
import type { TrueLedger } from './true-ledger.js';

/** The record of an entity, as it is. */
interface Target<T extends object> {
  readonly schema: EntitySchema<T>;
  readonly key: Uint8Array;
  readonly newest: UnverifiedEntry;
  /** Its class and id, for errors. */
  readonly name: string;
}

/**
 * Lies to one ledger, or to all of a server's: see `tamper`. Lies add up; a history replaces the one shown before. Each
 * holds from when its promise resolves until `honest()`, for what is asked from then on.
 *
 * Wherever an error is named here, it is a `VerificationError` if nothing else is said: the operation rejects with it,
 * listeners of `tampered` are told, and the trusted state stays as it was. What a ledger has _seen_ is what it has read
 * or written itself since it was opened, or an earlier one with the same trust store, of the 1,000 keys used last.
 */
export class Tampering {
  readonly #service: LyingService;
  readonly #truth: TrueLedger;

  /** Use `tamper`. */
  constructor(service: LyingService, truth: TrueLedger) {
    this.#service = service;
    this.#truth = truth;
  }

  /**
   * Other values in an entity, as if the stored data had been edited; in all its revisions.
   *
   * Detected: by `find` and all that loads one entity, BINDING_MISMATCH if this ledger has seen it, else PROOF_INVALID;
   * by `findMany` and `history`, BINDING_MISMATCH.
   *
   * @param values the properties to be changed
   * @throws TypeError if there is no such entity, it is deleted, or it holds these values already
   */
  async forge<T extends object>(entity: EntityClass<T>, id: IdOf<T>, values: UpdateData<T>): Promise<void> {
    const { schema, key, newest, name } = await this.#target(entity, id);
    if (equalBytes(forgedRecord(schema, key, newest.value, values), newest.value)) {
      throw new TypeError(`${name} is deleted, or holds these values already: nothing would be forged.`);
    }
    this.#service.tell(otherValue(key, (value) => forgedRecord(schema, key, value, values)));
  }

  /**
   * The values of another entity in place of an entity's own.
   *
   * Detected: as a forged one.
   *
   * @param otherId of the same class
   * @throws TypeError if there is no such entity, or both are the same
   */
  async swap<T extends object>(entity: EntityClass<T>, id: IdOf<T>, otherId: IdOf<T>): Promise<void> {
    const [{ key, name }, other] = [await this.#target(entity, id), await this.#target(entity, otherId)];
    if (equalBytes(key, other.key)) throw new TypeError(`${name} cannot be swapped with itself.`);
    this.#service.tell(valueOfAnother(key, other.key));
  }

  /**
   * An older revision as the newest: genuine, with its proof.
   *
   * Detected: STALE_READ by a ledger that has seen a newer one, OMISSION_DETECTED by its `history`.
   * Unnoticed: by a ledger that has not. Nobody can prove that a revision is the latest; a save built on it ends in a
   * `ConflictError`.
   *
   * @param revision 1n for the first
   * @throws TypeError if there is no such revision
   */
  async replay<T extends object>(entity: EntityClass<T>, id: IdOf<T>, revision: bigint): Promise<void> {
    const target = await this.#target(entity, id);
    assertRevision(target, revision);
    this.#service.tell(olderRevision(target.key, revision));
  }

  /**
   * An entity as if it had never been stored.
   *
   * Detected: OMISSION_DETECTED by a ledger that has seen it.
   * Unnoticed: by a ledger that has not; it answers `undefined`, which is never evidence.
   *
   * @throws TypeError if there is no such entity
   */
  async withhold<T extends object>(entity: EntityClass<T>, id: IdOf<T>): Promise<void> {
    const { key } = await this.#target(entity, id);
    this.#service.tell(absence(key));
  }

  /**
   * A history without one of its revisions.
   *
   * Detected by `history`: OMISSION_DETECTED if it is the newest this ledger has seen, else CHAIN_BROKEN if others come
   * after it.
   * Unnoticed: if it is the last and this ledger has not seen it.
   *
   * @param revision 1n for the first
   * @throws TypeError if there is no such revision
   */
  async withholdRevision<T extends object>(
    entity: EntityClass<T>,
    id: IdOf<T>,
    revision: bigint,
  ): Promise<void> {
    const target = await this.#target(entity, id);
    assertRevision(target, revision);
    this.#service.tell(missingRevision(target.key, revision));
  }

  /**
   * The ledger as it was after a transaction, as if restored from a backup. It can be written to, and goes on from there.
   *
   * Detected by a ledger that trusts a later transaction: ROLLBACK_DETECTED when it is opened, by `verifyState()`, by
   * every write, and by every read that needs a proof; STALE_READ or OMISSION_DETECTED by reads of what it has seen.
   * Unnoticed: by one that trusts no later transaction, or nothing yet (a trust store that was lost, or restored too).
   * By any: that `findMany` and `history` answer nothing of what it has not seen and the backup lacks.
   *
   * @param toTxId the last transaction that is left, from 0n for none
   * @throws TypeError if the ledger has no such transaction
   */
  async rollBack(toTxId: bigint): Promise<void> {
    await this.#assertTxId('toTxId', toTxId);
    this.#service.show(await this.#truth.otherHistory({ commonTxId: toTxId }));
  }

  /**
   * Another history after a transaction: those that follow are others, of the same entries, a second later. It can be
   * written to, and goes on from there: two ledgers are then shown different ones (a split view).
   *
   * Detected by a ledger that trusts one of those that are others: FORK_DETECTED when it is opened, by `verifyState()`,
   * by every write, and by every read that needs a proof. It then refuses all verified work, tells listeners of `latched`,
   * and every ledger with the same trust store refuses to open, by an `ImmuError` TRUST_LATCHED: `honest()` does not mend
   * that. Until it needs a proof, it goes on reading what it has seen.
   * Unnoticed: by one that trusts no later transaction than `afterTxId`; it follows the history it is shown, and detects
   * the honest one.
   *
   * @param afterTxId the last transaction both have in common, from 0n for none
   * @throws TypeError if the ledger has no such transaction
   */
  async fork(afterTxId: bigint): Promise<void> {
    const lastTxId = await this.#assertTxId('afterTxId', afterTxId);
    this.#service.show(await this.#truth.otherHistory({ commonTxId: afterTxId, lastTxId }));
  }

  /**
   * Another server behind the same address, with an empty ledger and a name of its own.
   *
   * Detected by a ledger that trusts a transaction: SERVER_IDENTITY_CHANGED when it is opened, by `verifyState()`, by
   * every write, and by every read that needs a proof; OMISSION_DETECTED by reads of what it has seen, if the server has
   * answered nothing else before.
   * Unnoticed: by one that trusts nothing yet. By any: that `findMany` and `history` answer nothing of what it has not seen.
   */
  async replaceServer(): Promise<void> {
    const history = await this.#truth.otherHistory({ commonTxId: 0n });
    this.#service.show(history, newUuid(this.#truth.now()));
  }

  /**
   * No state is signed.
   *
   * Detected by a ledger opened with `trust: { key }`: SIGNATURE_MISSING when it is opened, by `verifyState()`, by every
   * write, and by every read that needs a proof.
   * Unnoticed: by one that pins no key.
   */
  stripSignatures(): Promise<void> {
    return done(() => {
      this.#service.tell(NO_SIGNATURES);
    });
  }

  /**
   * Every write is committed, even if another writer was first.
   *
   * Unnoticed at first: nobody can prove that a condition was looked at, and no write ends in a `ConflictError`.
   * Detected afterwards, also once the server is honest again: `history` ends in a `ChainForkError`, CHAIN_FORK.
   */
  ignorePreconditions(): Promise<void> {
    return done(() => {
      this.#service.tell(NO_PRECONDITIONS);
    });
  }

  /**
   * The server cannot be reached.
   *
   * Every operation is tried again until its `timeoutMs` is over, and rejects with an `ImmuError` UNREACHABLE, which is
   * `retryable`; opening rejects at once. That is no contradiction: listeners of `tampered` are told nothing.
   */
  goAway(): Promise<void> {
    return done(() => {
      this.#service.network.goDown();
    });
  }

  /**
   * The server crashes while it handles the next write, and cannot be reached from then on.
   *
   * The write ends in an `UnknownOutcomeError`, UNKNOWN_OUTCOME, when its `timeoutMs` is over. If the server comes back
   * before, a repository finds out what became of the write and makes sure that it is committed once: nothing is noticed.
   *
   * @param point `after-commit`: what was written is there when the server comes back. `before-commit`: it is not
   */
  crash(point: CrashPoint): Promise<void> {
    return done(() => {
      this.#service.network.crash(checkedCrashPoint(point));
    });
  }

  /**
   * The answers to writes are lost, which have been executed.
   *
   * Unnoticed: a repository finds out what became of its writes, and makes sure that each is committed once.
   *
   * @param count how many answers, from 1. Default 1
   */
  loseAnswers(count = 1): Promise<void> {
    return done(() => {
      this.#service.network.loseAnswers(checkedCount(count));
    });
  }

  /** Ends `goAway`, `crash` and `loseAnswers`; lies stay. */
  comeBack(): Promise<void> {
    return done(() => {
      this.#service.network.recover();
    });
  }

  /**
   * Ends all of this. What was written to another history is forgotten with it; a ledger that trusts it by now detects
   * that, as described there.
   */
  honest(): Promise<void> {
    return done(() => {
      this.#service.end();
    });
  }

  async #target<T extends object>(entity: EntityClass<T>, id: IdOf<T>): Promise<Target<T>> {
    const schema = schemaOf(entity, { hydrators: this.#truth.hydrators });
    bindCodecs([schema], { codecs: [...this.#truth.codecs.values()] });
    const key = schema.keyFor(id);
    const name = schema.describe(id);
    const newest = await this.#truth.newest(key);
    if (newest !== undefined) return { schema, key, newest, name };
    throw new TypeError(`There is no ${name} in this ledger: save it before tampering with it.`);
  }

  /** @returns the newest transaction's id */
  async #assertTxId(argument: string, txId: unknown): Promise<bigint> {
    const head = await this.#truth.headTxId();
    if (typeof txId === 'bigint' && txId >= 0n && txId <= head) return head;
    throw new TypeError(
      `${argument} must be the id of a transaction of this ledger, 0n to ${String(head)}n, as evidenceOf(entity).txId tells it.`,
    );
  }
}

function assertRevision({ newest, name }: Pick<Target<object>, 'newest' | 'name'>, revision: unknown): void {
  const count = newest.revision ?? 0n;
  if (typeof revision === 'bigint' && revision >= 1n && revision <= count) return;
  throw new TypeError(`revision must be one of the revisions of ${name}, 1n to ${String(count)}n.`);
}

function checkedCount(count: number): number {
  if (Number.isInteger(count) && count >= 1) return count;
  throw new TypeError('count must be a whole number from 1.');
}

function checkedCrashPoint(point: string): CrashPoint {
  if (point === 'before-commit' || point === 'after-commit') return point;
  throw new TypeError("A server crashes 'before-commit' or 'after-commit'.");
}

/** What needs no look at the ledger is as asynchronous as the rest, mistakes included. */
function done(work: () => void): Promise<void> {
  return new Promise((resolve) => {
    work();
    resolve();
  });
}
