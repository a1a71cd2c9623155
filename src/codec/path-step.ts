// How a place inside of a value is written for a person: as code would.

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Whether a property can be named after a dot. */
export function isIdentifier(name: string): boolean {
  return IDENTIFIER.test(name);
}

/** One step further in: `.city`, `["a b"]`. */
export function pathStep(name: string): string {
  return isIdentifier(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
