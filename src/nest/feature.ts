// What `forFeature` provides: the repositories of some classes of one ledger.

import { randomUUID } from 'node:crypto';
import type { DynamicModule, Provider } from '@nestjs/common';
import type { EntityClass } from '../entity/entity-types.js';
import { isRepositoryClass } from '../repository/custom-repository.js';
import type { Ledger } from '../repository/ledger.js';
import { FEATURE, type Feature } from './named.js';
import {
  assertClass,
  getRepositoryToken,
  type InjectableRepository,
  ledgerName,
  openLedgerToken,
} from './tokens.js';

/**
 * The providers of repositories, and what they export.
 *
 * @throws TypeError for what is no class, or a repository class that does not say of which entity it is
 */
export function featureOf(
  classes: readonly InjectableRepository[],
  ledger: string | undefined,
): Pick<DynamicModule, 'providers' | 'exports'> {
  if (!Array.isArray(classes as unknown))
    throw new TypeError('forFeature takes a list of classes: forFeature([Order]).');
  const name = ledgerName(ledger);
  const distinct = [...new Set(classes)];
  const feature: Feature = { ledger: name, entities: distinct.map(entityOf), id: randomUUID() };
  const repositories = distinct.map((repository) => ({
    provide: getRepositoryToken(repository, name),
    useFactory: (opened: Ledger): object => opened.repository(repository as EntityClass),
    inject: [openLedgerToken(name)],
  })) satisfies Provider[];
  return {
    providers: [{ provide: FEATURE, useValue: feature }, ...repositories],
    exports: repositories.map(({ provide }) => provide),
  };
}

/** The entity a class is, or is for. */
function entityOf(given: InjectableRepository): EntityClass {
  assertClass(given, 'forFeature');
  if (!isRepositoryClass(given)) return given;
  const entity = given.entity as EntityClass | undefined;
  if (entity !== undefined) return entity;
  throw new TypeError(
    `${given.name} does not say which entity it is for: add \`static readonly entity = …;\` with the class.`,
  );
}
