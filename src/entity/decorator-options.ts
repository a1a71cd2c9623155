// What a decorator was called with, before it knows what it is on.

/** Catches `@Id id` for `@Id() id`: what is decorated then comes in place of the options. */
export function verifyOptions(decorator: string, options: unknown, more: readonly unknown[] = []): void {
  if (typeof options === 'object' && options !== null && more.length === 0) return;
  throw new TypeError(
    `${decorator} takes its options in parentheses: @Entity({ name: 'account' }), @Id(), @Property(), @Index().`,
  );
}
