// What the types of member decorators share: where a member may be, as far as types can tell.

/** What standard decorators know of a member that can be stored or read. */
export interface OnInstances {
  readonly static: false;
  readonly private: false;
}

/** A prototype. A class, which is what a static member is decorated on, has a `prototype` of its own. */
export type NotAClass = object & { readonly prototype?: never };
