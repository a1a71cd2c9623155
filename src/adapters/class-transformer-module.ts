// As much of class-transformer as is used here, by its shape: the library itself is the application's, and never imported.

import type { EntityClass } from '../entity/entity-types.js';

/** Options of class-transformer, for both directions. They mean what they mean there. */
export interface ClassTransformerOptions {
  /** What is exposed to these groups only takes part. */
  readonly groups?: readonly string[];
  /** For `since` and `until` of `@Expose`; not the version of the entity. */
  readonly version?: number;
  readonly strategy?: 'excludeAll' | 'exposeAll';
  readonly excludeExtraneousValues?: boolean;
  readonly excludePrefixes?: readonly string[];
  readonly enableImplicitConversion?: boolean;
  readonly exposeDefaultValues?: boolean;
  readonly exposeUnsetFields?: boolean;
  readonly targetMaps?: readonly TargetMap[];
}

/** Types of properties, said beside a class. */
export interface TargetMap {
  readonly target: unknown;
  readonly properties: object;
}

/** The module `class-transformer`, as the application imports it. */
export interface ClassTransformerModule {
  plainToInstance(entityClass: never, plain: object, options?: object): unknown;
  instanceToPlain(instance: object, options?: object): unknown;
}

/** The library with its options. */
export class Transformer {
  readonly #module: ClassTransformerModule;
  readonly options: ClassTransformerOptions;

  /** @param options what every call is made with */
  constructor(module: ClassTransformerModule, options: ClassTransformerOptions) {
    this.#module = module;
    this.options = options;
  }

  /** An instance of a plain object, which may lose properties by it. Runs the constructor, without arguments. */
  toInstance<T extends object>(entityClass: EntityClass<T>, plain: object, options = this.options): T {
    return this.#module.plainToInstance(entityClass as never, plain, options) as T;
  }

  /** What the library makes of an instance, which may gain properties by it. */
  toPlain(instance: object, options = this.options): unknown {
    return this.#module.instanceToPlain(instance, options);
  }
}

const OPTIONS: ReadonlySet<string> = new Set([
  'groups',
  'version',
  'strategy',
  'excludeExtraneousValues',
  'excludePrefixes',
  'enableImplicitConversion',
  'exposeDefaultValues',
  'exposeUnsetFields',
  'targetMaps',
] satisfies (keyof ClassTransformerOptions)[]);

/**
 * The library for use.
 *
 * @throws TypeError if it is another module, or for an option that has no place here
 */
export function transformerOf(module: unknown, options: ClassTransformerOptions): Transformer {
  if (!isModule(module)) {
    throw new TypeError(
      'classTransformer() takes the module whose decorators your classes use: import * as module of class-transformer, and hand it over as classTransformer(module).',
    );
  }
  const unknown = Object.keys(options).find((name) => !OPTIONS.has(name));
  if (unknown !== undefined)
    throw new TypeError(`classTransformer() has no option ${unknown}: it takes ${[...OPTIONS].join(', ')}.`);
  return new Transformer(module, { ...options });
}

function isModule(module: unknown): module is ClassTransformerModule {
  if (typeof module !== 'object' || module === null) return false;
  return ['plainToInstance', 'instanceToPlain'].every(
    (name) => typeof Reflect.get(module, name) === 'function',
  );
}
