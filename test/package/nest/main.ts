// The application on an embedded ledger, asked over HTTP, twice: what it stored is there at the second start.
import 'reflect-metadata';
import { deepEqual, equal } from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type INestApplication, Logger, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ImmurepoModule } from 'immurepo/nest';
import { ShopModule } from './shop.js';

async function start(path: string): Promise<INestApplication> {
  @Module({ imports: [ImmurepoModule.forRoot({ path }), ShopModule] })
  class AppModule {}
  const app = await NestFactory.create(AppModule);
  app.enableShutdownHooks();
  await app.listen(0, '127.0.0.1');
  return app;
}

async function run(): Promise<string> {
  Logger.overrideLogger(['error', 'fatal']);
  const folder = await mkdtemp(join(tmpdir(), 'immurepo-consumer-'));
  try {
    for (const turn of ['first', 'second']) {
      const app = await start(join(folder, 'ledger'));
      await use(app, turn);
      await app.close();
    }
    return `served by Node ${process.versions.node}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function use(app: INestApplication, turn: string): Promise<void> {
  const url = await app.getUrl();
  const ask = async (path: string, quantity?: number) => {
    const response = await fetch(`${url}${path}`, {
      headers: { 'content-type': 'application/json', 'x-person': 'ada', 'x-reason': 'f%C3%BCr%20heute' },
      ...(quantity !== undefined && { method: 'PUT', body: JSON.stringify({ quantity }) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const [put, again] = [await ask('/orders/1', 3), await ask('/orders/1', 3)];
  equal(put.status, turn === 'first' ? 200 : 409);
  if (turn === 'first') equal(put.body.database, 'ledger');
  deepEqual([again.status, again.body.code], [409, 'CONFLICT']);
  deepEqual((await ask('/orders/1')).body, { id: '1', quantity: 3 });
  deepEqual((await ask('/orders/1/history')).body, [{ actor: 'ada', reason: 'für heute' }]);
  const refused = await ask('/orders/2', -1);
  deepEqual([refused.status, refused.body.code], [422, 'VALIDATION_FAILED']);
  equal((await ask('/orders/2')).status, 404);
  const { status, body } = await ask('/health');
  deepEqual([status, body.status], [200, 'ok']);
}

run().then(console.log, (error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
