import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Budgets } from './budgets.js';
import { BudgetView } from './budget.view.js';

@ApiTags('budgets')
@Controller('api/budgets')
export class BudgetsController {
  constructor(private readonly budgets: Budgets) {}

  @Get()
  @ApiOperation({ summary: 'What each cost centre may spend, has reserved and has spent.' })
  @ApiOkResponse({ type: [BudgetView] })
  async list(): Promise<BudgetView[]> {
    return (await this.budgets.all()).map((budget) => new BudgetView(budget));
  }
}
