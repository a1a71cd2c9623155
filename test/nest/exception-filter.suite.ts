// What a caller is told of an error of the ledger, and what is kept from everybody but the log.
import {
  type ArgumentsHost,
  Controller,
  Get,
  HttpException,
  Inject,
  NotFoundException,
  Param,
  Post,
  Res,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Response } from 'express';
import {
  ConflictError,
  evidenceOf,
  ImmuError,
  type ImmuErrorCode,
  Ledger,
  ModifiedEntityError,
  UniqueViolationError,
  UnknownOutcomeError,
  ValidationError,
  VerificationError,
} from 'immurepo';
import { ImmurepoExceptionFilter, ImmurepoModule, provideExceptionFilter } from 'immurepo/nest';
import { ImmurepoTestingModule } from 'immurepo/nest/testing';
import { tamper } from 'immurepo/testing';
import { readFileSync } from 'node:fs';
import { firstValueFrom } from 'rxjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { failedAttempt } from '../../src/client/rpc-error.js';
import { GrpcStatus as Status, RpcFailure } from '../../src/client/transport.js';
import { answerTo } from '../../src/nest/error-answers.js';
import { ask, serve, type Served } from './served.js';
import { Order, Orders } from './shop.js';

/** What must not get out. */
const SECRETS = [
  'Ada Lovelace',
  'immudb://ada:hunter2@ledger.example.com',
  'hunter2',
  'ledger.example.com:3322',
  '6b6579',
];
const secret = {
  message: SECRETS.join(' '),
  options: {
    details: { rpc: 'SQLExec', url: SECRETS[1], key: new Uint8Array([0x6b, 0x65, 0x79]) },
    cause: new Error(SECRETS[0]),
  },
};

/** All codes of errors that are no contradictions, as their type names them. */
const CODES = (() => {
  const text = readFileSync(new URL('../../src/errors.ts', import.meta.url), 'utf8');
  const [, union] = /export type ImmuErrorCode =([^;]*);/.exec(text)!;
  return [...union!.matchAll(/'(\w+)'/g)].map(([, code]) => code as ImmuErrorCode);
})();

const make = (kind: string): Error => {
  const { message, options } = secret;
  const classes = { ConflictError, UniqueViolationError, ModifiedEntityError, UnknownOutcomeError };
  if (Object.hasOwn(classes, kind)) return new classes[kind as keyof typeof classes](message, options);
  if (kind === 'ValidationError')
    return new ValidationError('total: must not be negative', [
      { entity: 'Order "1"', path: 'total', message: 'must not be negative' },
    ]);
  if (kind === 'VerificationError')
    return new VerificationError('BINDING_MISMATCH', message, { ...options, evidence: SECRETS });
  if (kind === 'HttpException') return new NotFoundException('no such page');
  if (kind === 'TypeError') return new TypeError(message);
  return new ImmuError(kind as ImmuErrorCode, message, { ...options, retryable: kind === 'SERVER_BEHIND' });
};

@Controller()
class FailingController {
  constructor(
    @Inject(Orders) private readonly orders: Orders,
    @Inject(Ledger) private readonly ledger: Ledger,
  ) {}

  @Get('fail/:kind')
  fail(@Param('kind') kind: string) {
    throw make(kind);
  }
  @Get('half')
  async half(@Res() response: Response) {
    response.write('half');
    await Promise.reject(make('VerificationError'));
  }
  @Get('orders/:id')
  async find(@Param('id') id: string) {
    return { total: String((await this.orders.findOrFail(id)).total) };
  }
  @Post('orders/:id/:total')
  async place(@Param('id') id: string, @Param('total') total: string) {
    await this.orders.place(id, BigInt(total));
  }
  @Post('numbered/:id/:number')
  async number(@Param('id') id: string, @Param('number') number: string) {
    await this.orders.insert(this.orders.create({ id, number, total: 1n }));
  }
  @Post('stale/:id')
  async stale(@Param('id') id: string) {
    const [mine, theirs] = [await this.orders.findOrFail(id), await this.orders.findOrFail(id)];
    mine.total += 1n;
    theirs.total += 2n;
    await this.orders.save(mine);
    await this.orders.save(theirs);
  }
  @Get('modified/:id')
  async modified(@Param('id') id: string) {
    const order = await this.orders.findOrFail(id);
    order.total = 9n;
    return { txId: String(evidenceOf(order).txId) };
  }
  @Post('closed')
  async closed() {
    await this.ledger.close();
    await this.orders.place('9');
  }
}

