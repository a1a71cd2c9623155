// The application's own module with its entity classes, as a command is told of it.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { printable } from '../client/printable.js';
import { ownDeclaration } from '../entity/declaration.js';
import type { EntityClass } from '../entity/entity-types.js';
import { type Arguments, type Options, UsageError } from './arguments.js';

/** The options that name a class. */
export const ENTITY_OPTIONS: Options = {
  module: { value: 'FILE', about: 'the module that exports the entity classes, one by one or in lists' },
  entity: { value: 'NAME', about: "the entity: its stored name, or the class's" },
};

/** An entity of the application. */
export interface NamedEntity {
  readonly entityClass: EntityClass;
  /** Its stored name. */
  readonly name: string;
}

/**
 * The class that `--entity` names, of the module that `--module` names, which is run.
 *
 * @throws UsageError if it cannot be loaded, or has no such entity
 */
export async function entityOf(given: Arguments): Promise<NamedEntity> {
  const file = given.required('module');
  const entities = entitiesIn(await load(file));
  const names = entities.map(({ entityClass, name }) => `${name} (${entityClass.name})`);
  const has = names.length === 0 ? 'exports no entity' : `has ${names.join(', ')}`;
  const asked = given.text('entity');
  if (asked === undefined) throw new UsageError(`--entity is missing: ${printable(file)} ${has}`);
  const found =
    entities.find(({ name }) => name === asked) ??
    entities.find(({ entityClass }) => entityClass.name === asked);
  if (found !== undefined) return found;
  throw new UsageError(`--entity: there is no "${printable(asked)}" in ${printable(file)}, which ${has}`);
}

async function load(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(resolve(file)).href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--module: ${printable(file)} cannot be loaded: ${problem}`);
  }
}

/** The entities among what is exported, each once. */
function entitiesIn(exported: Readonly<Record<string, unknown>>): readonly NamedEntity[] {
  return [...new Set(Object.values(exported).flat())].flatMap((value) => {
    if (typeof value !== 'function') return [];
    const entityClass = value as EntityClass;
    const entity = ownDeclaration(entityClass)?.entity;
    return entity === undefined ? [] : [{ entityClass, name: entity.name }];
  });
}
