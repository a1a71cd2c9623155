// What an entity as a whole is declared with, by decorator or not, and what is wrong with it.

import type { Codec } from '../codec/codec.js';
import { verifyStoredName } from '../codec/record-key.js';
import type { Declaration } from './declaration.js';
import type { EntityHooks } from './hooks.js';
import type { Upcasts } from './upcast.js';
import type { Validator } from './validator.js';

/** What an entity is called in the ledger, and what goes for all of its kind. */
export interface EntityOptions<T extends object = object> {
  /**
   * The stored name, for ever: a lower-case letter, then up to 63 of `a-z 0-9 . _ -`. Never taken from the class, so
   * that renaming or minifying it loses nothing.
   */
  readonly name: string;
  /** The version of the stored properties, 1 to 2^32 − 1. Default 1. Records of a higher one are refused (NEWER_RECORD). */
  readonly version?: number;
  /**
   * How records of older versions are read: `{ 1: (stored) => ({ ...stored, currency: 'EUR' }) }` makes version 2 of version
   * 1, by stored names. Pure: the same for the same record, for ever. A version that is missing changes nothing. Where it
   * changes what is indexed, queries find by what is stored until `ledger.reindex` has stored the new values.
   */
  readonly upcast?: Upcasts;
  /** What its new records are written with. Default: what the ledger was opened with. */
  readonly codec?: Codec;
  /** What makes its instances, by name: one of the ledger's `hydrators`. Default: our own way. */
  readonly hydrator?: string;
  /** Says whether an entity may be stored: a Standard Schema over its data, or a function. Default: any may. */
  readonly validate?: Validator<T>;
  /** What is run around its reads and writes. */
  readonly hooks?: EntityHooks<T>;
  /** Refuse to write it without an actor, `ledger.as({ actor }, …)`, though the ledger may not. Default false. */
  readonly requireActor?: boolean;
  /** How long what is saved counts, unless the save says otherwise: milliseconds. Default: for ever. */
  readonly expiresAfterMs?: number;
}

type Problem = string | undefined;

function problemOfName(name: string): Problem {
  try {
    verifyStoredName('entity', name);
    return undefined;
  } catch (error) {
    return (error as TypeError).message;
  }
}

function isVersion(version: unknown): version is number {
  return Number.isInteger(version) && (version as number) >= 1 && (version as number) <= 0xffff_ffff;
}

function problemOfUpcast(version: number, upcast: unknown): Problem {
  if (upcast === undefined) return undefined;
  if (typeof upcast !== 'object' || upcast === null)
    return 'upcast is an object of functions, by the version they take: { 1: (stored) => … }.';
  for (const [from, step] of Object.entries(upcast)) {
    if (typeof step !== 'function') return `upcast ${from} is not a function.`;
    if (String(Number(from)) !== from || !isVersion(Number(from)) || Number(from) >= version)
      return `upcast ${from} is of no older version than ${version}: it takes one version and makes the next.`;
  }
  return undefined;
}

/** All hooks there are, of entities and of plug-ins. */
export const HOOKS: readonly (keyof EntityHooks)[] = ['beforeSave', 'afterSave', 'afterLoad'];

/** What is wrong with hooks, as a sentence; undefined if nothing is. */
function problemOfHooks(hooks: unknown): Problem {
  if (hooks === undefined) return undefined;
  if (typeof hooks !== 'object' || hooks === null)
    return `hooks are an object of functions: ${HOOKS.join(', ')}.`;
  for (const [name, hook] of Object.entries(hooks)) {
    if (!(HOOKS as readonly string[]).includes(name))
      return `there is no hook "${name}": use ${HOOKS.join(', ')}.`;
    if (hook !== undefined && typeof hook !== 'function') return `the hook ${name} is not a function.`;
  }
  return undefined;
}

/** What is wrong with the rest, as a sentence; undefined if nothing is. */
function problemOfSettings({
  hydrator,
  requireActor,
  expiresAfterMs,
}: Pick<EntityOptions, 'hydrator' | 'requireActor' | 'expiresAfterMs'>): Problem {
  if (hydrator !== undefined && typeof hydrator !== 'string')
    return "a hydrator is asked for by its name: hydrator: 'class-transformer'.";
  if (requireActor !== undefined && typeof requireActor !== 'boolean')
    return 'requireActor is true or false.';
  if (expiresAfterMs !== undefined && !(Number.isFinite(expiresAfterMs) && expiresAfterMs > 0))
    return `expiresAfterMs is a number of milliseconds above 0, not ${String(expiresAfterMs)}.`;
  return undefined;
}

/**
 * What an entity is declared with.
 *
 * @param className for errors
 * @throws TypeError naming what is wrong
 */
export function declaredEntity<T extends object>(
  className: string,
  options: EntityOptions<T>,
): NonNullable<Declaration['entity']> {
  const { version = 1, ...rest } = options;
  const problem =
    problemOfName(options.name) ??
    (isVersion(version) ? undefined : `version ${String(version)} is not one: use 1, 2, 3 and so on.`) ??
    problemOfUpcast(version, options.upcast) ??
    problemOfHooks(options.hooks) ??
    problemOfSettings(options);
  if (problem !== undefined) throw new TypeError(`${className}: ${problem}`);
  // What is declared of a class is asked only of its instances.
  return { ...rest, version } as NonNullable<Declaration['entity']>;
}