const served = (requireActor = false) =>
  serve({
    imports: [
      ImmurepoTestingModule.forRoot({ requireActor, timeoutMs: 500 }),
      ImmurepoModule.forFeature([Orders]),
    ],
    controllers: [FailingController],
    providers: [provideExceptionFilter()],
  });

describe('over HTTP', () => {
  let shop: Served;
  beforeEach(async () => {
    shop = await served();
  });
  const post = (path: string) => ask(`${shop.url}/${path}`, { method: 'POST' });
  const get = (path: string) => ask(`${shop.url}/${path}`);

  it.each([
    ['ConflictError', 409, 'CONFLICT', 'Conflict'],
    ['UniqueViolationError', 409, 'UNIQUE_VIOLATION', 'Conflict'],
    ['ModifiedEntityError', 409, 'MODIFIED_ENTITY', 'Conflict'],
    ['PRECONDITION_FAILED', 409, 'PRECONDITION_FAILED', 'Conflict'],
    ['IDEMPOTENCY_KEY_REUSED', 409, 'IDEMPOTENCY_KEY_REUSED', 'Conflict'],
    ['NOT_FOUND', 404, 'NOT_FOUND', 'Not Found'],
    ['ValidationError', 422, 'VALIDATION_FAILED', 'Unprocessable Entity'],
    ['VALUE_REFUSED', 422, 'VALUE_REFUSED', 'Unprocessable Entity'],
    ['ACTOR_REQUIRED', 401, 'ACTOR_REQUIRED', 'Unauthorized'],
    ['VerificationError', 500, 'BINDING_MISMATCH', 'Internal Server Error'],
    ['TRUST_LATCHED', 500, 'TRUST_LATCHED', 'Internal Server Error'],
    ['UnknownOutcomeError', 500, 'UNKNOWN_OUTCOME', 'Internal Server Error'],
    ['UNREACHABLE', 503, 'UNREACHABLE', 'Service Unavailable'],
    ['SERVER_BUSY', 503, 'SERVER_BUSY', 'Service Unavailable'],
    ['QUEUE_FULL', 503, 'QUEUE_FULL', 'Service Unavailable'],
    ['CLOSED', 503, 'CLOSED', 'Service Unavailable'],
    ['DEADLINE_EXCEEDED', 503, 'DEADLINE_EXCEEDED', 'Service Unavailable'],
    // A retry may mend it.
    ['SERVER_BEHIND', 503, 'SERVER_BEHIND', 'Service Unavailable'],
    ['UNREADABLE_RECORD', 500, 'UNREADABLE_RECORD', 'Internal Server Error'],
  ])('answers %s with %s', async (kind, status, code, error) => {
    const answer = await get(`fail/${kind}`);
    expect([answer.status, answer.body.statusCode, answer.body.code, answer.body.error]).toEqual([
      status,
      status,
      code,
      error,
    ]);
    expect(answer.body.tampered).toBe(/Verif|LATCHED/.test(kind) ? true : undefined);
    expect(answer.body.issues !== undefined).toBe(kind === 'ValidationError');
    expect(answer.headers.get('retry-after')).toBe(status === 503 ? '5' : null);
    expect(shop.log.lines).toHaveLength(status >= 500 ? 1 : 0);
  });

  it('tells of the ledger to the log alone, whatever a call fails for', async () => {
    expect(CODES.length).toBeGreaterThan(60);
    const shared = new Map<string, string>();
    for (const kind of [...CODES, 'VerificationError', 'UnknownOutcomeError']) {
      const { status, body } = await get(`fail/${kind}`);
      for (const word of SECRETS) expect(JSON.stringify(body)).not.toContain(word);
      expect(
        Object.keys(body).filter(
          (name) => !['statusCode', 'error', 'code', 'message', 'tampered'].includes(name),
        ),
      ).toEqual([]);
      if (status >= 500) shared.set(kind, String(body.message));
    }
    expect(shared.size).toBeGreaterThan(50);
    expect(shared.get('UNKNOWN_OUTCOME')).toMatch(/may have been committed/);
    expect(shop.log.lines.join()).toContain('hunter2');
  });

  it.each([
    ['tx read conflict', '25P02', 'CONFLICT', 409],
    ['unexpected value: expecting value of type STRING', undefined, 'VALUE_REFUSED', 422],
    ['something else', undefined, undefined, 500],
  ])('shows nothing of the server that answered "%s"', (text, sqlState, code, status) => {
    const site = { rpc: 'SQLExec', address: 'db.internal:3322', database: 'payroll', user: 'ada' };
    const { error } = failedAttempt(
      new RpcFailure(Status.UNKNOWN, text, {
        details: sqlState === undefined ? {} : { code: sqlState },
      }),
      site,
    );
    const answer = answerTo(error);
    expect(answer).toMatchObject({ status, ...(code === undefined ? {} : { code }) });
    expect(error.message).toContain('db.internal:3322');
    expect(JSON.stringify(answer)).not.toMatch(/SQLExec|db\.internal|payroll|ada/);
  });

  it('leaves the errors of others alone', async () => {
    expect(await get('fail/HttpException')).toMatchObject({ status: 404, body: { message: 'no such page' } });
    const answer = await get('fail/TypeError');
    expect(answer).toMatchObject({ status: 500, body: { message: 'Internal server error' } });
  });

  it('does not complete an answer that was half sent', async () => {
    const response = await fetch(`${shop.url}/half`);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect(shop.log.lines).toHaveLength(1);
  });

  it('tells what happens on a ledger', async () => {
    await post('orders/1/5');
    expect(await get('orders/1')).toMatchObject({ status: 200, body: { total: '5' } });
    expect(await get('orders/2')).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND', message: 'There is no Order "2", the server says.' },
    });
    const invalid = await post('orders/3/-1');
    expect(invalid.status).toBe(422);
    expect(invalid.body.issues).toEqual([
      { entity: 'Order "3"', path: 'total', message: 'must not be negative' },
    ]);
    expect(await post('orders/1/5')).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    expect(await post('stale/1')).toMatchObject({ status: 409, body: { code: 'CONFLICT' } });
    const taken = await post('numbered/4/N-1');
    expect(taken).toMatchObject({ status: 409, body: { code: 'UNIQUE_VIOLATION' } });
    // Whose it is is not for everybody.
    expect(JSON.stringify(taken.body)).not.toContain('"1"');
    expect(await get('modified/1')).toMatchObject({ status: 409, body: { code: 'MODIFIED_ENTITY' } });
  });

  it('tells that the ledger was tampered with, and shows nothing of it', async () => {
    await post('orders/1/5');
    await tamper(shop.ledger).forge(Order, '1', { total: 4_711n });
    const { status, body } = await get('orders/1');
    expect(status).toBe(500);
    expect(body).toMatchObject({ code: 'BINDING_MISMATCH', tampered: true });
    expect(JSON.stringify(body)).not.toMatch(/4711|Order|N-1/);
  });

  it('tells that it is away, or that the service ends', async () => {
    await tamper(shop.ledger).goAway();
    const away = await get('orders/1');
    expect([away.status, away.body.code]).toEqual([503, 'UNREACHABLE']);
    expect(Number(away.headers.get('retry-after'))).toBeGreaterThan(0);
    await tamper(shop.ledger).comeBack();
    expect(await post('closed')).toMatchObject({ status: 503, body: { code: 'CLOSED' } });
  });

  it('asks to sign in where nobody is named', async () => {
    const strict = await served(true);
    const answer = await ask(`${strict.url}/orders/1/1`, { method: 'POST' });
    expect(answer).toMatchObject({ status: 401, body: { code: 'ACTOR_REQUIRED' } });
    expect(String(answer.body.message)).not.toContain('ledger.as');
  });
});

