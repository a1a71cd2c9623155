// Under which tokens an application is given ledgers and repositories: one for each class and ledger, by identity. Two
// classes of one name have nothing in common, and a ledger may be called like a class.

import type { EntityClass } from '../entity/entity-types.js';
import { isRepositoryClass, type RepositoryClass } from '../repository/custom-repository.js';
import { Ledger } from '../repository/ledger.js';
import type { Repository } from '../repository/repository.js';

/** The name of the ledger that was given none. */
export const DEFAULT_LEDGER = 'default';

/** A class that a repository can be injected for: an entity, or a class that extends `Repository`. */
export type InjectableRepository =
  | EntityClass
  // What it is a repository of, and with which methods, is for whoever injects it.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a class is no subtype of one whose constructor takes more
  | RepositoryClass<any, Repository<any>>;

/** What a repository is provided under. */
export type RepositoryToken = symbol | InjectableRepository;

/** What a ledger is provided under. */
export type LedgerToken = symbol | typeof Ledger;

/** Symbols by what they stand for. Held weakly: they mean nothing once the class is gone. */
const repositoryTokens = new WeakMap<object, Map<string, symbol>>();

/**
 * What the repository of a class is provided under, for `overrideProvider` and `inject`. A class that extends
 * `Repository` is its own token in the default ledger.
 *
 * @param repository an entity class, or a class that extends `Repository`
 * @param ledger the name of the ledger; default the one without
 * @returns always the same for the same class and ledger
 * @throws TypeError for what is no class, or a name that is none
 * @example
 * Test.createTestingModule({ imports: [OrdersModule] })
 *   .overrideProvider(getRepositoryToken(Order)).useValue({ find: () => undefined })
 */
export function getRepositoryToken(repository: InjectableRepository, ledger?: string): RepositoryToken {
  assertClass(repository, 'getRepositoryToken');
  const name = ledgerName(ledger);
  if (name === DEFAULT_LEDGER && isRepositoryClass(repository)) return repository;
  const ofClass = repositoryTokens.get(repository) ?? new Map<string, symbol>();
  repositoryTokens.set(repository, ofClass);
  const where = name === DEFAULT_LEDGER ? '' : `, '${name}'`;
  const token =
    ofClass.get(name) ??
    Symbol(`repository of ${repository.name}, by ImmurepoModule.forFeature([${repository.name}]${where})`);
  ofClass.set(name, token);
  return token;
}

/**
 * What a ledger is provided under, for `overrideProvider` and `inject`: the class `Ledger` for the default one.
 *
 * @param ledger its name; default the one without
 * @throws TypeError for a name that is none
 */
export function getLedgerToken(ledger?: string): LedgerToken {
  const name = ledgerName(ledger);
  // Registered, since names of ledgers are the application's own: what matters is that no class can have it.
  return name === DEFAULT_LEDGER ? Ledger : Symbol.for(`immurepo ledger '${name}'`);
}

/**
 * What repositories wait for. It leads to the ledger, and is called after what is missing where there is none.
 */
export function openLedgerToken(ledger: string): symbol {
  const options = ledger === DEFAULT_LEDGER ? '…' : `{ name: '${ledger}', … }`;
  return Symbol.for(`immurepo ledger opened by ImmurepoModule.forRoot(${options})`);
}

/**
 * The name of a ledger, said or not.
 *
 * @throws TypeError for a name that is none
 */
export function ledgerName(given: unknown = DEFAULT_LEDGER): string {
  if (typeof given === 'string' && given !== '') return given;
  throw new TypeError(
    'The name of a ledger must be a text that is not empty. Leave it out for the default ledger.',
  );
}

/**
 * Whether it can be a class at all.
 *
 * @throws TypeError if not
 */
export function assertClass(given: unknown, asked: string): asserts given is InjectableRepository {
  if (typeof given === 'function') return;
  throw new TypeError(
    `${asked} takes an entity class, or a class that extends Repository, not ${given === null ? 'null' : typeof given}. If it ` +
      'is imported, the two modules may import each other: move the class to a module of its own.',
  );
}
