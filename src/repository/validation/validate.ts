// What all validators say of all entities of one call, gathered into one error.

import type { EntitySchema } from '../../entity/entity-schema.js';
import type { Validator } from '../../entity/validator.js';
import { type EntityIssue, ValidationError } from '../../errors.js';
import { payloadOf } from '../entity-bytes.js';
import { pathText } from './issue-path.js';
import { isPromise } from '../../entity/promise.js';
import { issuesOf } from './run-validator.js';

/** So many are in the message; the error has all. */
const SHOWN = 3;

/** One question to one validator. */
interface Question {
  readonly validator: Validator;
  /** The property it is about; undefined for the whole. */
  readonly property: string | undefined;
}

/** What is asked of each entity of a class: properties first, then the entity, then what the ledger demands of all. */
export function questionsOf<T extends object>(
  { validators, settings }: EntitySchema<T>,
  ofAll: Validator<object> | undefined,
): readonly Question[] {
  // Each is given what it is declared for.
  const ofWhole = [settings.validate, ofAll as Validator | undefined].filter((one) => one !== undefined);
  return [
    ...validators.map(({ property, validate }) => ({ validator: validate, property })),
    ...ofWhole.map((validator) => ({ validator, property: undefined })),
  ];
}

/**
 * Asks about all entities.
 *
 * @returns what was asked about: the payload of each, before its validators saw it
 * @throws ValidationError with everything that is wrong; or, at once, where a validator fails itself · ImmuError
 *   VALUE_REFUSED, VALUE_TOO_LARGE for what validators let pass and nothing can store
 */
export async function validate<T extends object>(
  schema: EntitySchema<T>,
  entities: readonly T[],
  questions: readonly Question[],
): Promise<readonly Uint8Array[]> {
  const found: EntityIssue[] = [];
  const asked: (() => Uint8Array)[] = [];
  for (const entity of entities) {
    asked.push(encoded(schema, entity));
    for (const question of questions) found.push(...(await answered(schema, entity, question)));
  }
  if (found.length > 0) throw new ValidationError(messageOf(found), found);
  return asked.map((payload) => payload());
}

/** What cannot be stored is for validators to refuse first: they may say more of it. */
function encoded<T extends object>(schema: EntitySchema<T>, entity: T): () => Uint8Array {
  try {
    const payload = payloadOf(schema, entity, undefined);
    return () => payload;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

async function answered<T extends object>(
  schema: EntitySchema<T>,
  entity: T,
  { validator, property }: Question,
): Promise<EntityIssue[]> {
  const name = schema.describe(schema.idOf(entity));
  const before = property === undefined ? [] : [property];
  try {
    const value: unknown = property === undefined ? entity : Reflect.get(entity, property);
    const given = () => (property === undefined ? dataOf(schema, entity) : value);
    const answer = issuesOf(validator, value, given);
    const issues = isPromise(answer) ? await answer : answer;
    return issues.map(({ path = [], message }) => ({
      entity: name,
      path: pathText([...before, ...path]),
      message,
    }));
  } catch (cause) {
    const where = property === undefined ? name : `${property} of ${name}`;
    const message = `The validator of ${where} failed itself: ${String(cause)}. Nothing was written.`;
    throw new ValidationError(message, [], { cause });
  }
}

/** The declared properties, by their names in the class; those that are undefined left out. */
function dataOf<T extends object>({ properties }: EntitySchema<T>, entity: T): object {
  const values = properties.map(
    ({ property }) => [property, Reflect.get(entity, property) as unknown] as const,
  );
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function messageOf(issues: readonly EntityIssue[]): string {
  const shown = issues
    .slice(0, SHOWN)
    .map(({ entity, path, message }) => `${entity}${path === '' ? '' : `, ${path}`}: ${message}`);
  const more = issues.length > SHOWN ? `; and ${issues.length - SHOWN} more` : '';
  return `Not as it must be, so nothing was written: ${shown.join('; ')}${more}.`;
}