describe('elsewhere', () => {
  const host = (kind: string) => ({ getType: () => kind }) as unknown as ArgumentsHost;
  const filter = () => new ImmurepoExceptionFilter(new HttpAdapterHost());
  const error = new VerificationError('BINDING_MISMATCH', secret.message, secret.options);

  it('sends a microservice the same body as an error', async () => {
    const answer = filter().catch(error, host('rpc'));
    const sent = await firstValueFrom(answer!).catch((body: unknown) => body);
    expect(sent).toMatchObject({ statusCode: 500, code: 'BINDING_MISMATCH', tampered: true });
    expect(JSON.stringify(sent)).not.toContain('hunter2');
  });

  it('sends a web socket the same body as an event', () => {
    const sent: unknown[] = [];
    const getClient = () => ({ emit: (...event: unknown[]) => sent.push(...event) });
    const socket = { getType: () => 'ws', switchToWs: () => ({ getClient }) } as unknown as ArgumentsHost;
    expect(filter().catch(error, socket)).toBeUndefined();
    expect(sent).toEqual([
      'exception',
      expect.objectContaining({ code: 'BINDING_MISMATCH', tampered: true }),
    ]);
  });

  it('hands others an HttpException with it', () => {
    const thrown = (() => {
      try {
        filter().catch(error, host('graphql'));
      } catch (caught) {
        return caught as HttpException;
      }
      return expect.unreachable();
    })();
    expect(thrown).toBeInstanceOf(HttpException);
    expect(thrown.getResponse()).toMatchObject({ code: 'BINDING_MISMATCH' });
  });
});
