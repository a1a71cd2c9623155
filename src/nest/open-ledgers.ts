// The ledgers of one application, from the first attempt to open them until they are closed: all of them or none.

import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { OperationOptions } from '../client/index.js';
import type { EntityClass } from '../entity/entity-types.js';
import { ImmuError } from '../errors.js';
import type { Ledger } from '../repository/ledger.js';
import { ApplicationLedgers } from './application-ledgers.js';
import { entitiesNamed, ledgersNamed } from './named.js';
import { retrying, type RetryRules } from './retry.js';
import { DEFAULT_LEDGER } from './tokens.js';

/** How one of them is opened. */
export interface LedgerOpening {
  /** Entities besides those that modules name. */
  readonly entities: readonly EntityClass[];
  readonly retry: RetryRules;
  readonly open: (entities: readonly EntityClass[], operation: OperationOptions) => Promise<Ledger>;
}

/**
 * What is opened here is closed here: when the application ends, after its servers have stopped, or when one of its
 * ledgers cannot be opened. A start that fails for another reason is not heard of: Nest tells no module of it.
 */
@Injectable()
export class OpenLedgers implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #modules: ModulesContainer;
  readonly #application: ApplicationLedgers;
  readonly #log = new Logger('ImmurepoModule');
  readonly #ending = new AbortController();
  /** Each that was begun with: of two that were given one name, both. */
  readonly #opened: { readonly name: string; readonly opened: Promise<Ledger> }[] = [];
  #started = false;

  constructor(
    @Inject(ModulesContainer) modules: ModulesContainer,
    @Inject(ApplicationLedgers) application: ApplicationLedgers,
  ) {
    this.#modules = modules;
    this.#application = application;
  }

  /**
   * Opens a ledger, with the entities all modules named for it, as often as it takes.
   *
   * @param opening finds out how
   * @throws what `opening` and opening throw · ImmuError CLOSED if the application ends meanwhile · TypeError for a second of one name
   */
  open(name: string, opening: () => Promise<LedgerOpening>): Promise<Ledger> {
    const ledger = this.#open(name, opening);
    this.#opened.push({ name, opened: ledger });
    ledger.catch(() => {
      // A module that is loaded later must not end an application that works without it.
      if (this.#started) return;
      this.#end(`${called(name)} could not be opened, and the start of the application failed`);
      void this.#closeAll();
    });
    return ledger;
  }

  /** All ledgers the application starts with are open. */
  onApplicationBootstrap(): void {
    this.#started = true;
  }

  /** Waits for what is under way, and closes. What fails meanwhile is still heard. */
  async onApplicationShutdown(): Promise<void> {
    this.#end('The application ends');
    await this.#closeAll();
    this.#application.stop();
  }

  async #open(name: string, opening: () => Promise<LedgerOpening>): Promise<Ledger> {
    if (ledgersNamed(this.#modules).filter((other) => other === name).length > 1)
      throw new TypeError(
        `Two ledgers of this application ${name === DEFAULT_LEDGER ? 'have no name' : `are named "${name}"`}: call forRoot once for ` +
          'each ledger, in one module, and give each but one a name of its own.',
      );
    const { entities, retry, open } = await opening();
    const all = [...new Set([...entities, ...entitiesNamed(this.#modules, name)])];
    const { signal } = this.#ending;
    const ledger = await retrying(
      () => open(all, { signal }),
      retry,
      signal,
      ({ error, attempt, nextInMs }) => {
        const next = `in ${(nextInMs / 1000).toFixed(1)} s, ${attempt + 1} of ${retry.attempts} times`;
        this.#log.warn(
          `${called(name)} could not be opened (${error.code}), and is tried again ${next}: ${error.message}`,
        );
      },
    );
    if (!signal.aborted) return ledger;
    await ledger.close();
    throw signal.reason;
  }

  #end(why: string): void {
    this.#ending.abort(new ImmuError('CLOSED', `${why}.`));
  }

  /** Each is closed, whatever becomes of the others. */
  async #closeAll(): Promise<void> {
    await Promise.all(
      this.#opened.map(async ({ name, opened }) => {
        const ledger = await opened.catch(() => undefined);
        try {
          await ledger?.close();
        } catch (error) {
          this.#log.error(`${called(name)} was closed, and not all was stored: ${String(error)}`);
        }
      }),
    );
  }
}

/** A ledger, at the beginning of a sentence. */
function called(name: string): string {
  return name === DEFAULT_LEDGER ? 'The ledger' : `The ledger "${name}"`;
}
