// The module behind `forRoot`: one ledger, opened when the application starts, for all modules of it.

import { randomUUID } from 'node:crypto';
import { type DynamicModule, Global, Module, type Provider } from '@nestjs/common';
import type { Ledger } from '../repository/ledger.js';
import { ApplicationLedgers } from './application-ledgers.js';
import { LedgerHealth } from './ledger-health.js';
import { LEDGER, type NamedLedger } from './named.js';
import { type LedgerOpening, OpenLedgers } from './open-ledgers.js';
import { ledgerName, getLedgerToken, openLedgerToken } from './tokens.js';

/** What all ledgers of an application have in common. */
@Global()
@Module({
  providers: [OpenLedgers, ApplicationLedgers, LedgerHealth],
  exports: [OpenLedgers, ApplicationLedgers, LedgerHealth],
})
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a module of Nest is a class
class SharedModule {}

/** Where the options of a ledger come from, and how it is opened with them. */
export interface LedgerSource<Options> extends Pick<DynamicModule, 'imports'> {
  readonly name: string | undefined;
  /** Provides, under the token it is given, what makes the options: {@link MadeOptions}. */
  options(token: symbol): Provider[];
  /** Checks them. @throws TypeError */
  opening(options: Options): LedgerOpening;
}

/** Makes the options of a ledger: whatever fails in it fails the ledger, and what was opened beside it is closed. */
export type MadeOptions<Options> = () => Promise<Options> | Options;

const OPTIONS = Symbol('immurepo options of a ledger');

/** Provides one ledger to all modules. */
@Global()
@Module({})
// eslint-disable-next-line @typescript-eslint/no-extraneous-class -- a module of Nest is a class
export class ImmurepoCoreModule {
  /** @throws TypeError for a name that is none */
  static of<Options>(source: LedgerSource<Options>): DynamicModule {
    const name = ledgerName(source.name);
    const named: NamedLedger = { name, id: randomUUID() };
    const ledger = getLedgerToken(name);
    return {
      module: ImmurepoCoreModule,
      imports: [SharedModule, ...(source.imports ?? [])],
      providers: [
        { provide: LEDGER, useValue: named },
        ...source.options(OPTIONS),
        {
          provide: ledger,
          useFactory: (ledgers: OpenLedgers, made: MadeOptions<Options>) =>
            ledgers.open(name, async () => source.opening(await made())),
          inject: [OpenLedgers, OPTIONS],
        },
        {
          provide: openLedgerToken(name),
          useFactory: (ledgers: ApplicationLedgers, opened: Ledger) => {
            ledgers.add(name, opened);
            return opened;
          },
          inject: [ApplicationLedgers, ledger],
        },
      ],
      exports: [ledger, openLedgerToken(name)],
    };
  }
}
