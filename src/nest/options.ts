// What an application says of a ledger, at once or by a factory.

import type { InjectionToken, ModuleMetadata, OptionalFactoryDependency, Type } from '@nestjs/common';
import type { EntityClass } from '../entity/entity-types.js';
import type { OpenLedgerOptions } from '../open-ledger.js';
import type { RetryOptions } from './retry.js';

/** Of each kind of options by itself: a union of them stays one. */
type WithoutEntities<Options> = Options extends unknown ? Omit<Options, 'entities'> : never;

/** How a ledger is opened, by whoever names it elsewhere. */
export type ImmurepoLedgerOptions = WithoutEntities<OpenLedgerOptions> & {
  /** Entities besides those that modules name by `forFeature`. Default none. */
  readonly entities?: readonly EntityClass[];
  /** What is done where a server is not there yet, or `false` to fail at once. */
  readonly retry?: RetryOptions | false;
};

/** What `ImmurepoModule.forRoot` takes: the options of `openLedger`, where entities may be left to `forFeature`. */
export type ImmurepoModuleOptions = ImmurepoLedgerOptions & {
  /** The name of the ledger in this application, if it has several. Default: it is the one without. */
  readonly name?: string;
};

/** A class that makes options. */
export interface ImmurepoOptionsFactory {
  /** The options of the ledger, without its name. */
  createImmurepoOptions(): Promise<ImmurepoLedgerOptions> | ImmurepoLedgerOptions;
}

/** Options that other providers have a part in: exactly one of `useFactory`, `useClass` and `useExisting`. */
export interface ImmurepoModuleAsyncOptions extends Pick<ModuleMetadata, 'imports'> {
  /** The name of the ledger in this application, if it has several. Default: it is the one without. */
  readonly name?: string;
  /** Makes the options out of what `inject` names. */
  // What it is given is what `inject` names, which types do not follow.
  readonly useFactory?: (
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as said above
    ...injected: any[]
  ) => Promise<ImmurepoLedgerOptions> | ImmurepoLedgerOptions;
  /** What `useFactory` is given, in this order. */
  readonly inject?: (InjectionToken | OptionalFactoryDependency)[];
  /** A class that is instantiated for this, and asked for the options. */
  readonly useClass?: Type<ImmurepoOptionsFactory>;
  /** A provider of the application that is asked for the options. */
  readonly useExisting?: InjectionToken<ImmurepoOptionsFactory>;
}
