// What the modules of one application name, found in its container: nothing is kept for the whole process.

import type { ModulesContainer } from '@nestjs/core';
import type { EntityClass } from '../entity/entity-types.js';

/** Under this each call of `forFeature` leaves what it names, in a module of its own. */
export const FEATURE = Symbol('immurepo entities of a module');

/** Under this each call of `forRoot` leaves the name of its ledger, in a module of its own. */
export const LEDGER = Symbol('immurepo name of a ledger');

/**
 * What one call of `forFeature` names.
 */
export interface Feature {
  readonly ledger: string;
  readonly entities: readonly EntityClass[];
  /** Tells it from a call for classes of the same names, where Nest compares modules by their text. */
  readonly id: string;
}

/**
 * What one call of `forRoot` names.
 */
export interface NamedLedger {
  readonly name: string;
  /** As that of a {@link Feature}. */
  readonly id: string;
}

function valuesUnder<Value>(modules: ModulesContainer, token: symbol): Value[] {
  const wrappers = [...modules.values()].map((module) => module.providers.get(token));
  // What is left under these symbols is left by this package.
  return wrappers.flatMap((wrapper) => (wrapper === undefined ? [] : [wrapper.instance as Value]));
}

/** The entities that modules name for a ledger. */
export function entitiesNamed(modules: ModulesContainer, ledger: string): readonly EntityClass[] {
  const features = valuesUnder<Feature>(modules, FEATURE);
  return features.flatMap((feature) => (feature.ledger === ledger ? feature.entities : []));
}

/** The names of the ledgers of the application, each as often as it was given. */
export function ledgersNamed(modules: ModulesContainer): readonly string[] {
  return valuesUnder<NamedLedger>(modules, LEDGER).map(({ name }) => name);
}
