import { afterEach, beforeEach, expect, test } from 'vitest';
import { type INestApplication, Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Ledger, VerificationError } from 'immurepo';
import { ImmurepoTestingModule } from 'immurepo/nest/testing';
import { tamper } from 'immurepo/testing';
import { Order, Shop, ShopModule } from './shop.js';

let app: INestApplication;
beforeEach(async () => {
  const module = await Test.createTestingModule({
    imports: [ImmurepoTestingModule.forRoot(), ShopModule],
  }).compile();
  Logger.overrideLogger(['fatal']);
  app = module.createNestApplication();
  await app.listen(0, '127.0.0.1');
});
afterEach(() => app.close());

test('places an order', async () => {
  await app.get(Shop).order('1', 3);
  expect(await app.get(Shop).find('1')).toMatchObject({ id: '1', quantity: 3 });
});

test('raises the alarm', async () => {
  await app.get(Shop).order('1', 3);
  await tamper(app.get(Ledger)).forge(Order, '1', { quantity: 1_000 });
  await expect(app.get(Shop).find('1')).rejects.toThrow(VerificationError);
  const url = await app.getUrl();
  const answer = await fetch(`${url}/orders/1`);
  expect([answer.status, await answer.json()]).toMatchObject([500, { tampered: true }]);
  expect((await fetch(`${url}/health`)).status).toBe(503);
});
