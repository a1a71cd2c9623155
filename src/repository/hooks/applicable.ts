// Which hooks of one name hold for an entity: its own first, then those of the plug-ins in their order.

import type { EntitySettings } from '../../entity/declaration.js';
import type { EntityHooks } from '../../entity/hooks.js';
import type { LedgerPlugin } from './plugin.js';

/** A hook, and whose it is. */
export interface OwnedHook<Name extends keyof EntityHooks> {
  readonly call: NonNullable<EntityHooks[Name]>;
  /** The name of the plug-in; undefined for the entity's own. */
  readonly plugin: string | undefined;
}

const NONE: readonly never[] = [];

/** The hooks of that name, bound to what they are part of. */
export function applicable<Name extends keyof EntityHooks>(
  name: Name,
  { hooks }: EntitySettings,
  plugins: readonly LedgerPlugin[],
): readonly OwnedHook<Name>[] {
  if (hooks === undefined && plugins.length === 0) return NONE;
  return [hooks, ...plugins].flatMap((holder, at) => {
    const hook = holder?.[name];
    if (hook === undefined) return [];
    const call = hook.bind(holder) as NonNullable<EntityHooks[Name]>;
    return [{ call, plugin: at === 0 ? undefined : plugins[at - 1]?.name }];
  });
}

/** Names it for an error: `afterLoad of Account`, `afterLoad of the plug-in "audit"`. */
export function describeHook(name: keyof EntityHooks, className: string, plugin: string | undefined): string {
  return plugin === undefined ? `${name} of ${className}` : `${name} of the plug-in "${plugin}"`;
}
