// The indexes of a class, each with a name and over members that exist, or what is wrong with them.
import { FORBIDDEN_NAMES } from '../codec/payload-limits.js';
import { isStoredName } from '../codec/record-key.js';
import { WRITES } from '../codec/index-state.js';
import type { Declaration, FieldDeclaration } from './declaration.js';
import { problemOfIndexedType } from './design-types.js';
import type { EntityClass } from './entity-types.js';
import { effectiveIndexes, type IndexDeclaration } from './index-declaration.js';

/** A property or getter that an index is on. */
export interface IndexedProperty {
  /** Its name in the class. */
  readonly property: string;
  /** Its name in stored records; of a getter, which is not stored, that in the class. */
  readonly storedName: string;
}

/** An index that can be worked with. */
export interface CheckedIndex {
  readonly name: string;
  readonly unique: boolean;
  /** In the order of the key, at least one. */
  readonly properties: readonly IndexedProperty[];
}

/** What a class declares of indexes, and all that is wrong with it as sentences without their end. */
export interface CheckedIndexes {
  readonly indexes: readonly CheckedIndex[];
  readonly problems: readonly string[];
}

/** `openedAt` → `opened-at`, `userID` → `user-id`, `URLPath` → `url-path`. */
function kebabCase(name: string): string {
  return name.replace(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/g, '-').toLowerCase();
}

/** Whether instances compute a property of that name. */
function hasGetter(entityClass: EntityClass, name: string): boolean {
  if (FORBIDDEN_NAMES.has(name)) return false;
  let at = entityClass.prototype as object | null;
  while (at !== null && at !== Object.prototype) {
    const descriptor = Object.getOwnPropertyDescriptor(at, name);
    if (descriptor !== undefined) return descriptor.get !== undefined;
    at = Object.getPrototypeOf(at) as object | null;
  }
  return false;
}

const NAME_RULE = 'a lower-case letter followed by up to 63 of a-z, 0-9, ".", "_" and "-"';

function problemOfName(name: string, isGiven: boolean): string | undefined {
  const problem = `${JSON.stringify(name)} cannot be the name of an index`;
  const remedy = isGiven ? 'use' : "say @Index({ name: '…' }) with";
  if (!isStoredName(name)) return `${problem}: ${remedy} ${NAME_RULE}`;
  return name === WRITES ? `${problem}, as something else is noted under it: ${remedy} another` : undefined;
}

/** What is wrong with one property of an index, after the name of the class. */
function problemOfProperty(
  entityClass: EntityClass,
  fields: ReadonlyMap<string, FieldDeclaration>,
  index: CheckedIndex,
  at: number,
): string | undefined {
  const { name, properties } = index;
  const { property = '' } = properties[at] ?? {};
  if (!fields.has(property) && !hasGetter(entityClass, property)) {
    const found = JSON.stringify(property);
    return `: index "${name}" is on ${found}, which is neither stored nor a getter: correct the name, or put @Property() on it`;
  }
  if (properties.findIndex((other) => other.property === property) !== at) {
    return `: index "${name}" is on ${property} twice`;
  }
  if (fields.get(property)?.type?.isIndexable === false) {
    return `.${property}: has a type that no index can find by: put the index on a getter that gives what a key can hold`;
  }
  const problem = problemOfIndexedType(entityClass, property);
  return problem === undefined ? undefined : `.${property}: ${problem}`;
}

function checkedIndex(
  { name, unique, properties }: IndexDeclaration,
  fields: ReadonlyMap<string, FieldDeclaration>,
): CheckedIndex {
  const indexed = properties.map((property) => ({
    property,
    storedName: fields.get(property)?.storedName ?? property,
  }));
  return { name: name ?? kebabCase(indexed[0]?.storedName ?? ''), unique, properties: indexed };
}

/** What decorators say of the indexes of a class whose fields are in order. */
export function checkedIndexes(entityClass: EntityClass, declaration: Declaration): CheckedIndexes {
  const { fields } = declaration;
  const { name: className } = entityClass;
  const indexes: CheckedIndex[] = [];
  const problems: string[] = [];
  for (const declared of effectiveIndexes(declaration.inheritedIndexes, declaration.indexes)) {
    const index = checkedIndex(declared, fields);
    const { name, properties } = index;
    const problemOfThis = problemOfName(name, declared.name !== undefined);
    if (problemOfThis !== undefined) {
      const place = declared.on === 'class' ? '' : `.${declared.properties.join()}`;
      problems.push(`${className}${place}: ${problemOfThis}`);
    }
    if (indexes.some((other) => other.name === name)) {
      problems.push(`${className}: two indexes are named "${name}": give one of them another name`);
    }
    for (const at of properties.keys()) {
      const problem = problemOfProperty(entityClass, fields, index, at);
      if (problem !== undefined) problems.push(className + problem);
    }
    indexes.push(index);
  }
  return { indexes, problems };
}
