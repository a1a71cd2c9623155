// Ledgers in memory for the tests of an application.
import { Ledger, type Repository } from 'immurepo';
import { getLedgerToken, getRepositoryToken, ImmurepoModule } from 'immurepo/nest';
import { ImmurepoTestingModule } from 'immurepo/nest/testing';
import { tamper } from 'immurepo/testing';
import { expect, it, onTestFinished } from 'vitest';
import { builder, type Parts } from './served.js';
import { Order, Orders } from './shop.js';

const start = async (imports: Parts['imports'] = []) => {
  const app = await builder({ imports }).compile();
  onTestFinished(() => app.close());
  return app;
};

it('opens a new and empty ledger each time, and ends it with the application', async () => {
  const features = ImmurepoModule.forFeature([Order, Orders]);
  const first = await start([ImmurepoTestingModule.forRoot(), features]);
  await first.get(Orders).place('1');
  const second = await start([ImmurepoTestingModule.forRoot(), features]);
  expect(await second.get<Repository<Order>>(getRepositoryToken(Order)).find('1')).toBeUndefined();
  await first.close();
  await expect(first.get(Orders).find('1')).rejects.toMatchObject({ code: 'CLOSED' });
  await second.get(Orders).place('1');
});

it('can be tampered with', async () => {
  const app = await start([ImmurepoTestingModule.forRoot(), ImmurepoModule.forFeature([Orders])]);
  await app.get(Orders).place('1');
  await tamper(app.get(Ledger)).forge(Order, '1', { total: 99n });
  await expect(app.get(Orders).find('1')).rejects.toMatchObject({ code: 'BINDING_MISMATCH' });
});

it('takes the options of memoryLedger, a name, and no others', async () => {
  const now = new Date('2030-01-01T00:00:00Z');
  const app = await start([
    ImmurepoTestingModule.forRoot({
      name: 'archive',
      database: 'archive',
      entities: [Order],
      now: () => now,
    }),
  ]);
  const ledger = app.get<Ledger>(getLedgerToken('archive'));
  expect(ledger.database).toBe('archive');
  await ledger.repository(Orders).place('1');
  expect((await ledger.repository(Order).history('1'))[0]?.committedAt).toEqual(now);
  const options = { path: './ledger' } as object;
  await expect(start([ImmurepoTestingModule.forRoot(options)])).rejects.toThrow(
    'Option "path" has no meaning for a ledger in memory',
  );
});
