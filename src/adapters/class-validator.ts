// class-validator as what says whether an entity may be stored.

import type { ValidateFunction, ValidationIssue } from '../entity/validator.js';

/** Options of class-validator. They mean what they mean there. */
export interface ClassValidatorOptions {
  readonly groups?: readonly string[];
  readonly always?: boolean;
  readonly strictGroups?: boolean;
  readonly skipUndefinedProperties?: boolean;
  readonly skipNullProperties?: boolean;
  readonly skipMissingProperties?: boolean;
  readonly stopAtFirstError?: boolean;
  readonly dismissDefaultMessages?: boolean;
  readonly enableDebugMessages?: boolean;
  /** Default true: what `@ValidateNested` reaches and has no decorators is refused. */
  readonly forbidUnknownValues?: boolean;
  /** Only together with `forbidNonWhitelisted`: alone it would take properties out of the entity. */
  readonly whitelist?: boolean;
  readonly forbidNonWhitelisted?: boolean;
}

/** One error of class-validator, as far as it is read here. */
export interface ClassValidatorError {
  /** Absent where the object as a whole is meant. */
  readonly property?: string;
  readonly value?: unknown;
  readonly constraints?: Readonly<Record<string, string>>;
  readonly children?: readonly ClassValidatorError[];
}

/** The module `class-validator`, as the application imports it. */
export interface ClassValidatorModule {
  validate(object: object, options?: object): Promise<readonly ClassValidatorError[]>;
}

const OPTIONS: ReadonlySet<string> = new Set([
  'groups',
  'always',
  'strictGroups',
  'skipUndefinedProperties',
  'skipNullProperties',
  'skipMissingProperties',
  'stopAtFirstError',
  'dismissDefaultMessages',
  'enableDebugMessages',
  'forbidUnknownValues',
  'whitelist',
  'forbidNonWhitelisted',
] satisfies (keyof ClassValidatorOptions)[]);

function verifyOptions(options: ClassValidatorOptions): void {
  const unknown = Object.keys(options).find((name) => !OPTIONS.has(name));
  if (unknown !== undefined)
    throw new TypeError(`classValidator() has no option ${unknown}: it takes ${[...OPTIONS].join(', ')}.`);
  if (options.whitelist === true && options.forbidNonWhitelisted !== true) {
    throw new TypeError(
      'classValidator(): { whitelist: true } alone would take properties out of the entity that is being saved. Add forbidNonWhitelisted: true to have them refused.',
    );
  }
}

function isModule(module: unknown): module is ClassValidatorModule {
  return (
    typeof module === 'object' && module !== null && typeof Reflect.get(module, 'validate') === 'function'
  );
}

/** The class of the entity has no decorators, or none for these groups: nothing is said of it. */
function isUnknownEntity([error, ...more]: readonly ClassValidatorError[]): boolean {
  return error?.property === undefined && error?.constraints?.unknownValue !== undefined && more.length === 0;
}

type Path = readonly PropertyKey[];

/** `inside`: what the property belongs to; in arrays and Sets it is a place. */
function stepTo({ property }: ClassValidatorError, inside: unknown): Path {
  if (property === undefined) return [];
  return [Array.isArray(inside) || inside instanceof Set ? Number(property) : property];
}

function issuesOf(errors: readonly ClassValidatorError[], inside: unknown, path: Path): ValidationIssue[] {
  return errors.flatMap((error) => {
    const here = [...path, ...stepTo(error, inside)];
    const own = Object.entries(error.constraints ?? {}).map(([constraint, message]) => ({
      message: messageOf(constraint, message),
      path: here,
    }));
    return [...own, ...issuesOf(error.children ?? [], error.value, here)];
  });
}

/** Without default messages there may be none. What the library says of unknown values is meant for its callers. */
function messageOf(constraint: string, message: string): string {
  if (constraint === 'unknownValue')
    return 'is of no class with decorators of class-validator, so nothing in it would be checked';
  return message === '' ? constraint : message;
}

/**
 * class-validator as the validator of a ledger: what its decorators find wrong with an entity, before it is stored. An entity
 * without such decorators passes. Nothing is changed in the entity.
 *
 * @param module the application's own
 * @param options of class-validator; those that would change the entity are refused
 * @returns for `openLedger({ validator: … })`
 * @throws TypeError if it is another module, or for an option that has no place here
 * @example
 * const validator = classValidator(await import('class-validator'));
 * const ledger = await openLedger({ path: './ledger', entities: [Account], validator });
 */
export function classValidator(
  module: ClassValidatorModule,
  options: ClassValidatorOptions = {},
): ValidateFunction<unknown> {
  if (!isModule(module))
    throw new TypeError(
      'classValidator() takes the module: import * as module of class-validator, and hand it over as classValidator(module).',
    );
  verifyOptions(options);
  // The values tell arrays from objects with numbers for names.
  const all = { forbidUnknownValues: true, ...options, validationError: { target: false, value: true } };
  return async (entity) => {
    if (typeof entity !== 'object' || entity === null) return undefined;
    const errors = await module.validate(entity, all);
    return errors.length === 0 || isUnknownEntity(errors) ? undefined : issuesOf(errors, entity, []);
  };
}
