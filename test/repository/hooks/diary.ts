// What the tests of hooks store, and what is called when.

import { Entity, Id, Index, type IndexProps, Property } from 'immurepo';
import type { EntityHooks, SaveContext, SavedContext } from '../../../src/entity/hooks.js';

/** What was called, in order. Emptied by `taken`. */
const calls: [string, object, (SaveContext | SavedContext)?][] = [];

/** Replaces a hook of the next calls; `undefined` for none. */
export const instead: { -readonly [Name in keyof EntityHooks]?: EntityHooks[Name] } = {};

/** The names of the hooks called since it was last asked. */
export function taken(): string[] {
  return calls.splice(0).map(([name]) => name);
}

/** The hooks called since it was last asked, with what they were told. */
export function takenWith(): [string, object, (SaveContext | SavedContext)?][] {
  return calls.splice(0);
}

/** Hooks that note their calls. @param prefix tells whose they are */
export function noting(prefix = ''): Required<EntityHooks> {
  return {
    beforeSave: (entity: object, context) => {
      calls.push([`${prefix}beforeSave`, entity, context]);
      return instead.beforeSave?.(entity, context);
    },
    afterSave: (entity: object, context) => {
      calls.push([`${prefix}afterSave`, entity, context]);
      return instead.afterSave?.(entity, context);
    },
    afterLoad: (entity: object) => {
      calls.push([`${prefix}afterLoad`, entity]);
      // What a hook must not do is tried, too.
      return instead.afterLoad?.(entity);
    },
  };
}

/** A page with hooks. */
@Entity<Page>({ name: 'page', hooks: noting() })
export class Page {
  declare [IndexProps]?: 'day';
  @Id() id!: string;
  @Index() day!: number;
  @Property() text?: string | undefined;
  /** Not stored: what hooks make of it. */
  title?: string;
}

/** A page without hooks of its own. */
@Entity({ name: 'leaf' })
export class Leaf {
  @Id({ generate: 'ulid' }) id!: string;
  @Property() text!: string;
}
