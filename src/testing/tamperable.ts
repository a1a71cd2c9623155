// What can be tampered with: noted by whoever makes it.

import type { Tampering } from './tampering.js';

const tamperings = new WeakMap<object, Tampering>();

/** Lets a ledger or a server be tampered with. */
export function letTamper(target: object, tampering: Tampering): void {
  tamperings.set(target, tampering);
}

/** How to tamper with it; `undefined` for what was not made here. */
export function tamperingOf(target: object): Tampering | undefined {
  return tamperings.get(target);
}
