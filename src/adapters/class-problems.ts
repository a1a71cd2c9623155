// What class-transformer cannot do for a class, as far as it can be known before there is an entity.

import type { EntityClass } from '../entity/entity-types.js';
import { ImmuError } from '../errors.js';
import type { Transformer } from './class-transformer-module.js';
import { placeOf, remedyFor } from './loss-text.js';
import { describeKind } from './losses.js';
import { hasVisibleDecorators } from './visible-decorators.js';

/** A value of each kind whose content the library loses by itself. */
const SAMPLES: ReadonlyMap<unknown, () => object> = new Map<unknown, () => object>([
  [Buffer, () => Buffer.of(1, 2)],
  [Uint8Array, () => Uint8Array.of(1, 2)],
  [Set, () => new Set(['a'])],
  [Map, () => new Map([['a', 'b']])],
  [URL, () => new URL('http://localhost/')],
  [RegExp, () => /a/],
]);

/** As the hydrator stores: refuses what would be lost. */
type ToStored = (entityClass: EntityClass, entity: object) => unknown;

interface ReflectMetadata {
  readonly getMetadata?: (key: string, target: object, property: string) => unknown;
}

/** A value as the property will hold it, if it is known to be one of those the library loses. */
function sampleFor(transformer: Transformer, entityClass: EntityClass, property: string): object | undefined {
  const noted = (Reflect as ReflectMetadata).getMetadata?.(
    'design:type',
    entityClass.prototype as object,
    property,
  );
  const make = SAMPLES.get(noted) ?? SAMPLES.get(typeGiven(transformer, entityClass, property)?.constructor);
  return make?.();
}

/** What `@Type` makes of an empty object. */
function typeGiven(transformer: Transformer, entityClass: EntityClass, property: string): object | undefined {
  try {
    const value: unknown = Reflect.get(transformer.toInstance(entityClass, { [property]: {} }), property);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    // A function of @Transform that does not take an empty object, or a class without an empty instance.
    return undefined;
  }
}

/** Why the values of a property would be lost, or `undefined` if they are not, or it is not known. */
function problemOfProperty(
  transformer: Transformer,
  entityClass: EntityClass,
  property: string,
  toStored: ToStored,
): string | undefined {
  const sample = sampleFor(transformer, entityClass, property);
  if (sample === undefined) return undefined;
  const entity = Object.create(entityClass.prototype as object) as object;
  Object.defineProperty(entity, property, {
    value: sample,
    writable: true,
    enumerable: true,
    configurable: true,
  });
  try {
    toStored(entityClass, entity);
    return undefined;
  } catch (error) {
    // Anything else may be the sample's fault, which is no value of the application.
    if (!(error instanceof ImmuError) || !isAbout(error, entityClass, property)) return undefined;
    const what = describeKind(sample);
    return `${property} is ${what}, whose content class-transformer loses: ${remedyFor({ what, became: '' })}`;
  }
}

function isAbout({ details }: ImmuError, { name }: EntityClass, property: string): boolean {
  return typeof details.place === 'string' && details.place.startsWith(name + placeOf([property]));
}

/** Why the class has no empty instance, or `undefined` if it has. */
function problemOfConstructor(entityClass: EntityClass): string | undefined {
  try {
    Reflect.construct(entityClass as new () => object, []);
    return undefined;
  } catch (error) {
    return `class-transformer runs the constructor without arguments, which fails: ${String(error)}`;
  }
}

/**
 * What is wrong with a class, as sentences without their end.
 *
 * @param properties the declared ones
 * @param toStored stores an entity, or refuses it for what would be lost
 */
export function problemsOfClass(
  transformer: Transformer,
  entityClass: EntityClass,
  properties: readonly string[],
  toStored: ToStored,
): readonly string[] {
  const problem = problemOfConstructor(entityClass);
  if (problem !== undefined) return [problem];
  if (!hasVisibleDecorators(transformer, entityClass, properties)) {
    return [
      'class-transformer knows no decorators of it: pass classTransformer() the very module the class has them ' +
        'from (`npm ls class-transformer` shows whether there are two), put one on it, or leave out the hydrator',
    ];
  }
  return properties.flatMap(
    (property) => problemOfProperty(transformer, entityClass, property, toStored) ?? [],
  );
}
