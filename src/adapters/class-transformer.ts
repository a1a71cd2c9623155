// class-transformer as what makes instances of entities and takes them apart. It loses what it does not know (bytes, Sets,
// Maps, classes without @Type) without a word: here each value is followed to storage and back before it is stored.

import { storableCopy } from '../codec/storable-value.js';
import { ownDeclaration } from '../entity/declaration.js';
import type { EntityClass } from '../entity/entity-types.js';
import type { Hydrator } from '../entity/hydrator.js';
import { ImmuError } from '../errors.js';
import {
  transformerOf,
  type ClassTransformerModule,
  type ClassTransformerOptions,
  type Transformer,
} from './class-transformer-module.js';
import { hostileNameIn } from './hostile-names.js';
import { leavingAsIs } from './left-as-is.js';
import { differenceIn, isOpaque, lossIn, type Loss } from './losses.js';
import { problemsOfClass } from './class-problems.js';
import { placeOf, remedyFor } from './loss-text.js';

type Stored = Readonly<Record<string, unknown>>;

/** The declared properties that an instance has: what an initializer adds beside them is not stored. */
function declaredPart<T extends object>(entityClass: EntityClass<T>, instance: T): T {
  const declared = [...(ownDeclaration(entityClass)?.fields.keys() ?? Object.keys(instance))];
  const part = Object.create(entityClass.prototype as object) as T;
  for (const name of declared) {
    if (!Object.hasOwn(instance, name)) continue;
    const value: unknown = Reflect.get(instance, name);
    Object.defineProperty(part, name, { value, writable: true, enumerable: true, configurable: true });
  }
  return part;
}

/** What the library makes of an entity, as a codec will give it back: bytes without a class, and nothing shared. */
function plainOf(transformer: Transformer, entityClass: EntityClass, entity: object): Stored {
  const plain = leavingAsIs(entity, () => transformer.toPlain(entity));
  return storableCopy(plain as Stored, entityClass.name);
}

function refusal({ name }: EntityClass, problem: string, details: Stored, cause?: unknown): ImmuError {
  return new ImmuError('VALUE_REFUSED', `${name}${problem}`, { cause, details });
}

function refuseLoss(entityClass: EntityClass, loss: Loss): never {
  const place = placeOf(loss.path);
  throw refusal(
    entityClass,
    `${place} is ${loss.what}, and class-transformer makes ${loss.became} of it: ${remedyFor(loss)}.`,
    { place: entityClass.name + place },
  );
}

function stored(transformer: Transformer, entityClass: EntityClass, entity: object): Stored {
  const first = plainOf(transformer, entityClass, entity);
  // A copy: the library takes the names of subtypes out of what it reads.
  const again = transformer.toInstance(entityClass, storableCopy(first, entityClass.name));
  const loss = lossIn(entity, again);
  if (loss !== undefined) refuseLoss(entityClass, loss);
  const second = plainOf(transformer, entityClass, declaredPart(entityClass, again));
  const path = differenceIn(first, second);
  if (path === undefined) return first;
  const place = placeOf(path);
  throw refusal(
    entityClass,
    `${place}, as it is stored, would be read as something else and stored differently the next time: ` +
      'let @Transform and @Type undo on the way back (toClassOnly) what they do on the way to storage (toPlainOnly).',
    { place: entityClass.name + place },
  );
}

function unreadable(entityClass: EntityClass, problem: string, cause?: unknown): ImmuError {
  return new ImmuError('UNREADABLE_RECORD', `${entityClass.name}: ${problem}`, { cause });
}

/** Bytes, Sets and Maps of a record that was not written by this library, which it would lose when reading. */
function lossOfReading(
  transformer: Transformer,
  entityClass: EntityClass,
  kept: Stored,
  instance: object,
): Loss | undefined {
  return lossIn(kept, plainOf(transformer, entityClass, declaredPart(entityClass, instance)));
}

function loaded<T extends object>(transformer: Transformer, entityClass: EntityClass<T>, plain: Stored): T {
  const name = hostileNameIn(plain);
  if (name !== undefined) {
    throw unreadable(entityClass, `the record has a property named ${name}, which reaches into prototypes.`);
  }
  const kept = hasOpaque(plain) ? storableCopy(plain, entityClass.name) : undefined;
  let loss: Loss | undefined;
  let instance: T;
  try {
    instance = transformer.toInstance(entityClass, plain);
    if (kept !== undefined) loss = lossOfReading(transformer, entityClass, kept, instance);
  } catch (cause) {
    throw unreadable(
      entityClass,
      `class-transformer made no instance of the record: ${String(cause)}.`,
      cause,
    );
  }
  if (loss === undefined) return instance;
  throw unreadable(
    entityClass,
    `${placeOf(loss.path)} is stored as ${loss.what}, and class-transformer makes ${loss.became} of it. ` +
      `Let an upcast make of it what the library can carry, or ${remedyFor(loss)}.`,
  );
}

function hasOpaque(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return isOpaque(value) || Object.values(value).some(hasOpaque);
}

/**
 * class-transformer as what makes the instances of the entities that ask for it, with `@Type`, `@Expose`, `@Exclude` and
 * `@Transform`: `@Entity({ name: 'account', hydrator: 'class-transformer' })`.
 *
 * Unlike our own way, it runs the constructor when an entity is read, without arguments: field initializers run, `#private`
 * fields exist, and a property that was not stored has what its initializer gives. It runs once more for each save, which
 * follows every value to storage and back: a value that class-transformer would lose is refused, with the property's name.
 * When a ledger opens, functions of `@Transform` may be tried with values they do not expect. `diff` names properties as they
 * are stored.
 *
 * @param module the application's own, since each copy of the library knows only the decorators it gave out itself
 * @param options of class-transformer, for both directions
 * @returns for `openLedger({ hydrators: [ … ] })`
 * @throws TypeError if it is another module, or for an option that has no place here
 * @example
 * const hydrators = [classTransformer(await import('class-transformer'))];
 * const ledger = await openLedger({ path: './ledger', entities: [Account], hydrators });
 */
export function classTransformer(
  module: ClassTransformerModule,
  options: ClassTransformerOptions = {},
): Hydrator {
  const transformer = transformerOf(module, options);
  const toStored = (entityClass: EntityClass, entity: object): Stored => {
    try {
      return stored(transformer, entityClass, entity);
    } catch (cause) {
      if (cause instanceof ImmuError) throw cause;
      throw refusal(
        entityClass,
        `: class-transformer did not get it into storage and back: ${String(cause)}.`,
        {},
        cause,
      );
    }
  };
  return {
    name: 'class-transformer',
    problemsOf: (entityClass, properties) => problemsOfClass(transformer, entityClass, properties, toStored),
    toStored,
    fromStored: (entityClass, plain) => loaded(transformer, entityClass, plain),
  };
}
