import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsIn, IsObject, ValidateNested } from 'class-validator';
import { IsText } from '../../http/is-text.js';
import { MayBeLeftOut } from '../../http/may-be-left-out.js';
import { COST_CENTRE_IDS } from '../../budgets/cost-centres.js';
import { TEXTS } from '../order-texts.js';
import { OrderLineRequest } from './order-line.request.js';

const MAX_LINES = 50;

/** What a new order is about. */
export class OrderContentRequest {
  @ApiProperty({ example: 'Canon' })
  @IsText(TEXTS.supplier)
  supplier!: string;

  @ApiProperty({ enum: COST_CENTRE_IDS })
  @IsIn(COST_CENTRE_IDS)
  costCentre!: string;

  @ApiPropertyOptional({ example: 'The old one jams.' })
  @MayBeLeftOut()
  @IsText(TEXTS.note)
  note?: string;

  @ApiProperty({ type: [OrderLineRequest] })
  // The last one is asked first: what is no list has neither too few nor too many.
  @ValidateNested({ each: true })
  @Type(() => OrderLineRequest)
  @IsObject({ each: true })
  @ArrayMaxSize(MAX_LINES)
  @ArrayMinSize(1)
  @IsArray()
  lines!: OrderLineRequest[];
}
