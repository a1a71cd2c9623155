// The service on an embedded ledger, over HTTP: what it does, what it refuses, and what it writes into its log.
import { get, request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ordersCsv } from '../../../examples/approvals/tools/orders-csv.js';
import type { Health, ImportView, OpenApi, State } from './answers.js';
import { type Answer, Approvals, STARTED_WITHIN_MS } from './approvals.js';
import { worksFromBeginningToEnd } from './workflow.js';

let service: Approvals;
beforeAll(async () => {
  service = await Approvals.start({ ORDERS_CSV: '', SHUTDOWN_MS: '3000' });
}, STARTED_WITHIN_MS);
afterAll(() => service[Symbol.asyncDispose]());

describe('orders', () => {
  worksFromBeginningToEnd(() => service);

  it('are as they were at any time, and the budget is not', async () => {
    const number = await service.draft('ada');
    // Times are those of transactions, in whole seconds.
    const then = (await service.order(number)).verification.committedAt;
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    await service.act('submit', number, 'ada');
    const asOf = await service.order(number, `asOf=${then}`);
    expect(asOf).toMatchObject({ order: { status: 'draft', revision: '1' }, actions: [] });
    expect(asOf.budget).toBeUndefined();
    expect((await service.order(number)).order.status).toBe('submitted');

    const list = await service.list(`status=draft&search=${number}&asOf=${then}`);
    expect(list.orders).toMatchObject([{ number, status: 'draft' }]);
    expect(await service.list('asOf=2001-01-01T00:00:00Z')).toMatchObject({
      orders: [],
      next: null,
      counts: { draft: 0, paid: 0 },
    });
    expect((await service.get(`/api/orders/${number}?asOf=2001-01-01T00:00:00Z`)).status).toBe(404);
  });

  it('are counted, found by number and by supplier, and listed page by page, each once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => service.draft('ben')));
    const all: string[] = [];
    let page = await service.list('limit=4');
    for (; ; page = await service.list(`limit=4&after=${page.next}`)) {
      all.push(...page.orders.map(({ number }) => number));
      if (page.next === null) break;
    }
    expect(all).toEqual([...new Set(all)].sort().reverse());
    const counted = Object.values(page.counts).reduce((sum, count) => sum + count, 0);
    expect(all).toHaveLength(counted);
    const drafts = await service.list('status=draft&limit=100');
    expect(drafts.orders).toHaveLength(drafts.counts.draft);
    const bySupplier: string[] = [];
    let next: string | null = '';
    for (let after = ''; next !== null; after = `&after=${next!}`) {
      const found: Awaited<ReturnType<Approvals['list']>> = await service.list(`search=CAN&limit=7${after}`);
      bySupplier.push(...found.orders.map(({ number }) => number));
      ({ next } = found);
    }
    expect(bySupplier.toSorted().reverse()).toEqual(all);
    expect((await service.list('search=xerox')).orders).toEqual([]);
    expect((await service.list('search=1&status=rejected')).orders).toEqual([]);
    expect((await service.list('search=1')).orders).toMatchObject([{ number: 'PO-000001' }]);
  });

  it('cannot be approved beyond what is left of a budget', async () => {
    const number = await service.draft('ada', '99999.00', 'facilities');
    await service.act('submit', number, 'ada');
    await service.act('approve', number, 'dev');
    const more = await service.draft('ada', '99999.00', 'facilities');
    await service.act('submit', more, 'ada');
    const { status, body } = await service.tryTo('approve', more, 'dev');
    expect([status, body.code, body.message]).toEqual([
      409,
      'BUDGET_EXCEEDED',
      `Facilities has 50,002.00 EUR left, and ${more} is about 199,998.00 EUR.`,
    ]);
    expect((await service.order(more)).order.status).toBe('submitted');
  });
});

describe('who may', () => {
  it('is told to those who may not', async () => {
    const number = await service.draft('ada', '3000.00');
    expect((await service.tryTo('submit', number, 'ben')).body).toEqual({
      statusCode: 403,
      error: 'Forbidden',
      message: 'Ben Okafor may not submit this order: somebody else asked for it. Ada Park may.',
    });
    await service.act('submit', number, 'ada');
    const { body } = await service.tryTo('approve', number, 'cleo');
    expect(body.message).toContain('6,000.00 EUR is more than the limit of 5,000.00 EUR. Dev Rao may.');
    expect((await service.post('/api/orders', 'finn', contentOf('1.00'))).status).toBe(403);
    expect((await service.post('/api/imports', 'finn', ordersCsv({ rows: 1 }))).status).toBe(403);
  });

  it('is asked of everybody who changes something, and answered to everybody who looks', async () => {
    const nobody = await service.call('POST', '/api/orders', undefined, contentOf('1.00'));
    expect([nobody.status, nobody.body.message]).toEqual([
      401,
      'Say who you are by the header x-person: ada, ben, cleo, dev, eva, finn.',
    ]);
    expect((await service.get('/api/orders', 'mallory')).status).toBe(401);
    expect((await service.get('/api/orders')).status).toBe(200);
    const { body: people } = await service.get<unknown[]>('/api/people');
    expect(people).toHaveLength(6);
    expect(people[2]).toEqual({ id: 'cleo', name: 'Cleo Haas', roles: ['approver'], limit: '5000.00' });
  });
});

