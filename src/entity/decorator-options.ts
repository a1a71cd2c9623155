// What a decorator was called with, before it knows what it is on; and what defineEntity was.

/** Catches `@Id id` for `@Id() id`: what is decorated then comes in place of the options. */
export function verifyOptions(
  decorator: string,
  options: unknown,
  known: readonly string[],
  more: readonly unknown[] = [],
): void {
  if (typeof options !== 'object' || options === null || more.length > 0) {
    throw new TypeError(
      `${decorator} takes its options in parentheses: @Entity({ name: 'account' }), @Id(), @Property(), @Index().`,
    );
  }
  if (typeof Reflect.get(options, 'bind') === 'function')
    throw new TypeError(`${decorator} takes a type among its options: ${decorator}({ type: t.string() }).`);
  verifyKnown(decorator, options, known);
}

/** Refuses an option that does not exist: a slip of the pen must not leave a rule out. */
export function verifyKnown(what: string, options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(`${what} has no option "${unknown}": use ${known.join(', ')}.`);
}

/** The options of an entity as a whole. */
export const ENTITY_OPTIONS: readonly string[] = [
  'name',
  'version',
  'upcast',
  'codec',
  'hydrator',
  'validate',
  'hooks',
  'requireActor',
  'expiresAfterMs',
];
