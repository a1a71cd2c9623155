// Injection by the types of constructors, as tsc makes it possible: by `emitDecoratorMetadata`, which the transform of
// these tests does not do.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, it, onTestFinished } from 'vitest';

const APPLICATION = `
import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { Entity, Id, Ledger, Property, Repository } from 'immurepo';
import { ImmurepoModule, InjectRepository, LedgerHealth } from 'immurepo/nest';
import { ImmurepoHealthIndicator } from 'immurepo/nest/health';

@Entity({ name: 'order' })
class Order {
  @Id() id!: string;
  @Property() total!: bigint;
}
class Orders extends Repository<Order> {
  static readonly entity = Order;
  total(id: string) {
    return this.findOrFail(id).then(({ total }) => total);
  }
}
@Injectable()
class Shop {
  constructor(
    readonly orders: Orders,
    readonly ledger: Ledger,
    readonly health: LedgerHealth,
    readonly indicator: ImmurepoHealthIndicator,
    readonly checks: HealthCheckService,
    @InjectRepository(Order) readonly plain: Repository<Order>,
  ) {}
  async run() {
    await this.plain.insert(this.plain.create({ id: '1', total: 7n }));
    const { status } = await this.health.check();
    return [await this.orders.total('1'), status, await this.indicator.isHealthy('ledger'), this.ledger.repository(Orders) === this.orders];
  }
}
@Module({ imports: [TerminusModule, ImmurepoModule.forFeature([Order, Orders])], providers: [Shop, ImmurepoHealthIndicator] })
export class ShopModule {}
export { Shop };
`;

/** The application as tsc compiles it, in a folder where its imports are found. */
async function compiled(): Promise<string> {
  const folder = join(import.meta.dirname, '../../.cache', `nest-by-type-${process.pid}`);
  await mkdir(folder, { recursive: true });
  onTestFinished(() => rm(folder, { recursive: true }));
  const { outputText } = ts.transpileModule(APPLICATION, {
    compilerOptions: {
      module: ts.ModuleKind.ES2022,
      target: ts.ScriptTarget.ES2022,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
  });
  expect(outputText).toContain('design:paramtypes');
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  const file = join(folder, 'application.js');
  await writeFile(file, outputText);
  return file;
}

interface Application {
  readonly ShopModule: new () => object;
  readonly Shop: new () => { run(): Promise<unknown[]> };
}

it('injects repositories, ledgers and their health by class', async () => {
  const { ShopModule, Shop } = (await import(/* @vite-ignore */ await compiled())) as Application;
  const { ImmurepoTestingModule } = await import('immurepo/nest/testing');
  const { builder } = await import('./served.js');
  const app = await builder({ imports: [ImmurepoTestingModule.forRoot(), ShopModule] }).compile();
  onTestFinished(() => app.close());
  expect(await app.get(Shop).run()).toEqual([
    7n,
    'up',
    { ledger: { status: 'up', ledger: 'up', txId: '1' } },
    true,
  ]);
});
