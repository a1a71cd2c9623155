// One row of a file of orders: a product that is to be bought. Rows of one order follow one another and have its number.

import { IsIn, IsOptional, Matches, validateSync } from 'class-validator';
import { COST_CENTRE_IDS } from '../budgets/cost-centres.js';
import { IsText } from '../http/is-text.js';
import { MONEY_PATTERN } from '../orders/money.js';
import { ORDER_NUMBER_PATTERN } from '../orders/order-number.js';
import { TEXTS } from '../orders/order-texts.js';
import { peopleWith } from '../people/people.js';

const REQUESTERS = peopleWith(['requester']).map(({ id }) => id);

export class ImportRow {
  @Matches(ORDER_NUMBER_PATTERN, { message: 'number must be like PO-000123' })
  number!: string;

  @IsText(TEXTS.supplier)
  supplier!: string;

  @IsIn(REQUESTERS, { message: `requester must be ${REQUESTERS.join(' or ')}` })
  requester!: string;

  @IsIn(COST_CENTRE_IDS, { message: `cost_centre must be one of ${COST_CENTRE_IDS.join(', ')}` })
  cost_centre!: string;

  @IsText(TEXTS.product)
  product!: string;

  @Matches(/^[1-9]\d{0,3}$/, { message: 'quantity must be a whole number from 1 to 9999' })
  quantity!: string;

  @Matches(MONEY_PATTERN, { message: 'unit_price must be an amount like 1234.50' })
  unit_price!: string;

  @IsOptional()
  @IsText(TEXTS.note)
  note?: string;
}

/** The columns of a file, in the order in which we write them. */
export const COLUMNS = [
  'number',
  'supplier',
  'requester',
  'cost_centre',
  'product',
  'quantity',
  'unit_price',
  'note',
] as const satisfies readonly (keyof ImportRow)[];

/** What is wrong with a row, as a sentence; undefined if nothing is. */
export function problemOf(row: ImportRow): string | undefined {
  const errors = validateSync(row, { stopAtFirstError: true });
  const problems = errors.flatMap(({ constraints }) => Object.values(constraints ?? {}));
  return problems.length === 0 ? undefined : `${problems.join('; ')}.`;
}
