import { ApiProperty } from '@nestjs/swagger';
import type { Budget } from './budget.js';

export class BudgetView {
  @ApiProperty({ example: 'office' }) readonly costCentre: string;
  @ApiProperty({ example: 'Office' }) readonly name: string;
  @ApiProperty({ example: '180000.00' }) readonly limit: string;
  @ApiProperty({ example: '1234.50', description: 'Approved, and not yet paid.' }) readonly reserved: string;
  @ApiProperty({ example: '99.00', description: 'Paid.' }) readonly spent: string;

  constructor({ costCentre, name, limit, reserved, spent }: Budget) {
    this.costCentre = costCentre;
    this.name = name;
    this.limit = limit.toString();
    this.reserved = reserved.toString();
    this.spent = spent.toString();
  }
}
