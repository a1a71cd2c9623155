// What an application has run around reads and writes: its hooks, plug-ins and validators, and who is told of commits. One
// for each ledger; where an entity has none of them, nothing is waited for.

import { Events } from '../client/events.js';
import type { EntitySchema } from '../entity/entity-schema.js';
import type { Validator } from '../entity/validator.js';
import { runAfterLoad } from './hooks/after-load.js';
import { runAfterSave } from './hooks/after-save.js';
import { applicable } from './hooks/applicable.js';
import { runBeforeSave } from './hooks/before-save.js';
import type { LedgerPlugin } from './hooks/plugin.js';
import { committedEvent, type RepositoryEvents } from './ledger-events.js';
import { questionsOf, validate } from './validation/validate.js';
import type { CommittedWrite } from './write/prepared-write.js';

/** What holds for all entities of a ledger. */
export interface LifecycleRules {
  readonly plugins: readonly LedgerPlugin[];
  readonly validator: Validator<object> | undefined;
}

/** Runs what is to be run around the reads and writes of one ledger. */
export class Lifecycle {
  /** Who listens to what its repositories do. */
  readonly events = new Events<RepositoryEvents>();
  readonly #plugins: readonly LedgerPlugin[];
  readonly #validator: Validator<object> | undefined;

  /** @param rules what holds for all entities */
  constructor({ plugins, validator }: LifecycleRules) {
    this.#plugins = plugins;
    this.#validator = validator;
  }

  /**
   * An instance was proven and decoded, and is about to be handed out.
   *
   * @throws what a hook throws: then it is not · TypeError for a hook that is asynchronous
   */
  loaded<T extends object>(schema: EntitySchema<T>, entity: T): void {
    const hooks = applicable('afterLoad', schema.settings, this.#plugins);
    if (hooks.length > 0) runAfterLoad(schema, entity, hooks);
  }

  /**
   * Entities are about to be stored, each with its id.
   *
   * @param isNew whether nothing is stored of them. Default: of each that is not known to be
   * @returns undefined if nothing is to be run: the write goes on at once. Otherwise what validators were asked about of
   *   each, for `PendingWrite.asked`; undefined if there are none
   * @throws ValidationError · ImmuError VALUE_REFUSED, VALUE_TOO_LARGE · what a hook throws; nothing was sent
   */
  beforeWrite<T extends object>(
    schema: EntitySchema<T>,
    entities: readonly T[],
    isNew?: boolean,
  ): Promise<readonly Uint8Array[] | undefined> | undefined {
    const hooks = applicable('beforeSave', schema.settings, this.#plugins);
    const questions = questionsOf(schema, this.#validator);
    if (hooks.length === 0 && questions.length === 0) return undefined;
    const run = async () => {
      if (hooks.length > 0) await runBeforeSave(schema, entities, hooks, isNew);
      return questions.length > 0 ? validate(schema, entities, questions) : undefined;
    };
    return run();
  }

  /** Tells of writes that were committed, and runs no hooks. */
  tell(writes: readonly CommittedWrite[]): void {
    const [first] = writes;
    if (first === undefined || !this.events.isHeard('committed')) return;
    this.events.emit('committed', committedEvent(first, writes));
  }

  /** Writes were committed, and that is proven. @returns undefined if nothing is to be waited for; never rejects */
  committed(writes: readonly CommittedWrite[]): Promise<void> | undefined {
    this.tell(writes);
    const saved = writes.flatMap((one) => {
      const hooks = applicable('afterSave', one.write.schema.settings, this.#plugins);
      return hooks.length === 0 || one.write.entity === undefined ? [] : [{ ...one, hooks }];
    });
    return saved.length === 0 ? undefined : runAfterSave(saved, this.events);
  }
}
