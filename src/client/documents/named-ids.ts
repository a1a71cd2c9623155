// Which documents a change names by their ids: those that are answered must be among them.

import type { DocumentObject } from '../../proof/index.js';
import type { AskedComparison, AskedDocuments } from './query.js';

/**
 * The ids, in lower case, of which a document must have one to fit; undefined where it may have any.
 *
 * @param idField what the collection calls the field of the id
 */
export function namedIds(
  { alternatives }: Pick<AskedDocuments, 'alternatives'>,
  idField: string,
): ReadonlySet<string> | undefined {
  if (alternatives.length === 0) return undefined;
  const ids = alternatives.map((comparisons) => namedId(comparisons, idField));
  return ids.every((id) => id !== undefined) ? new Set(ids) : undefined;
}

/** Whether the field of the id, where a document has it, holds this id. @param documentId in lower case */
export function hasOwnId(document: DocumentObject, idField: string, documentId: string): boolean {
  if (!Object.hasOwn(document, idField)) return true;
  const own = document[idField];
  return typeof own === 'string' && own.toLowerCase() === documentId;
}

function namedId(comparisons: readonly AskedComparison[], idField: string): string | undefined {
  const id = comparisons.find(({ field, operator }) => field === idField && operator === 'eq')?.value;
  return typeof id === 'string' ? id.toLowerCase() : undefined;
}
