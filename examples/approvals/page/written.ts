// Something was written: the page asks for everything again.
import { announce } from './dom.js';

const EVENT = 'written';

/** Tells the page. @param what was written, for screen readers */
export function written(what: string): void {
  document.dispatchEvent(new CustomEvent(EVENT));
  announce(what);
}

/** Called whenever something was written. @param then what to do */
export function whenWritten(then: () => void): void {
  document.addEventListener(EVENT, then);
}
