import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsText } from '../../http/is-text.js';
import { MayBeLeftOut } from '../../http/may-be-left-out.js';
import { IsRevision } from './revision.js';

const MAX_REASON = 500;
const A_REASON = `A reason must be given, of at most ${String(MAX_REASON)} characters.`;

/** What is to be done, and why, if there is something to be said. */
export class DecisionRequest {
  @IsRevision()
  revision!: string;

  @ApiPropertyOptional({ example: 'Needed for the new office.', maxLength: MAX_REASON })
  @MayBeLeftOut()
  @IsText({ most: MAX_REASON, manyLines: true })
  reason?: string;
}

/** One that must be explained. */
export class ExplainedDecisionRequest {
  @IsRevision()
  revision!: string;

  @ApiProperty({ example: 'We have three of these already.', maxLength: MAX_REASON })
  @IsText({ most: MAX_REASON, manyLines: true, message: A_REASON })
  reason!: string;
}
