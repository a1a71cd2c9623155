// The service as a process of its own, and its API as a client calls it.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OrderDetailView, OrderPageView, Refusal, TimelineView } from './answers.js';
import { builtExample } from './built.js';

/** How long a start may take on a machine that has much else to do. */
export const STARTED_WITHIN_MS = 60_000;
const TOLD = /Approvals is at http:\/\/localhost:(\d+)\//;

/** What the API answered. */
export interface Answer<Body = Refusal> {
  readonly status: number;
  readonly headers: Headers;
  /** The body, read as JSON where it is; what is in it is for the test to say that asks. */
  readonly body: Body;
}

/** How a process ended. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A folder of a test's own, and the service started in it, once or several times. */
export class Approvals implements AsyncDisposable {
  #child: ChildProcess | undefined;
  #origin = '';
  /** What it wrote to standard output, and said on standard error. */
  stdout = '';
  stderr = '';

  private constructor(
    /** Removed at the end. */
    readonly folder: string,
    private readonly env: Readonly<Record<string, string>>,
    private readonly built: string,
  ) {}

  /** Starts it on a free port. @param env what it finds in its environment, besides PORT and LEDGER_PATH */
  static async start(env: Readonly<Record<string, string>> = {}): Promise<Approvals> {
    const folder = await mkdtemp(join(tmpdir(), 'immurepo-approvals-'));
    const built = join(await builtExample(), 'examples', 'approvals');
    const place = env.LEDGER_URL === undefined ? { LEDGER_PATH: join(folder, 'ledger') } : {};
    const service = new Approvals(folder, { PORT: '0', ...place, ...env }, built);
    try {
      await service.restart();
    } catch (error) {
      await service[Symbol.asyncDispose]();
      throw error;
    }
    return service;
  }

  /** Starts it, again. @throws Error with what it said, if it does not come up */
  async restart(): Promise<void> {
    this.stderr = '';
    const child = this.#spawn('server/main.js', []);
    this.#child = child;
    const ended = this.ended();
    const deadline = Date.now() + STARTED_WITHIN_MS;
    for (let port: string | undefined; port === undefined; port = TOLD.exec(this.stderr)?.[1]) {
      const isOver = await Promise.race([
        once(child.stderr!, 'data').then(() => false),
        ended.then(() => true),
      ]);
      if (isOver || Date.now() > deadline) throw new Error(`The service did not start: ${this.stderr}`);
    }
    this.#origin = `http://127.0.0.1:${TOLD.exec(this.stderr)![1]!}`;
  }

  /** Runs a tool of the example on its ledger. */
  async tool(name: string, ...line: string[]): Promise<End & { readonly said: string }> {
    const child = this.#spawn(`tools/${name}.js`, line);
    let said = '';
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (text: string) => (said += text));
    const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    return { code, signal, said };
  }

  get origin(): string {
    return this.#origin;
  }

  /** Sends it a signal. @returns how it ended, once it has */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<End> {
    this.#child?.kill(signal);
    return this.ended();
  }

  async ended(): Promise<End> {
    const child = this.#child;
    if (child === undefined) return { code: null, signal: null };
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    return { code: child.exitCode, signal: child.signalCode };
  }

  /** Calls the API. @param body sent as JSON, unless it is a text */
  async call<Body = Refusal>(
    method: string,
    path: string,
    person?: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const type = typeof body === 'string' ? 'text/csv' : 'application/json';
    const response = await fetch(`${this.#origin}${path}`, {
      method,
      headers: {
        ...(person === undefined ? {} : { 'x-person': person }),
        ...(body === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true;
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : text) as Body,
    };
  }

  get<Body = Refusal>(path: string, person?: string): Promise<Answer<Body>> {
    return this.call('GET', path, person);
  }

  post<Body = Refusal>(
    path: string,
    person: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    return this.call('POST', path, person, body, headers);
  }

  /** An order. @param query `asOf=…` */
  async order(number: string, query = ''): Promise<OrderDetailView> {
    return (await this.get<OrderDetailView>(`/api/orders/${number}?${query}`)).body;
  }

  /** A page of orders. */
  async list(query = ''): Promise<OrderPageView> {
    return (await this.get<OrderPageView>(`/api/orders?${query}`)).body;
  }

  /** What happened to an order. */
  async timeline(number: string): Promise<TimelineView['entries']> {
    return (await this.get<TimelineView>(`/api/orders/${number}/timeline`)).body.entries;
  }

  /** Makes a draft of one line. @returns its number */
  async draft(person: string, unitPrice = '10.00', costCentre = 'it'): Promise<string> {
    const lines = [{ product: 'Paper', quantity: 2, unitPrice }];
    const content = { supplier: 'Canon', costCentre, lines };
    const { status, body } = await this.post<OrderDetailView>('/api/orders', person, content);
    if (status !== 201) throw new Error(JSON.stringify(body));
    return body.order.number;
  }

  /** Does something with an order as it is now, successfully. */
  async act(action: string, number: string, person: string, reason?: string): Promise<OrderDetailView> {
    const { status, body } = await this.tryTo<OrderDetailView>(action, number, person, reason);
    if (status !== 200) throw new Error(JSON.stringify(body));
    return body;
  }

  /** Asks for something to be done with an order as it is now. */
  async tryTo<Body = Refusal>(
    action: string,
    number: string,
    person: string,
    reason?: string,
  ): Promise<Answer<Body>> {
    const { revision } = (await this.order(number)).order;
    return this.post(`/api/orders/${number}/${action}`, person, { revision, ...(reason && { reason }) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
  }

  #spawn(file: string, line: readonly string[]): ChildProcess {
    const env = { PATH: process.env.PATH, NODE_ENV: 'test', ...this.env };
    const options = { env, cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] as const };
    const child = spawn(process.execPath, [join(this.built, file), ...line], {
      ...options,
      stdio: [...options.stdio],
    });
    child.stdout.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    return child;
  }
}
