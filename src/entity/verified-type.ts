// What a proven entity is typed as. The type is a lint; the authority is the evidence.

// What it is the brand of is told from its type argument.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
declare class VerifiedBrand<T> {
  // Never read: a private member is what makes the type nominal.
  // eslint-disable-next-line no-unused-private-class-members
  readonly #verified: T;
}

/**
 * An entity whose stored bytes were proven. A spread, a clone or parsed JSON of it is a plain `T` again, and
 * `evidenceOf` refuses it.
 */
export type Verified<T> = T & VerifiedBrand<T>;

/** What a proven entity is an instance of; of any other object, its own type. */
export type EntityOf<E extends object> = E extends VerifiedBrand<infer T extends object> ? T : E;
