// References that an index is on.

import type { FieldDeclaration } from './declaration.js';
import type { IndexSchema } from './index-schema.js';
import type { TypeScope } from './property-type.js';

/** An index holds one value for each of its properties. @throws TypeError for a reference to an id of several */
export function verifyIndexedRefs(
  className: string,
  fields: readonly FieldDeclaration[],
  indexes: readonly IndexSchema[],
  scope: TypeScope,
): void {
  for (const { property, type } of fields) {
    const target = type?.target?.();
    if (target === undefined || !indexes.some(({ properties }) => properties.includes(property))) continue;
    if (scope.schemaOf(target).idProperties.length > 1) {
      throw new TypeError(
        `${className}.${property}: refers to ${target.name}, whose id has several properties, by which no index finds: put the ` +
          'index on a getter.',
      );
    }
  }
}
