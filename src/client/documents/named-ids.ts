// Which documents a change names by their ids: those that are answered must be among them.

import type { DocumentObject } from '../../proof/index.js';
import type { Conditions, DocumentQuery } from './query.js';

/**
 * The ids, in lower case, of which a document must have one to fit; undefined where it may have any.
 *
 * @param idField what the collection calls the field of the id
 */
export function namedIds(
  { where }: Pick<DocumentQuery, 'where'>,
  idField: string,
): ReadonlySet<string> | undefined {
  const alternatives = where === undefined ? [{}] : isList(where) ? where : [where];
  const ids = alternatives.map((conditions) => namedId(conditions, idField));
  return ids.every((id) => id !== undefined) ? new Set(ids) : undefined;
}

/** Whether the field of the id, where a document has it, holds this id. @param documentId in lower case */
export function hasOwnId(document: DocumentObject, idField: string, documentId: string): boolean {
  if (!Object.hasOwn(document, idField)) return true;
  const own = document[idField];
  return typeof own === 'string' && own.toLowerCase() === documentId;
}

function namedId(conditions: Conditions, idField: string): string | undefined {
  const condition = Object.hasOwn(conditions, idField) ? conditions[idField] : undefined;
  const id = typeof condition === 'object' && condition !== null ? condition.eq : condition;
  return typeof id === 'string' ? id.toLowerCase() : undefined;
}

function isList(where: Conditions | readonly Conditions[]): where is readonly Conditions[] {
  return Array.isArray(where);
}
