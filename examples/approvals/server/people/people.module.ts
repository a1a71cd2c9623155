import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { PersonGuard } from './asking.js';
import { PeopleController } from './people.controller.js';

@Module({
  controllers: [PeopleController],
  providers: [{ provide: APP_GUARD, useClass: PersonGuard }],
})
export class PeopleModule {}
