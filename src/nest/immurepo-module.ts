// The module an application imports: thin, and what it does is done by others.

import { type DynamicModule, type InjectionToken, Module, type Provider } from '@nestjs/common';
import { openLedger } from '../open-ledger.js';
import { ImmurepoCoreModule, type LedgerSource, type MadeOptions } from './core-module.js';
import { featureOf } from './feature.js';
import type { LedgerOpening } from './open-ledgers.js';
import type {
  ImmurepoLedgerOptions,
  ImmurepoModuleAsyncOptions,
  ImmurepoModuleOptions,
  ImmurepoOptionsFactory,
} from './options.js';
import { retryRules } from './retry.js';
import type { InjectableRepository } from './tokens.js';

/**
 * Ledgers and repositories for a Nest application. `forRoot` opens a ledger with the application and closes it with it;
 * `forFeature` gives a module the repositories it names.
 *
 * @example
 * @Module({ imports: [ImmurepoModule.forRoot({ path: './ledger' }), OrdersModule] })
 * class AppModule {}
 *
 * @Module({ imports: [ImmurepoModule.forFeature([Order])], providers: [OrdersService] })
 * class OrdersModule {}
 */
@Module({})
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a module of Nest is a class
export class ImmurepoModule {
  /**
   * A ledger for all modules of the application, under `Ledger` (or `@InjectLedger(name)`). It is opened before anything
   * that needs it is made, and closed after the servers of the application have stopped, when the calls under way
   * have ended: by `app.close()`, and by a signal after `app.enableShutdownHooks()`.
   *
   * Where one ledger cannot be opened, the others are closed. Where another provider fails the start, Nest tells no module:
   * with `abortOnError: false`, and in tests, the ledger then stays open (and its folder locked) as long as the process runs.
   * What may fail belongs into `onModuleInit`: then `app.close()` closes the ledger.
   *
   * @param options `path` or `url`, `trust` and others of `openLedger`; `entities` may be left to `forFeature`
   * @throws TypeError for a name that is none. What else is wrong fails the start, with what `openLedger` throws
   */
  static forRoot(options: ImmurepoModuleOptions): DynamicModule {
    const { name, ...ledger } = Object(options) as ImmurepoModuleOptions;
    return around({ name, options: (token) => [made(token, () => ledger)], opening });
  }

  /**
   * As `forRoot`, with options that other providers have a part in.
   *
   * @param options one of `useFactory` (with `inject`), `useClass` and `useExisting`; `imports` for what they need
   * @throws TypeError for none or several of them, or a name that is none
   * @example
   * ImmurepoModule.forRootAsync({
   *   inject: [ConfigService],
   *   useFactory: (config: ConfigService) => ({ url: config.getOrThrow('LEDGER_URL'), trust: { firstUse: true } }),
   * })
   */
  static forRootAsync(options: ImmurepoModuleAsyncOptions): DynamicModule {
    const { name, imports } = options;
    const providers = (token: symbol) => asyncProviders(options, token);
    // Told where it is written, and not when the application starts.
    providers(Symbol());
    return around({ name, ...(imports === undefined ? {} : { imports }), options: providers, opening });
  }

  /**
   * The repositories of classes, for the providers and controllers of the module that imports this. Their entities are
   * part of the ledger without being named anywhere else.
   *
   * @param classes entities, and classes that extend `Repository`
   * @param ledger the name of the ledger; default the one without
   * @throws TypeError for what is no class, a repository class that does not say of which entity it is, or a name that is none
   */
  static forFeature(classes: readonly InjectableRepository[], ledger?: string): DynamicModule {
    return { module: ImmurepoModule, ...featureOf(classes, ledger) };
  }
}

function around(source: LedgerSource<ImmurepoLedgerOptions>): DynamicModule {
  return { module: ImmurepoModule, imports: [ImmurepoCoreModule.of(source)] };
}

function opening(options: ImmurepoLedgerOptions): LedgerOpening {
  if (typeof options !== 'object' || (options as unknown) === null)
    throw new TypeError('The options of a ledger must be an object with a path or a url.');
  if ('name' in options)
    throw new TypeError('The name of a ledger is given to forRootAsync itself, beside its factory.');
  const { entities = [], retry, ...where } = options;
  // What a variable of the environment should have said must not become a server on this machine unnoticed.
  if (where.path === undefined && where.url === undefined && where.host === undefined)
    throw new TypeError('The options must say where the ledger is: path, or url (or host).');
  return {
    entities,
    retry: retryRules(retry),
    open: (all, operation) => openLedger({ ...where, entities: all }, operation),
  };
}

function made(provide: symbol, options: MadeOptions<ImmurepoLedgerOptions>): Provider {
  return { provide, useValue: options };
}

function asyncProviders(options: ImmurepoModuleAsyncOptions, provide: symbol): Provider[] {
  const { useFactory, inject = [], useClass, useExisting } = options;
  const ways = [useFactory, useClass, useExisting].filter((way) => way !== undefined);
  if (ways.length !== 1)
    throw new TypeError('forRootAsync takes exactly one of useFactory, useClass and useExisting.');
  if (useFactory !== undefined) {
    const given =
      (...injected: unknown[]): MadeOptions<ImmurepoLedgerOptions> =>
      () =>
        useFactory(...injected);
    return [{ provide, useFactory: given, inject }];
  }
  const asking = (factory: InjectionToken): Provider => ({
    provide,
    useFactory: (asked: ImmurepoOptionsFactory): MadeOptions<ImmurepoLedgerOptions> => {
      return () => asked.createImmurepoOptions();
    },
    inject: [factory],
  });
  if (useClass !== undefined) return [{ provide: useClass, useClass }, asking(useClass)];
  return useExisting === undefined ? [] : [asking(useExisting)];
}
