// Whether a copy of class-transformer knows decorators of a class. It keeps them to itself, so that two copies know nothing
// of each other's; what it does shows what it knows. It asks `targetMaps` for a type exactly where no @Type gave one.

import { equalValues } from '../codec/equal-values.js';
import type { EntityClass } from '../entity/entity-types.js';
import type { ClassTransformerOptions, Transformer } from './class-transformer-module.js';

/** What @Transform is tried with: a function that changes none of these, nor fails on any, goes unnoticed. */
const MARKERS: readonly unknown[] = [
  undefined,
  null,
  ' aB1 ',
  1.5,
  -7n,
  true,
  new Date(1),
  ['b', 'a'],
  { a: 1 },
];

/** The library on one class. */
interface Probe {
  readonly transformer: Transformer;
  readonly entityClass: EntityClass;
  readonly properties: readonly string[];
}

/** An instance whose constructor did not run, with a value for each property; or none. */
function bareInstance({ entityClass, properties }: Probe, value: unknown): object {
  const instance = Object.create(entityClass.prototype as object) as object;
  return Object.assign(instance, recordOf(properties, value));
}

function recordOf(properties: readonly string[], value: unknown): Record<string, unknown> {
  return Object.fromEntries(properties.map((property) => [property, value]));
}

/** The properties for which a type was looked for and none is known, in one direction. */
function untyped(
  { entityClass }: Probe,
  options: ClassTransformerOptions,
  run: (options: ClassTransformerOptions) => unknown,
): ReadonlySet<string> {
  const asked = new Set<string>();
  const properties = new Proxy(
    {},
    {
      get: (_, name) => {
        asked.add(String(name));
        return undefined;
      },
    },
  );
  run({ ...options, targetMaps: [{ target: entityClass, properties }] });
  return asked;
}

function untypedBothWays(
  probe: Probe,
  properties: readonly string[],
  options: ClassTransformerOptions,
): readonly ReadonlySet<string>[] {
  const { transformer, entityClass } = probe;
  const plain = recordOf(properties, undefined);
  const instance = bareInstance({ ...probe, properties }, undefined);
  return [
    untyped(probe, options, (all) => transformer.toInstance(entityClass, plain, all)),
    untyped(probe, options, (all) => transformer.toPlain(instance, all)),
  ];
}

/** @Expose brings in a property that is not there, or on a class all of them where the rule is to exclude. */
function hasExposed(probe: Probe): boolean {
  const ofNothing = untypedBothWays(probe, [], {});
  const againstTheRule = untypedBothWays(probe, probe.properties, { strategy: 'excludeAll' });
  return [...ofNothing, ...againstTheRule].some(({ size }) => size > 0);
}

/** @Exclude, and @Expose for some only, leave a property out; of one with @Type no type is looked for elsewhere. */
function hasTypedOrLeftOut(probe: Probe): boolean {
  const { properties } = probe;
  return untypedBothWays(probe, properties, {}).some((asked) => !properties.every((name) => asked.has(name)));
}

/** @Transform makes another value, or fails. */
function hasTransformed(probe: Probe): boolean {
  const { transformer, entityClass, properties } = probe;
  return MARKERS.some((marker) => {
    const instance = transformer.toInstance(entityClass, recordOf(properties, marker), {});
    const plain = transformer.toPlain(bareInstance(probe, marker), {}) as object;
    return properties.some(
      (name) =>
        !equalValues(marker, Reflect.get(instance, name)) || !equalValues(marker, Reflect.get(plain, name)),
    );
  });
}

/**
 * Whether the library has decorators, or target maps, for a class. Runs its constructor, and functions of @Transform with
 * values they may not expect.
 *
 * @param properties the declared ones
 */
export function hasVisibleDecorators(
  transformer: Transformer,
  entityClass: EntityClass,
  properties: readonly string[],
): boolean {
  if (transformer.options.targetMaps?.some(({ target }) => target === entityClass) === true) return true;
  const probe = { transformer, entityClass, properties };
  try {
    return hasExposed(probe) || hasTypedOrLeftOut(probe) || hasTransformed(probe);
  } catch {
    // Only what decorators brought in can have failed on such values: the constructor was tried before.
    return true;
  }
}
