import { describe, expect, it } from 'vitest';
import { Money } from '../../../examples/approvals/server/orders/money.js';
import { numberMeant, orderNumber } from '../../../examples/approvals/server/orders/order-number.js';

describe('Money', () => {
  it.each(['0.00', '0.01', '1.00', '1234.50', '9999999999.99'])('reads and writes %s', (text) => {
    expect(Money.parse(text).toString()).toBe(text);
    expect(JSON.stringify({ amount: Money.parse(text) })).toBe(`{"amount":"${text}"}`);
  });

  it.each([
    '',
    '1',
    '1.5',
    '1.234',
    '01.00',
    '-1.00',
    '+1.00',
    '1e3',
    '1,234.50',
    ' 1.00',
    '1.00\n',
    '99999999999.00',
    1,
    null,
  ])('refuses %j', (text) => {
    expect(() => Money.parse(text)).toThrow(RangeError);
  });

  it('adds, subtracts and multiplies to the cent, beyond what a double could', () => {
    const much = Money.parse('9999999999.99');
    expect(much.times(10_000).plus(Money.parse('0.01')).toString()).toBe('99999999999900.01');
    expect(Money.sum([Money.parse('0.10'), Money.parse('0.20')]).toString()).toBe('0.30');
    expect(much.minus(Money.parse('0.99')).toString()).toBe('9999999999.00');
  });

  it('has nothing below nothing', () => {
    expect(() => Money.zero.minus(Money.parse('0.01'))).toThrow('cannot be less than 0.00');
    expect(() => Money.ofCents(-1n)).toThrow(RangeError);
  });

  it('compares by amount, and speaks to people', () => {
    expect(Money.parse('5000.01').isMoreThan(Money.parse('5000.00'))).toBe(true);
    expect(Money.parse('5000.00').isMoreThan(Money.parse('5000.00'))).toBe(false);
    expect(Money.parse('1234567.80').forPeople()).toBe('1,234,567.80 EUR');
  });
});

describe('numbers of orders', () => {
  it('are written with six digits, and there are so many of them', () => {
    expect(orderNumber(1)).toBe('PO-000001');
    expect(orderNumber(999_999)).toBe('PO-999999');
    for (const count of [0, -1, 1.5, 1_000_000, Number.NaN])
      expect(() => orderNumber(count)).toThrow(RangeError);
  });

  it('are understood as people type them', () => {
    for (const typed of ['PO-000123', 'po-123', '123', ' 000123 '])
      expect(numberMeant(typed)).toBe('PO-000123');
    for (const typed of ['', 'canon', 'PO-', '12a', '1234567', '0'])
      expect(numberMeant(typed)).toBeUndefined();
  });
});
