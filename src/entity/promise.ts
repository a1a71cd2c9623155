// Functions of an application that answer later, where they must not or may.

/** Whether an answer is still to come. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function';
}