describe('what comes in', () => {
  it('is for this machine: a page of another site cannot reach it under a name of its own', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { host: 'rebound.example.com' };
      get(`${service.origin}/api/people`, { headers }, (response) => {
        response.resume().once('end', () => {
          resolve(response.statusCode);
        });
      }).once('error', reject);
    });
    expect(status).toBe(421);
  });

  const paths = ({ body }: Answer) => (body.issues ?? []).map(({ path }) => path);

  it('is checked, and each fault is told with its place', async () => {
    const line = { product: '', quantity: 1.5, unitPrice: '1.5', colour: 'red' };
    const wrong = {
      supplier: 1,
      costCentre: 'moon',
      lines: [{ product: 'a', quantity: 1, unitPrice: '1.00' }, line],
    };
    const answer = await service.post('/api/orders', 'ada', wrong);
    expect(answer.body).toMatchObject({ statusCode: 400, error: 'Bad Request', code: 'INVALID_REQUEST' });
    expect(paths(answer).sort()).toEqual([
      'costCentre', 'lines[1].colour', 'lines[1].product', 'lines[1].quantity', 'lines[1].unitPrice', 'supplier',
    ]); // prettier-ignore
  });

  it.each([
    [{ ...contentOf('1.00'), status: 'paid' }, 'status'],
    [{ ...contentOf('1.00'), number: 'PO-000001' }, 'number'],
    [{ ...contentOf('1.00'), lines: [] }, 'lines'],
    [{ ...contentOf('1.00'), lines: Array.from({ length: 51 }, () => contentOf('1.00').lines[0]) }, 'lines'],
    [contentOf('-1.00'), 'lines[0].unitPrice'],
    [contentOf('99999999999.00'), 'lines[0].unitPrice'],
    [{ ...contentOf('1.00'), note: 'x'.repeat(1_001) }, 'note'],
    [{ ...contentOf('1.00'), note: null }, 'note'],
    [{ ...contentOf('1.00'), lines: null }, 'lines'],
    [{ ...contentOf('1.00'), lines: [contentOf('1.00').lines] }, 'lines'],
    [{ ...contentOf('1.00'), lines: [[]] }, 'lines'],
    [{ ...contentOf('1.00'), supplier: '   ' }, 'supplier'],
    [{ ...contentOf('1.00'), supplier: 'a\u202eb' }, 'supplier'],
    [{ ...contentOf('1.00'), note: 'a\u0007b' }, 'note'],
  ])('refuses %#', async (body, path) => {
    const answer = await service.post('/api/orders', 'ada', body);
    expect([answer.status, paths(answer)]).toEqual([400, [path]]);
  });

  it('is asked for its type first', async () => {
    const line = { product: 'a', quantity: 'three', unitPrice: '1.00' };
    const answer = await service.post('/api/orders', 'ada', { ...contentOf('1.00'), lines: [line] });
    expect(answer.body.message).toBe('quantity must be an integer number');
    const noList = await service.post('/api/orders', 'ada', { ...contentOf('1.00'), lines: 'x' });
    expect(noList.body.message).toContain('lines must be an array');
    expect((await service.get('/api/orders?limit=x')).body.message).toBe('limit must be an integer number');
  });

  it.each([
    'status=lost',
    'limit=0',
    'limit=101',
    'limit=x',
    'after=1',
    'asOf=soon',
    'search=',
    'colour=red',
  ])('refuses to list by %s', async (query) => {
    expect((await service.get(`/api/orders?${query}`)).status).toBe(400);
  });

  it('refuses to empty what a draft must have', async () => {
    const number = await service.draft('ada');
    for (const name of ['lines', 'supplier', 'costCentre', 'note']) {
      const body = { revision: '1', [name]: null };
      const answer = await service.call('PATCH', `/api/orders/${number}`, 'ada', body);
      expect([answer.status, paths(answer)]).toEqual([400, [name]]);
    }
  });

  it('needs a revision for a change, and a reason for a rejection', async () => {
    const number = await service.draft('ada');
    for (const revision of [undefined, 1, '0', '1e3', '99999999999999999999'])
      expect((await service.post(`/api/orders/${number}/submit`, 'ada', { revision })).status).toBe(400);
    const submit = `/api/orders/${number}/submit`;
    expect(await service.post(submit, 'ada', { revision: '9' })).toMatchObject({
      status: 409,
      body: { statusCode: 409, error: 'Conflict', code: 'REVISION_CHANGED' },
    });
    await service.act('submit', number, 'ada');
    const { status, body } = await service.tryTo('reject', number, 'dev');
    expect([status, body.message]).toEqual([400, 'A reason must be given, of at most 500 characters.']);
    for (const reason of [' \n ', '\u200b'])
      expect((await service.tryTo('reject', number, 'dev', reason)).body.message).toBe(body.message);
    expect((await service.tryTo('reject', number, 'dev', 'no\u202e')).body.message).toContain('direction');
    await service.act('reject', number, 'dev', '  Too dear,\nby far ');
    expect((await service.timeline(number)).at(-1)?.reason).toBe('Too dear,\nby far');
    expect((await service.tryTo('reject', number, 'dev', 'again')).body.code).toBe('WRONG_STATUS');
  });

  it('is refused where it is no JSON, too much, or for nothing that is there', async () => {
    const headers = { 'content-type': 'application/json' };
    expect((await service.post('/api/orders', 'ada', '{"supplier":', headers)).status).toBe(400);
    expect(
      (await service.post('/api/orders', 'ada', JSON.stringify('x'.repeat(200_000)), headers)).status,
    ).toBe(413);
    expect((await service.get('/api/orders/PO-999999')).body).toMatchObject({
      statusCode: 404,
      code: 'NOT_FOUND',
    });
    expect((await service.get('/api/orders/PO-999999/timeline')).status).toBe(404);
    expect((await service.get('/api/orders/PO-000001/path?revision=99')).status).toBe(404);
    expect((await service.get('/api/orders/1')).status).toBe(400);
    expect((await service.get('/api/nothing')).status).toBe(404);
    expect((await service.get('/api/imports/5c1b7cbb-0c4e-4a58-9d4c-0e6a3c0c1e00')).status).toBe(404);
    expect((await service.post('/api/imports', 'ada', {})).status).toBe(415);
  });
});

