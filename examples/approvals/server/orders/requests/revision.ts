// The revision of an order that somebody looked at before they asked for a change.

import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

/** Declares the number of a revision: a decimal text, since it is a 64-bit number. */
export function IsRevision(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      example: '3',
      pattern: '^[1-9][0-9]{0,18}$',
      description: 'The revision you looked at. If the order is at another one by now, the answer is 409.',
    }),
    Matches(/^[1-9]\d{0,18}$/, {
      message: '$property must be the number of a revision, as a text like "3".',
    }),
  );
}
