// Instances of any class, and repositories of any: what the types of one class would say of another cannot be said here.

import { evidenceOf } from 'immurepo';
import type { KeyPart } from '../../../src/codec/key-parts.js';
import type { TransactionRepository } from '../../../src/repository/transaction/transaction-repository.js';
import { idOf, type Kind } from '../expect/kinds.js';
import { type Values, withoutUndefined } from '../expect/values.js';
import type { Shown } from '../program/outcomes.js';

/** An instance of any class. */
export type Instance = Record<string, unknown>;

/** What a repository and one within a transaction have in common. */
export type AnyRepository = Pick<
  TransactionRepository<Instance>,
  'create' | 'find' | 'findOrFail' | 'findMany' | 'exists' | 'findBy' | 'findOneBy'
> &
  Readonly<Record<'save' | 'insert', (entity: Instance, options: object) => Promise<Instance>>> &
  Readonly<
    Record<'saveMany' | 'insertMany', (entities: readonly Instance[], options: object) => Promise<Instance[]>>
  > & {
    readonly update: (id: unknown, patch: Values, options: object) => Promise<Instance>;
    readonly delete: (target: unknown, options: object) => Promise<unknown>;
  };

/** An instance in plain values, with what proves it, if anything does. */
export function shown(kind: Kind, instance: object | undefined): Shown | undefined {
  if (instance === undefined) return undefined;
  const names = [...kind.idProperties, ...kind.properties.map(([name]) => name)];
  const entries = names.map((name) => [name, Reflect.get(instance, name) as unknown] as const);
  const proof = proofOf(instance);
  const { revision, txId } = proof ?? {};
  return { values: withoutUndefined(Object.fromEntries(entries)), revision, txId };
}

/** When the server says it committed what proves an instance. */
export function committedAt(instance: object): Date | undefined {
  return proofOf(instance)?.committedAt;
}

function proofOf(instance: object) {
  try {
    return evidenceOf(instance, { allowModified: true });
  } catch {
    // Not committed yet.
    return undefined;
  }
}

/** An id as a repository takes it. */
export function asId(kind: Kind, id: readonly KeyPart[]): never {
  return idOf(kind, id) as never;
}