describe('imports', () => {
  /** Imports a file, and waits. @returns its last state */
  async function imported(csv: string) {
    const { status, body } = await service.post<ImportView>('/api/imports', 'ben', csv);
    expect(status).toBe(202);
    for (;;) {
      const { body: progress } = await service.get<ImportView>(`/api/imports/${body.id}`);
      if (progress.state !== 'running') return progress;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  const txId = async () => BigInt((await service.get<State>('/api/state')).body.txId);
  /** Numbers that nobody else has. */
  const csv = (rows: number) => ordersCsv({ rows }).replaceAll('PO-000', 'PO-070');

  it('write each order once, however often the file is imported, and say whose they are', async () => {
    const file = csv(40);
    const total = Buffer.byteLength(file);
    const first = await imported(file);
    expect(first).toMatchObject({
      state: 'done', bytesRead: total, bytesTotal: total, rows: 40, written: 40, unchanged: 0, refused: [], refusedCount: 0,
    }); // prettier-ignore
    const before = await txId();
    expect(await imported(file)).toMatchObject({
      state: 'done',
      rows: 40,
      written: 0,
      unchanged: 40,
      refusedCount: 0,
    });
    // Nothing but the counter of numbers, which is asked whether it is far enough.
    expect((await txId()) - before).toBeLessThanOrEqual(1n);
    expect(await service.timeline('PO-070001')).toMatchObject([
      { event: 'imported', actor: 'import', actorName: 'Import', reason: 'Imported by Ben Okafor' },
    ]);
  });

  it('refuse rows that are wrong or there already, with their lines, and take the others', async () => {
    const header = csv(1).split('\n', 1)[0]!;
    const rows = [
      'PO-070001,Canon,ada,it,Paper,1,1.00,',
      'PO-071001,Canon,ada,it,Paper,none,1.00,',
      'PO-071002,Canon,ada,it,Paper,1,1.00,',
      'PO-071003,Canon,ada,it,Paper,1,1.00,',
      'PO-071003,Canon,ada,it,Paper,1,1.00 EUR,',
    ];
    const progress = await imported([header, ...rows, ''].join('\n'));
    expect(progress).toMatchObject({ state: 'done', rows: 5, written: 1, unchanged: 0, refusedCount: 4 });
    expect(progress.refused.map(({ line, why }) => [line, why])).toEqual([
      [3, 'quantity must be a whole number from 1 to 9999.'],
      [5, 'It is of the same order as line 6, which was refused.'],
      [6, 'unit_price must be an amount like 1234.50.'],
      [2, expect.stringMatching(/^PO-070001 is there already, and asks for something else\./) as string],
    ]);
    expect((await service.get('/api/orders/PO-071002')).status).toBe(200);
    // What was taken from the file the first time is no mistake in it when its mistakes are mended.
    const mended = [header, rows[1]!.replace('none', '2'), rows[2]!, ''].join('\n');
    expect(await imported(mended)).toMatchObject({ rows: 2, written: 1, unchanged: 1, refusedCount: 0 });
    // Numbers go on after those that were taken.
    expect(await service.draft('ada')).toBe('PO-071003');
  });

  it('take no number far beyond those in use, so that new orders can be numbered', async () => {
    const text = `${csv(1).split('\n', 1)[0]!}\nPO-999999,Canon,ada,it,Paper,1,1.00,\n`;
    const progress = await imported(text);
    expect(progress).toMatchObject({ state: 'done', written: 0, refusedCount: 1 });
    expect(progress.refused[0]?.why).toMatch(/^PO-999999 is far beyond the numbers that are in use\./);
    expect(await service.draft('ada')).toMatch(/^PO-07/);
  });

  it('fail for a file that is none, and say why', async () => {
    expect(await imported('a,b\n1,2\n')).toMatchObject({
      state: 'failed',
      written: 0,
      error: expect.stringMatching(/^The columns of the file must be number,supplier/) as string,
    });
  });
});

describe('the rest of the API', () => {
  it('suggests suppliers and products', async () => {
    expect((await service.get<string[]>('/api/suppliers?search=ca')).body).toEqual(['Canon', 'Cardinal']);
    const { body: products } = await service.get<unknown[]>('/api/products?search=canon%20copier');
    expect(products).toContainEqual({
      name: 'Canon PC1060 Personal Laser Copier', supplier: 'Canon', category: 'Technology', unitPrice: '699.99',
    }); // prettier-ignore
  });

  it('tells the trusted state, and that the ledger is well', async () => {
    const { body: state } = await service.get<State>('/api/state');
    expect(state).toMatchObject({
      status: 'up',
      ledgerId: 'embedded',
      database: 'ledger',
      origin: 'created',
    });
    expect(state.alh).toMatch(/^[0-9a-f]{64}$/);
    const health = await service.get<Health>('/health');
    expect(health.status).toBe(200);
    expect(health.body.details.ledger).toMatchObject({ status: 'up', ledger: 'up' });
  });

  it('is described: every route, with what it takes and answers', async () => {
    const { body: document } = await service.get<OpenApi>('/api/openapi.json');
    expect(document.openapi).toMatch(/^3\./);
    const routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes.sort()).toEqual([
      'GET /api/budgets', 'GET /api/imports/{id}', 'GET /api/orders', 'GET /api/orders/{number}', 'GET /api/orders/{number}/path',
      'GET /api/orders/{number}/timeline', 'GET /api/people', 'GET /api/products', 'GET /api/state', 'GET /api/suppliers',
      'GET /health', 'PATCH /api/orders/{number}', 'POST /api/imports', 'POST /api/orders', 'POST /api/orders/{number}/approve',
      'POST /api/orders/{number}/pay', 'POST /api/orders/{number}/reject', 'POST /api/orders/{number}/revise',
      'POST /api/orders/{number}/submit',
    ]); // prettier-ignore
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name!,
    );
    expect(references.length).toBeGreaterThan(20);
    for (const name of references) expect(Object.keys(document.components.schemas)).toContain(name);
    expect(document.paths['/api/orders/{number}/approve']?.post?.description).toContain(
      'role approver or director',
    );
    expect(document.components.schemas.OrderLineRequest?.properties.unitPrice).toMatchObject({
      type: 'string',
    });
    expect((await service.get('/api/docs')).body).toContain('swagger-ui');
  });

  it('serves the page, and lets it load nothing from elsewhere', async () => {
    const page = await service.get('/');
    expect(page.headers.get('content-type')).toContain('text/html');
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'self'; script-src 'self'; style-src 'self';");
    for (const [name, value] of [
      ['x-content-type-options', 'nosniff'],
      ['x-frame-options', 'DENY'],
      ['x-powered-by', null],
      ['access-control-allow-origin', null],
    ] as const)
      expect(page.headers.get(name), name).toBe(value);
    expect((await service.get('/assets/main.js')).headers.get('content-type')).toContain('javascript');
    expect((await service.get('/assets/..%2f..%2fserver%2fmain.js')).status).toBe(404);
  });
});

