// Which documents: comparisons of declared fields, an order, a limit. Checked and copied; wire-query.ts has the wire's form.

import { ImmuError } from '../../errors.js';
import { assertWholeNumber } from '../limits.js';
import { assertCollectionName, assertFieldName } from './collection-names.js';
import { checkScalar, type DocumentScalar } from './document-content.js';

/**
 * Comparisons of one field, all of which must hold. The server converts what it compares with to the field's type: with an
 * `integer` field, 36.5 is compared as 36.
 */
export interface Comparisons {
  readonly eq?: DocumentScalar;
  readonly ne?: DocumentScalar;
  readonly lt?: DocumentScalar;
  readonly le?: DocumentScalar;
  readonly gt?: DocumentScalar;
  readonly ge?: DocumentScalar;
  /** A pattern: `%` for any text, `_` for one character, `\` before one of these to mean itself. */
  readonly like?: string;
  /** As `like`, and must not fit. */
  readonly notLike?: string;
}

/** What must hold of a document, by field: a value it must equal, or comparisons. Fields of objects as `address.city`. */
export type Conditions = Readonly<Record<string, DocumentScalar | Comparisons>>;

/** By which field to order, and in which direction. */
export interface DocumentOrder {
  readonly field: string;
  /** Default false. */
  readonly desc?: boolean;
}

/** Which documents. Every field that is named must be declared in the collection. */
export interface DocumentQuery {
  /** What must hold; of a list, one of them. Default: all documents. */
  readonly where?: Conditions | readonly Conditions[] | undefined;
  /** At most this many, 1 to 2^32 − 1. Default: all. */
  readonly limit?: number | undefined;
}

/** Which documents, and in which order. */
export interface DocumentSearch extends DocumentQuery {
  /** Field names, or with a direction. Default: by id, which is the order in which they were inserted, roughly. */
  readonly orderBy?: readonly (string | DocumentOrder)[] | undefined;
}

/** Which documents a change is about: `where: {}` for all of them, so that none is changed by leaving it out. */
export type DocumentChange = DocumentSearch & Required<Pick<DocumentSearch, 'where'>>;

/** One comparison, checked. */
export interface AskedComparison {
  readonly field: string;
  readonly operator: keyof Comparisons;
  readonly value: DocumentScalar;
}

/** Which documents, checked and copied. */
export interface AskedDocuments {
  readonly collection: string;
  /** All comparisons of one of these hold; none: any document. */
  readonly alternatives: readonly (readonly AskedComparison[])[];
  readonly orderBy: readonly Required<DocumentOrder>[];
  /** 0 for all. */
  readonly limit: number;
}

const KNOWN = [
  'eq',
  'ne',
  'lt',
  'le',
  'gt',
  'ge',
  'like',
  'notLike',
] as const satisfies (keyof Comparisons)[];

const MAX_LIMIT = 0xffff_ffff;

/** Checks and copies a query. @throws TypeError, ImmuError INVALID_ARGUMENT, VALUE_REFUSED */
export function queryToSend(
  collection: string,
  { where, limit, orderBy = [] }: DocumentSearch,
): AskedDocuments {
  assertCollectionName(collection);
  if (limit !== undefined) assertWholeNumber('limit', limit, 1, MAX_LIMIT);
  const alternatives = where === undefined ? [] : isList(where) ? where : [where];
  // No alternative at all is not "any document".
  if (where !== undefined && alternatives.length === 0) {
    throw new ImmuError(
      'INVALID_ARGUMENT',
      'where is an empty list: no document fits. Leave it out for all documents.',
    );
  }
  const asked = alternatives.map(comparisonsOf);
  return {
    collection,
    // One alternative that asks for nothing holds for every document, whatever the others ask for.
    alternatives: asked.some((comparisons) => comparisons.length === 0) ? [] : asked,
    orderBy: orderBy.map((order) => orderOf(typeof order === 'string' ? { field: order } : order)),
    limit: limit ?? 0,
  };
}

/** Checks and copies what a change is about. @throws TypeError, as {@link queryToSend} */
export function changeToSend(collection: string, query: DocumentChange): AskedDocuments {
  assertCollectionName(collection);
  const { where } = query as DocumentSearch;
  if (where === undefined)
    throw new TypeError('where is missing: name the documents to change, or give {} for all of them');
  return queryToSend(collection, query);
}

function orderOf({ field, desc = false }: DocumentOrder): Required<DocumentOrder> {
  assertFieldName(field);
  return { field, desc };
}

function comparisonsOf(conditions: Conditions): AskedComparison[] {
  return Object.entries(conditions).flatMap(([field, condition]) => {
    assertFieldName(field);
    if (typeof condition !== 'object' || condition === null) return [comparison(field, 'eq', condition)];
    return Object.entries(condition).map(([name, value]) => comparison(field, name, value));
  });
}

function comparison(field: string, name: string, value: unknown): AskedComparison {
  const operator = KNOWN.find((known) => known === name);
  if (operator === undefined)
    throw new TypeError(`"${name}" is no comparison of field "${field}": ${KNOWN.join(', ')}`);
  // Left out by mistake, a condition would fit more documents than meant: those that are to be deleted, say.
  if (value === undefined) throw new TypeError(`the value to compare field "${field}" with is undefined`);
  return { field, operator, value: checkScalar(value, field) };
}

function isList(where: Conditions | readonly Conditions[]): where is readonly Conditions[] {
  return Array.isArray(where);
}
