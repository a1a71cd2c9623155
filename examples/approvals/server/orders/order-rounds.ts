// Goes through all orders at the start, and from time to time after it: the register then knows of those that another process
// wrote, and what was tampered with raises the alarm though nobody looks at it.

import {
  type BeforeApplicationShutdown,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Settings } from '../settings/settings.js';
import { OrderRegister } from './order-register.js';
import { PurchaseOrders } from './purchase-orders.js';
import { readAll } from './read-all.js';

@Injectable()
export class OrderRounds implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(OrderRounds.name);
  #isUnderWay = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly orders: PurchaseOrders,
    private readonly register: OrderRegister,
    private readonly settings: Settings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await readAll(this.orders, this.register);
    this.#timer = setInterval(() => void this.#round(), this.settings.roundsMs).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.#timer);
  }

  async #round(): Promise<void> {
    if (this.#isUnderWay) return;
    this.#isUnderWay = true;
    try {
      await readAll(this.orders, this.register);
    } catch (error) {
      this.#logger.warn(`A round through all orders was broken off: ${String(error)}`);
    } finally {
      this.#isUnderWay = false;
    }
  }
}
