// What an order must not be stored with, wherever it comes from.

import { problemOfText, type TextRules } from '../http/is-text.js';
import { Money } from './money.js';
import { TEXTS } from './order-texts.js';
import type { OrderLine, PurchaseOrder } from './purchase-order.js';

interface Issue {
  readonly message: string;
  readonly path: (string | number)[];
}

/** @returns empty for an order with which all is well */
export function issuesOfOrder({ supplier, note, lines }: PurchaseOrder): Issue[] {
  const nothingToBuy = { message: 'has no lines: there is nothing to buy', path: ['lines'] };
  return [
    ...issuesOfText(supplier, TEXTS.supplier, ['supplier']),
    ...(note === undefined ? [] : issuesOfText(note, TEXTS.note, ['note'])),
    ...(lines.length > 0 ? [] : [nothingToBuy]),
    ...lines.flatMap((line, index) => issuesOfLine(line, ['lines', index])),
  ];
}

/** By its type a line has all of it; what is stored comes from outside. */
function issuesOfLine(line: Partial<OrderLine>, path: (string | number)[]): Issue[] {
  const { product, quantity, unitPrice } = line;
  const isQuantity = Number.isSafeInteger(quantity) && Number(quantity) >= 1;
  return [
    ...issuesOfText(product, TEXTS.product, [...path, 'product']),
    ...(isQuantity ? [] : [{ message: 'must be a whole number from 1', path: [...path, 'quantity'] }]),
    ...(unitPrice instanceof Money
      ? []
      : [{ message: 'must be an amount of money', path: [...path, 'unitPrice'] }]),
  ];
}

function issuesOfText(text: unknown, rules: TextRules, path: (string | number)[]): Issue[] {
  const message = problemOfText(text, rules);
  return message === undefined ? [] : [{ message, path }];
}
