// What may say that an entity must not be stored as it is.

import type { StandardSchemaV1 } from '@standard-schema/spec';

/** One thing that is wrong. */
export interface ValidationIssue {
  /** What is wrong, for a person. */
  readonly message: string;
  /** Where: names of properties and places in arrays. Empty or absent for the whole. */
  readonly path?: readonly PropertyKey[] | undefined;
}

/** Looks at a value, changes nothing, and tells what is wrong; nothing or no issues if nothing is. */
export type ValidateFunction<V> = (
  value: V,
) => readonly ValidationIssue[] | undefined | Promise<readonly ValidationIssue[] | undefined>;

/** A Standard Schema (zod, valibot, arktype and others), or a function. What a schema makes of the value is not taken. */
export type Validator<V = unknown> = StandardSchemaV1<V> | ValidateFunction<V>;

/** Whether a validator is a Standard Schema. Some libraries make theirs functions. */
export function isStandardSchema(validator: unknown): validator is StandardSchemaV1 {
  const isHolder = (typeof validator === 'object' && validator !== null) || typeof validator === 'function';
  return isHolder && '~standard' in validator;
}

/** Why something is no validator, as the end of a sentence; undefined if it is. */
export function problemOfValidator(validator: unknown): string | undefined {
  if (!isStandardSchema(validator)) {
    return typeof validator === 'function'
      ? undefined
      : 'must be a Standard Schema (of zod, valibot, arktype and others) or a function';
  }
  const { version, validate } = validator['~standard'] as { version?: unknown; validate?: unknown };
  return version === 1 && typeof validate === 'function'
    ? undefined
    : 'says it is a Standard Schema, and is none of version 1';
}
