import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';
import { ORDER_NUMBER_PATTERN } from '../order-number.js';

export class OrderNumberParam {
  @ApiProperty({ example: 'PO-000123' })
  @Matches(ORDER_NUMBER_PATTERN, { message: 'The number of an order is like PO-000123.' })
  number!: string;
}
