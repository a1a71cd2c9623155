// Which documents: comparisons of declared fields, an order, a limit. Turned into the wire's form.

import { ImmuError } from '../../errors.js';
import { ComparisonOperator, type FieldComparison, type Query } from '../../wire/immudb/model/document.js';
import { assertWholeNumber } from '../limits.js';
import { assertFieldName } from './collection-names.js';
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

const OPERATORS: Readonly<Record<keyof Comparisons, ComparisonOperator>> = {
  eq: ComparisonOperator.EQ,
  ne: ComparisonOperator.NE,
  lt: ComparisonOperator.LT,
  le: ComparisonOperator.LE,
  gt: ComparisonOperator.GT,
  ge: ComparisonOperator.GE,
  like: ComparisonOperator.LIKE,
  notLike: ComparisonOperator.NOT_LIKE,
};

const MAX_LIMIT = 0xffff_ffff;

/** The query as the wire has it. @throws TypeError, ImmuError INVALID_ARGUMENT, VALUE_REFUSED */
export function toWireQuery(collectionName: string, { where, limit, orderBy = [] }: DocumentSearch): Query {
  if (limit !== undefined) assertWholeNumber('limit', limit, 1, MAX_LIMIT);
  const alternatives = where === undefined ? [] : isList(where) ? where : [where];
  // No alternative at all is not "any document".
  if (where !== undefined && alternatives.length === 0) {
    throw new ImmuError(
      'INVALID_ARGUMENT',
      'where is an empty list: no document fits. Leave it out for all documents.',
    );
  }
  const expressions = alternatives.map((conditions) => ({ fieldComparisons: comparisonsOf(conditions) }));
  return {
    collectionName,
    // One alternative that asks for nothing holds for every document, whatever the others ask for.
    expressions: expressions.some(({ fieldComparisons }) => fieldComparisons.length === 0) ? [] : expressions,
    orderBy: orderBy.map((order) => orderOf(typeof order === 'string' ? { field: order } : order)),
    limit: limit ?? 0,
  };
}

function orderOf({ field, desc = false }: DocumentOrder): { field: string; desc: boolean } {
  assertFieldName(field);
  return { field, desc };
}

function comparisonsOf(conditions: Conditions): FieldComparison[] {
  return Object.entries(conditions).flatMap(([field, condition]) => {
    assertFieldName(field);
    if (typeof condition !== 'object' || condition === null) return [comparison(field, 'eq', condition)];
    return Object.entries(condition).map(([name, value]) => comparison(field, name, value));
  });
}

function comparison(field: string, name: string, value: unknown): FieldComparison {
  if (!Object.hasOwn(OPERATORS, name)) {
    const known = Object.keys(OPERATORS).join(', ');
    throw new TypeError(`"${name}" is no comparison of field "${field}": ${known}`);
  }
  const operator = OPERATORS[name as keyof Comparisons];
  // Left out by mistake, a condition would fit more documents than meant: those that are to be deleted, say.
  if (value === undefined) throw new TypeError(`the value to compare field "${field}" with is undefined`);
  return { field, operator, value: checkScalar(value, field) };
}

function isList(where: Conditions | readonly Conditions[]): where is readonly Conditions[] {
  return Array.isArray(where);
}
