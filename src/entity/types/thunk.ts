// A class that another class refers to, by a function: when the other is defined, it may not be there yet.

import type { EntityClass } from '../entity-types.js';

/**
 * The class, once it is asked for.
 *
 * @param what refers to it, for errors: `t.ref`
 * @throws TypeError when it is asked for, if it is not there: the modules of the two import each other in a way that
 *   leaves one of them undefined
 */
export function resolved<T extends object>(what: string, target: () => EntityClass<T>): () => EntityClass<T> {
  if (typeof target !== 'function' || /^class\b/.test(Function.prototype.toString.call(target)))
    throw new TypeError(`${what} takes a function that returns the class: ${what}(() => Customer).`);
  return () => {
    let found: unknown;
    let cause: unknown;
    try {
      found = target();
    } catch (error) {
      cause = error;
    }
    if (typeof found === 'function') return found as EntityClass<T>;
    throw new TypeError(
      `${what}(${target.toString()}) gives no class. If it is imported, the modules may import each other before either is ` +
        'complete: open the ledger only after all of them are loaded.',
      cause === undefined ? undefined : { cause },
    );
  };
}
