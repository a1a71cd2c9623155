// Which documents, in the wire's form.

import { ComparisonOperator, type Query } from '../../wire/immudb/model/document.js';
import type { AskedDocuments, Comparisons } from './query.js';

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

/** The query as the wire has it. */
export function toWireQuery({ collection, alternatives, orderBy, limit }: AskedDocuments): Query {
  return {
    collectionName: collection,
    expressions: alternatives.map((comparisons) => ({
      fieldComparisons: comparisons.map(({ field, operator, value }) => ({
        field,
        operator: OPERATORS[operator],
        value,
      })),
    })),
    orderBy: [...orderBy],
    limit,
  };
}
