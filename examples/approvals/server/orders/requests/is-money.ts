// A property of a request that is an amount of money: a text there, Money in the instance.

import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { Money, MONEY_PATTERN } from '../money.js';

const toMoney = (value: unknown): unknown =>
  typeof value === 'string' && MONEY_PATTERN.test(value) ? Money.parse(value) : value;

/** Declares an amount like "1234.50". */
export function IsMoney(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, pattern: MONEY_PATTERN.source, example: '1234.50' }),
    Transform(({ value }) => toMoney(value)),
    ValidateBy({
      name: 'isMoney',
      validator: {
        validate: (value) => value instanceof Money,
        defaultMessage: () => '$property must be an amount of money like "1234.50".',
      },
    }),
  );
}
