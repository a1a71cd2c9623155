// Whether two documents say the same: the order of their fields, which the server does not keep, does not matter.

import type { DocumentValue } from '../../proof/index.js';

/** Whether both are the same value. Of numbers, −0 is not 0: the bits are what is stored. */
export function sameValue(a: DocumentValue | undefined, b: DocumentValue | undefined): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  if (isList(a) || isList(b)) {
    return (
      isList(a) && isList(b) && a.length === b.length && a.every((item, index) => sameValue(item, b[index]))
    );
  }
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && sameValue(a[name], b[name]))
  );
}

function isList(value: DocumentValue): value is readonly DocumentValue[] {
  return Array.isArray(value);
}