describe('the log', () => {
  interface Line {
    readonly message: { readonly correlationId?: string };
  }
  const logged = () =>
    service.stdout
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);

  it('is JSON, a line for each request with its correlation id, and nothing of what was asked', async () => {
    await service.call('GET', '/api/orders?search=geheimnis', 'finn', undefined, {
      'x-request-id': 'look-1',
    });
    const line = await vi.waitUntil(() => logged().find(({ message }) => message.correlationId === 'look-1'));
    expect(line).toMatchObject({
      level: 'log',
      context: 'Request',
      message: { method: 'GET', path: '/api/orders', status: 200, complete: true, person: 'finn' },
    });
    expect(service.stdout).not.toContain('geheimnis');
  });

  it('takes no id that could be mistaken for a line of it', async () => {
    const answer = await service.call('GET', '/api/people', undefined, undefined, {
      'x-request-id': '{"level":"x y"}',
    });
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

// The last ones: they end the service.
describe('the end', () => {
  it(
    'comes when all that is under way is done, and what was written is there again',
    async () => {
      // Their headers have arrived, and the service waits for what is to be ordered.
      const drafts = await Promise.all(Array.from({ length: 20 }, () => begunDraft(service.origin)));
      const ended = service.end('SIGTERM');
      await vi.waitUntil(async () => !(await isListening(service.origin)), { timeout: 10_000 });
      const answers = await Promise.all(drafts.map((finish) => finish()));
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
      expect(await ended).toEqual({ code: null, signal: 'SIGTERM' });
      await service.restart();
      for (const { number } of answers) expect((await service.get(`/api/orders/${number}`)).status).toBe(200);
    },
    STARTED_WITHIN_MS,
  );

  it(
    'comes though somebody holds a connection and asks for nothing, or for half of something',
    async () => {
      const port = Number(new URL(service.origin).port);
      const upload =
        'POST /api/imports HTTP/1.1\r\nhost: localhost\r\nx-person: ada\r\ncontent-type: text/csv\r\ncontent-length: 99\r\n\r\nabc';
      const sockets = ['', 'GET / HTTP/1.1\r\nho', upload].map((text) => {
        const socket = connect(port, '127.0.0.1').on('error', () => undefined);
        if (text !== '') socket.write(text);
        return socket;
      });
      await Promise.all(sockets.map((socket) => vi.waitUntil(() => socket.readyState === 'open')));
      const began = performance.now();
      expect((await service.end('SIGTERM')).signal).toBe('SIGTERM');
      expect(performance.now() - began).toBeLessThan(20_000);
      for (const socket of sockets) socket.destroy();
      await service.restart();
    },
    STARTED_WITHIN_MS,
  );

  it('comes at once where it cannot begin, with one sentence', async () => {
    const other = service.tool('../server/main');
    const { code, said } = await other;
    expect(code).toBe(1);
    expect(said).toMatch(/^The ledger cannot be opened \(LEDGER_LOCKED\)\. [^\n]+\n$/m);
  });
});

/** A draft of which the service has the headers. @returns sends the rest */
function begunDraft(origin: string): Promise<() => Promise<{ status: number; number: string }>> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-person': 'ben', 'content-type': 'application/json', expect: '100-continue' };
    const sent = request(`${origin}/api/orders`, { method: 'POST', headers, agent: false });
    const answer = new Promise<{ status: number; number: string }>((answered, failed) => {
      sent.once('error', failed).once('response', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.once('end', () => {
          const body = JSON.parse(text) as { order?: { number: string } };
          answered({ status: response.statusCode ?? 0, number: body.order?.number ?? '' });
        });
      });
    });
    answer.catch(reject);
    sent.once('continue', () => {
      resolve(() => {
        sent.end(JSON.stringify(contentOf('1.00')));
        return answer;
      });
    });
    sent.flushHeaders();
  });
}

function isListening(origin: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => {
      resolve(false);
    });
  });
}

function contentOf(unitPrice: string) {
  return { supplier: 'Canon', costCentre: 'it', lines: [{ product: 'Paper', quantity: 1, unitPrice }] };
}
