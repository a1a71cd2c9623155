// A value that is not of the type its property is declared to be.

/** What is wrong, before it is known of which property. Who knows that catches it. */
export class TypeMismatch extends Error {
  override readonly name = 'TypeMismatch';
  /** What is wrong, as a sentence without its subject and end: `must be a bigint, not a string`. */
  readonly problem: string;
  /** Where inside of the property: `.city`, `[3].price`. */
  readonly path: string;

  /**
   * @param problem what is wrong, as a sentence without its subject and end
   * @param path where inside of the property
   * @param cause the error it was made from
   */
  constructor(problem: string, path = '', cause?: unknown) {
    super(`It ${problem}`, cause === undefined ? undefined : { cause });
    this.problem = problem;
    this.path = path;
  }
}

/** What a value is, with its article: `a string`, `null`, `an instance of Address`. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value !== 'object') return `a ${typeof value}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return 'a plain object';
  const { constructor }: { constructor: unknown } = value;
  return typeof constructor === 'function' && constructor.name !== ''
    ? `an instance of ${constructor.name}`
    : 'an object';
}

/** Refuses a value. @throws TypeMismatch always */
export function mismatch(name: string, value: unknown): never {
  throw new TypeMismatch(`must be ${name}, not ${describeValue(value)}`);
}

/** Runs `read` for what is at `step` inside of a value. @throws TypeMismatch naming that place */
export function at<R>(step: string, read: () => R): R {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    throw new TypeMismatch(error.problem, step + error.path, error.cause);
  }
}
