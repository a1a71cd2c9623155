// What @Index said, and which of it holds where a subclass says it anew.

/** One @Index. */
export interface IndexDeclaration {
  /** What it was put on. */
  readonly on: 'field' | 'getter' | 'class';
  /** Its stored name; `undefined` to take that of its one property. */
  readonly name: string | undefined;
  readonly unique: boolean;
  /** By their names in the class, in the order of the key. */
  readonly properties: readonly string[];
}

/** Decorators of the two kinds reach fields, getters and the class at different times: this is the order for both. */
const ORDER = { field: 0, getter: 1, class: 2 } as const;

/** Whether a subclass that declares `other` says anew what `index` said: of the same member, or under the same name. */
function isSaidAnew(index: IndexDeclaration, other: IndexDeclaration): boolean {
  if (index.on === 'class' || other.on === 'class') return index.on === other.on && index.name === other.name;
  return index.properties[0] === other.properties[0];
}

/**
 * The indexes of a class, bases first; of one class those of fields, then of getters, then of the class.
 *
 * @param inherited those of its base
 * @param own those it declares itself, in the order in which they were
 */
export function effectiveIndexes(
  inherited: readonly IndexDeclaration[],
  own: readonly IndexDeclaration[],
): readonly IndexDeclaration[] {
  const kept = inherited.filter((index) => !own.some((other) => isSaidAnew(index, other)));
  return [...kept, ...[...own].sort((a, b) => ORDER[a.on] - ORDER[b.on])];
}
