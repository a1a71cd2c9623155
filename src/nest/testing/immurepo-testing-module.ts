// Ledgers in memory for the tests of a Nest application.

import { type DynamicModule, Module } from '@nestjs/common';
import type { EntityClass } from '../../entity/entity-types.js';
import { memoryLedger } from '../../testing/memory-ledger.js';
import type { MemoryLedgerOptions, MemoryServerOptions } from '../../testing/options.js';
import { ImmurepoCoreModule } from '../core-module.js';
import { retryRules } from '../retry.js';

/** What `ImmurepoTestingModule.forRoot` takes: the options of `memoryLedger`, where entities may be left to `forFeature`. */
export interface ImmurepoTestingOptions extends Omit<MemoryLedgerOptions, 'entities'>, MemoryServerOptions {
  /** The name of the ledger in this application, if it has several. Default: it is the one without. */
  readonly name?: string;
  /** Entities besides those that modules name by `forFeature`. Default none. */
  readonly entities?: readonly EntityClass[];
}

/**
 * Stands in for `ImmurepoModule.forRoot` in tests: the ledger is in memory, new and empty, and ends with the application.
 * `tamper(ledger)` of `immurepo/testing` works on it.
 *
 * @example
 * const app = await Test.createTestingModule({ imports: [ImmurepoTestingModule.forRoot(), OrdersModule] }).compile();
 * await app.get(OrdersService).place('1');
 * await app.close();
 */
@Module({})
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a module of Nest is a class
export class ImmurepoTestingModule {
  /**
   * A ledger in memory for all modules of the application.
   *
   * @param options as `memoryLedger` of `immurepo/testing`, and `name`
   * @throws TypeError for a name that is none. What else is wrong fails the start
   */
  static forRoot(options: ImmurepoTestingOptions = {}): DynamicModule {
    const { name, ...given } = options;
    const core = ImmurepoCoreModule.of<typeof given>({
      name,
      options: (provide) => [{ provide, useValue: () => given }],
      opening: ({ entities = [], ...rest }) => ({
        entities,
        retry: retryRules(false),
        open: (all) => memoryLedger({ ...rest, entities: all }),
      }),
    });
    return { module: ImmurepoTestingModule, imports: [core] };
  }
}
