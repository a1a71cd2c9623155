import { Module } from '@nestjs/common';
import { OrdersModule } from '../orders/orders.module.js';
import { ImportFolder } from './import-folder.js';
import { ImportJobs } from './import-jobs.js';
import { ImportsController } from './imports.controller.js';

@Module({
  imports: [OrdersModule],
  controllers: [ImportsController],
  providers: [ImportFolder, ImportJobs],
  exports: [ImportJobs],
})
export class ImportsModule {}
