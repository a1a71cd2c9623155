import { PartialType } from '@nestjs/swagger';
import { OrderContentRequest } from './order-content.request.js';
import { IsRevision } from './revision.js';

/** What is to be changed in a draft; the rest stays. */
export class EditOrderRequest extends PartialType(OrderContentRequest, { skipNullProperties: false }) {
  @IsRevision()
  revision!: string;
}
