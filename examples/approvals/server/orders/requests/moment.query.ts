import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsDate } from 'class-validator';
import { MayBeLeftOut } from '../../http/may-be-left-out.js';

/** As of when. */
export class MomentQuery {
  @ApiPropertyOptional({
    example: '2030-01-31T12:00:00Z',
    type: String,
    format: 'date-time',
    description: 'As it was at this time. Default: as it is.',
  })
  @MayBeLeftOut()
  @Type(() => Date)
  @IsDate({ message: '$property must be a time like 2030-01-31T12:00:00Z.' })
  asOf?: Date;
}
