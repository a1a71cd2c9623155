// The one side effect of importing immurepo: defines `Symbol.metadata` where the runtime lacks it (Node 20 and 22 do).
// Standard decorators can only keep metadata if it exists when the decorated class is defined.

const isPresent = 'metadata' in Symbol;
if (!isPresent) {
  // The registered symbol is what other compilers' helpers fall back to, so that all of them agree.
  Object.defineProperty(Symbol, 'metadata', { value: Symbol.for('Symbol.metadata') });
}

/**
 * `Symbol.metadata`, present once this module was imported. Its type is not `typeof Symbol.metadata`, which in a
 * declaration would ask every project for `ESNext.Decorators` in its `lib`.
 */
export const METADATA: symbol = Symbol.metadata;
