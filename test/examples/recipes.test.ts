// The recipes for Express and Fastify under what their own few requests do not show: many people at once, failures of the
// ledger, and the end. That they print what they say is shown in readme.test.ts.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, startRecipe } from './recipe-process.js';

const PEOPLE = "new Map([['Bearer ada-secret', 'ada']])";
const HUNDRED = 'new Map(Array.from({ length: 100 }, (_, n) => [`Bearer ${n}`, `person ${n}`]))';

const ON_DISK = "openLedger({ path: './ledger', ";
const IN_MEMORY = 'memoryLedger({ ';

/** Ids that are not asked of the ledger, but do something to it. */
const THEN = `
import { memoryLedger, tamper } from 'immurepo/testing';
const find = payments.findOrFail.bind(payments);
payments.findOrFail = async (id: string) => {
  const [what, of] = id.split(':') as [string, string];
  if (what === 'history')
    return (await payments.history(of)).map(({ actor, reason }) => ({ actor, reason })) as never;
  if (what === 'forge') return await tamper(ledger).forge(Payment, of, { cents: 1_000_000 }).then(() => ({})) as never;
  if (what === 'tamper') return await tamper(ledger)[of as 'goAway']().then(() => ({})) as never;
  if (what === 'fail') throw new ImmuError(of as never, 'secret');
  if (what === 'lie') throw new VerificationError(of as never, 'secret');
  if (what === 'bug') throw new TypeError('secret');
  return find(id);
};`;

