// How a ledger is: for the application, and for terminus.
import { Controller, Get, Inject, Injectable } from '@nestjs/common';
import { HealthCheckService, TerminusModule } from '@nestjs/terminus';
import { getLedgerToken, ImmurepoModule, LedgerHealth } from 'immurepo/nest';
import { ImmurepoHealthIndicator } from 'immurepo/nest/health';
import { ImmurepoTestingModule } from 'immurepo/nest/testing';
import { tamper } from 'immurepo/testing';
import { type Ledger, VerificationError } from 'immurepo';
import { expect, it } from 'vitest';
import { ask, serve, type Served } from './served.js';
import { Order, Orders } from './shop.js';

@Controller('health')
class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly checks: HealthCheckService,
    @Inject(ImmurepoHealthIndicator) private readonly ledger: ImmurepoHealthIndicator,
  ) {}

  @Get()
  check() {
    return this.checks.check([
      () => this.ledger.isHealthy('ledger', { timeoutMs: 300 }),
      () => this.ledger.isHealthy('archive', { ledger: 'archive' }),
    ]);
  }
}

/** What other modules are given without importing anything. */
@Injectable()
class Watchman {
  constructor(@Inject(LedgerHealth) readonly health: LedgerHealth) {}
}

const served = () =>
  serve({
    imports: [
      TerminusModule.forRoot({ logger: false }),
      ImmurepoTestingModule.forRoot(),
      ImmurepoTestingModule.forRoot({ name: 'archive' }),
      ImmurepoModule.forFeature([Orders]),
    ],
    controllers: [HealthController],
    providers: [ImmurepoHealthIndicator, Watchman],
  });
const check = async ({ url }: Served) => {
  const { status, body } = await ask(`${url}/health`);
  return { status, ...(body.details as { ledger: object; archive: object }) };
};

it('is up as long as its state goes on', async () => {
  const shop = await served();
  const { health } = shop.app.get(Watchman);
  // The first transaction notes the index.
  expect(await health.check()).toEqual({ status: 'up', txId: 1n });
  expect(await health.check({ ledger: 'archive' })).toEqual({ status: 'up' });
  await shop.app.get(Orders).place('1');
  expect(await health.check()).toEqual({ status: 'up', txId: 2n });
  expect(await check(shop)).toEqual({
    status: 200,
    ledger: { status: 'up', ledger: 'up', txId: '2' },
    archive: { status: 'up', ledger: 'up' },
  });
});

it('is down while it does not answer, and up again', async () => {
  const shop = await served();
  const health = shop.app.get(LedgerHealth);
  await tamper(shop.ledger).goAway();
  const first = await health.check({ timeoutMs: 100 });
  expect(first).toEqual({
    status: 'down',
    code: 'UNREACHABLE',
    message: expect.stringContaining('cannot be reached') as string,
    since: expect.any(Date) as Date,
  });
  expect((await health.check({ timeoutMs: 100 })).since).toEqual(first.since);
  const seen = await check(shop);
  expect(seen).toMatchObject({
    status: 503,
    ledger: { status: 'down', ledger: 'down', code: 'UNREACHABLE', since: first.since!.toISOString() },
    archive: { status: 'up' },
  });
  await tamper(shop.ledger).comeBack();
  expect((await health.check()).status).toBe('up');
});

it('is tampered with from the first check that fails, in whatever operation, until the end', async () => {
  const shop = await served();
  const orders = shop.app.get(Orders);
  const health = shop.app.get(LedgerHealth);
  await orders.place('1');
  await tamper(shop.ledger).forge(Order, '1', { total: 99n });
  expect((await health.check()).status).toBe('up');
  await expect(orders.find('1')).rejects.toMatchObject({ code: 'BINDING_MISMATCH' });
  const report = await health.check();
  expect(report).toMatchObject({ status: 'tampered', code: 'BINDING_MISMATCH' });
  expect(report.message).not.toMatch(/99|Order/);
  expect(shop.log.lines).toEqual([
    expect.stringMatching(/^error The ledger contradicts itself \(BINDING_MISMATCH\): /),
  ]);

  await tamper(shop.ledger).honest();
  await orders.findOrFail('1');
  expect(await health.check()).toEqual(report);
  expect(await check(shop)).toMatchObject({
    status: 503,
    ledger: {
      status: 'down',
      ledger: 'tampered',
      code: 'BINDING_MISMATCH',
      since: report.since!.toISOString(),
    },
    archive: { status: 'up' },
  });
});

it('is tampered with where its own check fails, and once a fork is proven', async () => {
  const shop = await served();
  const archive = shop.app.get<Ledger>(getLedgerToken('archive'));
  const health = shop.app.get(LedgerHealth);
  for (const id of ['1', '2', '3']) await shop.app.get(Orders).place(id);
  await tamper(shop.ledger).rollBack(1n);
  expect(await health.check()).toMatchObject({ status: 'tampered', code: 'ROLLBACK_DETECTED' });
  expect((await health.check({ ledger: 'archive' })).status).toBe('up');

  const forked = await served();
  for (const id of ['1', '2', '3']) await forked.app.get(Orders).place(id);
  await tamper(forked.ledger).fork(1n);
  expect(await forked.app.get(LedgerHealth).check()).toMatchObject({
    status: 'tampered',
    code: 'FORK_DETECTED',
  });
  expect(forked.log.lines).toHaveLength(1);
  await archive.close();
  expect(await health.check({ ledger: 'archive' })).toMatchObject({ status: 'down', code: 'CLOSED' });
});

it('is of a ledger there is', async () => {
  const shop = await served();
  await expect(shop.app.get(LedgerHealth).check({ ledger: 'archiv' })).rejects.toThrow(
    /no ledger "archiv" \(it has: "archive", "default"\)/,
  );
});

it('is tampered with where a tenant is', async () => {
  const shop = await served();
  const health = shop.app.get(LedgerHealth);
  const tenant = await shop.ledger.tenant('acme', { create: true });
  await tenant.repository(Orders).place('1');
  expect((await health.check()).status).toBe('up');
  tenant.client.report('find', new VerificationError('BINDING_MISMATCH', 'not what was asked for'));
  await expect
    .poll(() => shop.log.lines)
    .toEqual([
      'error Tenant "acme" of the ledger contradicts itself (BINDING_MISMATCH): not what was asked for',
    ]);
  expect(await health.check()).toMatchObject({ status: 'tampered', code: 'BINDING_MISMATCH' });
  expect((await health.check({ ledger: 'archive' })).status).toBe('up');
});

it('is not judged by a check that its caller broke off', async () => {
  const shop = await served();
  const health = shop.app.get(LedgerHealth);
  for (const signal of [AbortSignal.abort(), AbortSignal.abort(new Error('enough'))])
    await expect(health.check({ signal })).rejects.toMatchObject({ code: 'ABORTED' });
  await tamper(shop.ledger).goAway();
  const before = Date.now();
  const { status, since } = await health.check({ timeoutMs: 100, signal: new AbortController().signal });
  expect(status).toBe('down');
  expect(since!.getTime()).toBeGreaterThanOrEqual(before);
});
