// Where the page is, and going elsewhere.
import { addressOf, parseRoute, type Route } from './route.js';

/** What is shown now. */
export function here(): Route {
  return parseRoute(location.hash);
}

/** The address of what is shown now, with changes. @param changes what is different there */
export function linkTo(changes: Partial<Route>): string {
  return addressOf({ ...here(), ...changes });
}

/** Goes to another address. @param changes what is different there */
export function goTo(changes: Partial<Route>): void {
  location.hash = linkTo(changes);
}
