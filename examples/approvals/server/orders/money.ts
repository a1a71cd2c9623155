// Amounts of money: cents inside, "1234.50" outside. One currency, so that amounts can be added without a question.

import { t } from 'immurepo';

/** The currency of everything. */
export const CURRENCY = 'EUR';

/** An amount as it is written: no sign, no exponent, no separators, always two decimals. */
export const MONEY_PATTERN = /^(0|[1-9]\d{0,9})\.\d{2}$/;

const CENTS = 100n;

/** An amount of at least nothing. */
export class Money {
  static readonly zero = new Money(0n);
  readonly cents: bigint;

  private constructor(cents: bigint) {
    this.cents = cents;
  }

  /** @throws RangeError for less than nothing */
  static ofCents(cents: bigint): Money {
    if (cents < 0n)
      throw new RangeError(`An amount of money cannot be less than 0.00: ${String(cents)} cents.`);
    return new Money(cents);
  }

  /** @throws RangeError for anything but a text like "1234.50" */
  static parse(text: unknown): Money {
    if (typeof text !== 'string' || !MONEY_PATTERN.test(text))
      throw new RangeError('An amount of money is written like "1234.50".');
    return new Money(BigInt(text.replace('.', '')));
  }

  static sum(amounts: readonly Money[]): Money {
    return amounts.reduce((sum, amount) => sum.plus(amount), Money.zero);
  }

  plus(other: Money): Money {
    return new Money(this.cents + other.cents);
  }

  /** @throws RangeError if the other is more */
  minus(other: Money): Money {
    return Money.ofCents(this.cents - other.cents);
  }

  times(quantity: number): Money {
    return Money.ofCents(this.cents * BigInt(quantity));
  }

  isMoreThan(other: Money): boolean {
    return this.cents > other.cents;
  }

  /** As people write it: "1,234.50 EUR". */
  forPeople(): string {
    const [whole = '', decimals] = this.toString().split('.');
    return `${whole.replace(/\B(?=(\d{3})+$)/g, ',')}.${String(decimals)} ${CURRENCY}`;
  }

  toString(): string {
    return `${String(this.cents / CENTS)}.${String(this.cents % CENTS).padStart(2, '0')}`;
  }

  toJSON(): string {
    return this.toString();
  }
}

/** How entities hold it: stored as it is written. */
export const money = t.custom({
  name: 'an amount of money',
  toStored: (amount: Money) => amount.toString(),
  fromStored: (text: unknown) => Money.parse(text),
});
