// The decorators of constructors and properties that are given a repository or a ledger.

import { Inject } from '@nestjs/common';
import { getLedgerToken, getRepositoryToken, type InjectableRepository } from './tokens.js';

/** Marks a parameter of a constructor, or a property. */
export type InjectDecorator = PropertyDecorator & ParameterDecorator;

/**
 * Injects the repository of a class, which a module must have named: `ImmurepoModule.forFeature([Order])`.
 *
 * @param repository an entity class, or a class that extends `Repository` (in the default ledger its type alone will do)
 * @param ledger the name of the ledger; default the one without
 * @throws TypeError for what is no class
 * @example
 * constructor(@InjectRepository(Order) private readonly orders: Repository<Order>) {}
 */
export function InjectRepository(repository: InjectableRepository, ledger?: string): InjectDecorator {
  return Inject(getRepositoryToken(repository, ledger));
}

/**
 * Injects a ledger. The default one can be had by the type `Ledger` too.
 *
 * @param ledger its name; default the one without
 * @example
 * constructor(@InjectLedger() private readonly ledger: Ledger) {}
 */
export function InjectLedger(ledger?: string): InjectDecorator {
  return Inject(getLedgerToken(ledger));
}
