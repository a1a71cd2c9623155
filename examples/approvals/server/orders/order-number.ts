// The numbers of purchase orders: PO-000001 and on.

/** How they are written, for checks of what comes from outside. */
export const ORDER_NUMBER_PATTERN = /^PO-(?!0{6})\d{6}$/;

const DIGITS = 6;

/** How many numbers there are. */
export const MOST_ORDERS = 10 ** DIGITS - 1;

/** @throws RangeError for what six digits cannot hold */
export function orderNumber(count: number): string {
  if (!Number.isInteger(count) || count < 1 || count > MOST_ORDERS)
    throw new RangeError(`There is no purchase order number for ${String(count)}.`);
  return `PO-${String(count).padStart(DIGITS, '0')}`;
}

/** The count in a number. */
export function countOf(number: string): number {
  return Number(number.slice('PO-'.length));
}

/** The number that somebody means who types "PO-123", "po-000123" or "123"; undefined for anything else. */
export function numberMeant(text: string): string | undefined {
  const digits = /^(?:PO-)?0*([1-9]\d{0,5})$/i.exec(text.trim())?.[1];
  return digits === undefined ? undefined : orderNumber(Number(digits));
}
