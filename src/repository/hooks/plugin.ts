// What is run around the reads and writes of all entities of a ledger.

import { HOOKS } from '../../entity/entity-options.js';
import type { EntityHooks } from '../../entity/hooks.js';

/** The hooks of all entities. They are called after the entity's own, in the order of the plug-ins. */
export interface LedgerPlugin extends EntityHooks {
  /** What errors and events call it. */
  readonly name: string;
}

/** The plug-ins among an application's options. @throws TypeError for what is none */
export function checkedPlugins(given: unknown): readonly LedgerPlugin[] {
  if (given === undefined) return [];
  if (!Array.isArray(given)) throw new TypeError('Ledger option "plugins" must be an array of plug-ins');
  const names = new Set<string>();
  for (const [at, plugin] of (given as readonly unknown[]).entries()) {
    const name = nameOf(plugin, at);
    const problem = names.has(name) ? 'is there twice' : problemOf(plugin as LedgerPlugin);
    if (problem !== undefined) throw new TypeError(`The plug-in "${name}" ${problem}`);
    names.add(name);
  }
  return [...(given as readonly LedgerPlugin[])];
}

function nameOf(plugin: unknown, at: number): string {
  const name: unknown =
    typeof plugin === 'object' && plugin !== null ? Reflect.get(plugin, 'name') : undefined;
  if (typeof name === 'string' && name !== '') return name;
  throw new TypeError(`Ledger option "plugins": what is at ${at} is no plug-in, which has a name and hooks`);
}

/** What is wrong with one that has a name, as the end of a sentence. It may be of a class of its own, and hold other things. */
function problemOf(plugin: LedgerPlugin): string | undefined {
  const given = HOOKS.filter((name) => plugin[name] !== undefined);
  if (given.length === 0) return `has none of ${HOOKS.join(', ')}`;
  const wrong = given.find((name) => typeof plugin[name] !== 'function');
  return wrong === undefined ? undefined : `has a hook ${wrong} that is not a function`;
}
