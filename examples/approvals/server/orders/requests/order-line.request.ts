import { ApiProperty } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { IsText } from '../../http/is-text.js';
import type { Money } from '../money.js';
import { TEXTS } from '../order-texts.js';
import { IsMoney } from './is-money.js';

const MAX_QUANTITY = 10_000;

export class OrderLineRequest {
  @ApiProperty({ example: 'Canon PC1060 Personal Laser Copier' })
  @IsText(TEXTS.product)
  product!: string;

  @ApiProperty({ example: 2, maximum: MAX_QUANTITY })
  @Max(MAX_QUANTITY)
  @Min(1)
  @IsInt()
  quantity!: number;

  @IsMoney()
  unitPrice!: Money;
}