describe.each(['express', 'fastify'] as const)('the recipe for %s', (name) => {
  let folder: string;
  let running: Running | undefined;
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity });
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'immurepo-test-'));
    running = await startRecipe(
      { name, replace: { [PEOPLE]: HUNDRED, [ON_DISK]: IN_MEMORY }, then: THEN },
      folder,
    );
  }, 30_000);
  afterAll(async () => {
    agent.destroy();
    running?.kill();
    await running?.ended;
    await rm(folder, { recursive: true });
  });

  const call = (path: string, headers: Record<string, string> = {}, method = 'GET'): ClientRequest =>
    request({ host: '127.0.0.1', port: running!.port, path, method, headers, agent });
  const answerTo = async (sent: ClientRequest) => {
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return { status: response.statusCode, headers: response.headers, body: await json(response) };
  };
  const get = (path: string) => answerTo(call(path).end());
  const begin = (id: string, person: number, more: Record<string, string> = {}) => {
    const headers = { authorization: `Bearer ${person}`, 'content-type': 'application/json', ...more };
    return call(`/payments/${id}`, headers, 'PUT');
  };

  it('keeps a hundred people apart whose requests come in pieces, all at once', async () => {
    const people = Array.from({ length: 100 }, (_, person) => person);
    const sent = people.map((person) => begin(`p${person}`, person, { 'x-reason': `reason%20${person}` }));
    for (const one of sent) one.write('{ "cents": ');
    await Promise.all(sent.map((one) => once(one, 'socket')));
    const answers = sent.map(answerTo);
    // The last one first, and each in pieces of its own.
    for (const one of sent.toReversed()) {
      one.write('1');
      await new Promise(setImmediate);
    }
    for (const one of sent) one.end(' }');
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual(people.map(() => 201));
    const written = await Promise.all(people.map((person) => get(`/payments/history:p${person}`)));
    expect(written.map(({ body }) => body)).toEqual(
      people.map((person) => [{ actor: `person ${person}`, reason: `reason ${person}` }]),
    );
  });

  it.each([
    ['fail:NOT_FOUND', 404],
    ['fail:ACTOR_REQUIRED', 401],
    ['fail:CONFLICT', 409],
    ['fail:MODIFIED_ENTITY', 409],
    ['fail:PRECONDITION_FAILED', 409],
    ['fail:UNIQUE_VIOLATION', 409],
    ['fail:VALUE_REFUSED', 422],
  ])('answers %s by %i, and says why', async (id, status) => {
    const answer = await get(`/payments/${id}`);
    expect(answer).toMatchObject({ status, body: { code: id.slice(5), message: 'secret' } });
  });

  it.each([
    ['fail:UNREACHABLE', 503, '1'],
    ['fail:SERVER_BUSY', 503, '1'],
    ['fail:QUEUE_FULL', 503, '1'],
    ['fail:CLOSED', 503, '1'],
    ['fail:DEADLINE_EXCEEDED', 503, '1'],
    ['fail:UNKNOWN_OUTCOME', 500, undefined],
    ['bug:TypeError', 500, undefined],
  ])('answers %s by %i, and does not say why', async (id, status, retry) => {
    const { headers, ...answer } = await get(`/payments/${id}`);
    const code = id.startsWith('fail:') ? { code: id.slice(5) } : {};
    expect(answer).toEqual({ status, body: { ...code, tampered: false } });
    expect(headers['retry-after']).toBe(retry);
  });

  it.each(['lie:PROOF_INVALID', 'fail:TRUST_LATCHED'])('says that it was lied to: %s', async (id) => {
    const { status, body } = await get(`/payments/${id}`);
    expect({ status, body }).toEqual({ status: 500, body: { code: id.split(':')[1], tampered: true } });
  });

  it.each([
    ['a body that is no JSON', {}, '{', 400],
    ['a body of another kind', { 'content-type': 'text/html' }, '<p>', name === 'express' ? 422 : 415],
    ['no amount', {}, '{}', 422],
    ['a reason that is not percent-encoded', { 'x-reason': '%' }, '{"cents":1}', 400],
    ['a reason that is too long to be stored', { 'x-reason': 'x'.repeat(5_000) }, '{"cents":1}', 400],
    ['a token of nobody', { authorization: 'Bearer 100' }, '{"cents":1}', 401],
  ])('refuses %s', async (_, headers, body, status) => {
    const refused = begin('refused', 1, headers);
    expect(await answerTo(refused.end(body))).toMatchObject({ status });
    expect(await get('/payments/refused')).toMatchObject({ status: 404 });
  });

  it('is healthy until the ledger does not answer or has lied, and does not forget a lie', async () => {
    const health = async () => {
      const { status, body } = await get('/health');
      return { status, body };
    };
    const done = async (what: string) => {
      expect(await get(`/payments/${what}`)).toMatchObject({ status: 200 });
    };
    await answerTo(begin('forged', 1).end('{"cents":1}'));
    expect(await health()).toEqual({ status: 200, body: { status: 'up' } });
    await done('tamper:goAway');
    expect(await health()).toEqual({ status: 503, body: { status: 'down', code: 'UNREACHABLE' } });
    await done('tamper:comeBack');
    expect(await health()).toEqual({ status: 200, body: { status: 'up' } });
    await done('forge:forged');
    expect(await get('/payments/forged')).toMatchObject({ status: 500, body: { tampered: true } });
    await done('tamper:honest');
    expect(await get('/payments/forged')).toMatchObject({ status: 200, body: { cents: 1 } });
    const code = 'BINDING_MISMATCH';
    expect(await health()).toEqual({ status: 503, body: { status: 'tampered', code } });
  });

  it('on SIGTERM lets nobody in, finishes what is under way, and then ends by itself', async () => {
    const last = begin('last', 7, { expect: '100-continue' });
    last.flushHeaders();
    await once(last, 'continue');
    running!.terminate();
    await expect.poll(refusesConnections, { timeout: 5_000 }).toBe(true);
    last.end('{ "cents": 9 }');
    expect(await answerTo(last)).toMatchObject({ status: 201, body: { id: 'last', cents: 9 } });
    const answered = performance.now();
    expect((await running!.ended).exitCode).toBe(0);
    // Connections that are kept alive do not keep it.
    expect(performance.now() - answered).toBeLessThan(4_000);
  }, 15_000);

  const refusesConnections = async () => {
    const probe = request({ host: '127.0.0.1', port: running!.port, agent: new Agent() }).end();
    try {
      const [response] = (await once(probe, 'response')) as [IncomingMessage];
      response.resume();
      return false;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
    }
  };
});
