import { Module } from '@nestjs/common';
import { OrderRegister } from './order-register.js';

/** By itself, since the ledger that is opened with the register's plug-in comes before everything that needs the ledger. */
@Module({ providers: [OrderRegister], exports: [OrderRegister] })
export class RegisterModule {}
