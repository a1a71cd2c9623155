import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsString, Length, Matches, Max, Min } from 'class-validator';
import { MayBeLeftOut } from '../../http/may-be-left-out.js';
import { ORDER_NUMBER_PATTERN } from '../order-number.js';
import { ORDER_STATUSES, type OrderStatus } from '../order-status.js';
import { MomentQuery } from './moment.query.js';

const MAX_LIMIT = 100;

export class ListOrdersQuery extends MomentQuery {
  @ApiPropertyOptional({ enum: ORDER_STATUSES })
  @MayBeLeftOut()
  @IsIn(ORDER_STATUSES)
  status?: OrderStatus;

  @ApiPropertyOptional({ description: 'The beginning of a supplier’s name, or the number of an order.' })
  @MayBeLeftOut()
  @Length(1, 120)
  @IsString()
  search?: string;

  @ApiPropertyOptional({ description: 'The `next` of the page before.' })
  @MayBeLeftOut()
  @Matches(ORDER_NUMBER_PATTERN, { message: 'after must be the `next` of a page.' })
  after?: string;

  @ApiPropertyOptional({ minimum: 1, maximum: MAX_LIMIT, default: 25 })
  @Type(() => Number)
  @Max(MAX_LIMIT)
  @Min(1)
  @IsInt()
  limit = 25;
}
