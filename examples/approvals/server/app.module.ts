// What the service is made of.

import { type DynamicModule, Module } from '@nestjs/common';
import type { Request } from 'express';
import { ImmurepoModule, provideExceptionFilter, provideProvenance } from 'immurepo/nest';
import { CatalogueModule } from './catalogue/catalogue.module.js';
import { LastConnections } from './http/last-connections.js';
import { ImportsModule } from './imports/imports.module.js';
import { OrderRegister } from './orders/order-register.js';
import { OrdersModule } from './orders/orders.module.js';
import { RegisterModule } from './orders/register.module.js';
import { personAsking } from './people/asking.js';
import { PageController } from './page.controller.js';
import { PeopleModule } from './people/people.module.js';
import { Settings } from './settings/settings.js';
import { SettingsModule } from './settings/settings.module.js';
import { StartModule } from './start/start.module.js';
import { StateModule } from './state/state.module.js';

@Module({})
export class AppModule {
  static of(settings: Settings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        SettingsModule.of(settings),
        ImmurepoModule.forRootAsync({
          imports: [RegisterModule],
          inject: [Settings, OrderRegister],
          useFactory: ({ ledger }: Settings, register: OrderRegister) => ({
            ...ledger,
            ...('url' in ledger ? { trust: { firstUse: true } } : {}),
            // Drafts that are made at the same time share a transaction.
            coalesceSaves: true,
            plugins: [register.plugin],
          }),
        }),
        PeopleModule,
        OrdersModule,
        ImportsModule,
        CatalogueModule,
        StateModule,
        StartModule,
      ],
      controllers: [PageController],
      providers: [
        provideProvenance({ actor: (request) => personAsking(request as Request)?.id }),
        provideExceptionFilter(),
        LastConnections,
      ],
    };
  }
}
