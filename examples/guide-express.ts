// Guide of README.md: a service on Express, without Nest.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler, type Request } from 'express';
import { Entity, Id, ImmuError, openLedger, Property, ValidationError, VerificationError } from 'immurepo';

@Entity<Payment>({
  name: 'payment',
  validate: ({ cents }) => (cents > 0 ? [] : [{ message: 'must be positive', path: ['cents'] }]),
})
class Payment {
  @Id() id!: string;
  @Property() cents!: number;
}

const ledger = await openLedger({ path: './ledger', entities: [Payment], requireActor: true });
const payments = ledger.repository(Payment);

let alarm: string | undefined; // once raised, it stays
ledger.on('tampered', ({ error }) => (alarm ??= error.code));
ledger.on('latched', ({ error }) => (alarm ??= error.code));
const health = async () => {
  try {
    if (alarm === undefined) await ledger.verifyState({ timeoutMs: 2_000 });
  } catch (error) {
    if (!(error instanceof VerificationError)) return { status: 'down', code: (error as ImmuError).code };
    alarm ??= error.code;
  }
  return alarm === undefined ? { status: 'up' } : { status: 'tampered', code: alarm };
};

const CODES = {
  401: ['ACTOR_REQUIRED'],
  404: ['NOT_FOUND'],
  409: ['CONFLICT', 'MODIFIED_ENTITY', 'PRECONDITION_FAILED', 'UNIQUE_VIOLATION'],
  422: ['VALIDATION_FAILED', 'VALUE_REFUSED'],
  503: ['CLOSED', 'DEADLINE_EXCEEDED', 'QUEUE_FULL', 'SERVER_BUSY', 'UNREACHABLE'],
};
const statusOf = ({ code }: ImmuError) =>
  Number(Object.entries(CODES).find(([, codes]) => codes.includes(code))?.[0] ?? 500);
/** The body of an answer. Why something failed that is no fault of the client is for the log. */
const problem = (error: { code?: string; message: string }, status: number) => {
  if (status < 500)
    return {
      code: error.code,
      message: error.message,
      ...(error instanceof ValidationError && { issues: error.issues }),
    };
  console.error(error);
  return { code: error.code, tampered: error instanceof VerificationError || error.code === 'TRUST_LATCHED' };
};

const PEOPLE = new Map([['Bearer ada-secret', 'ada']]); // stands in for your sign-in
const provenanceOf = ({ headers }: Request) => ({
  actor: PEOPLE.get(headers.authorization ?? ''),
  // Percent-encoded, since a header carries no other letters than those of Latin-1.
  reason: typeof headers['x-reason'] === 'string' ? decodeURIComponent(headers['x-reason']) : undefined,
  correlationId: randomUUID(),
});

const app = express();
app.use(express.json());
// Behind what reads bodies: all that is awaited from here on is done in this person's name.
app.use((request, _, next) => {
  try {
    ledger.as(provenanceOf(request), next);
  } catch (error) {
    next(Object.assign(error as Error, { status: 400 }));
  }
});
app.get('/health', async (_, response) => {
  const { status, code } = await health();
  response.status(status === 'up' ? 200 : 503).json({ status, code });
});
app.get('/payments/:id', async (request, response) => {
  response.json(await payments.findOrFail(request.params.id));
});
app.put('/payments/:id', async (request, response) => {
  const { cents } = (request.body ?? {}) as Partial<Payment>;
  const payment = payments.create({ id: request.params.id, cents: Number(cents) });
  response.status(201).json(await payments.insert(payment));
});
const answerError: ErrorRequestHandler = (error: Error & { status?: number }, _, response, next) => {
  const status = error instanceof ImmuError ? statusOf(error) : (error.status ?? 500);
  if (response.headersSent) {
    next(error);
    return;
  }
  if (status === 503) response.set('retry-after', '1');
  response.status(status).json(problem(error, status));
};
app.use(answerError);

const server = app.listen(Number(process.env.PORT ?? 0), '127.0.0.1');
await once(server, 'listening');
const stop = async () => {
  const closed = once(server, 'close');
  server.close(); // lets nobody in, and finishes what is under way
  server.keepAliveTimeout = 1; // and no connection outlives that
  setTimeout(server.closeAllConnections.bind(server), 10_000).unref();
  await closed;
  await ledger.close();
};
process.once('SIGTERM', () => void stop());

// What clients of it see:
const { port } = server.address() as AddressInfo;
const say = async (path: string, cents?: number, headers: Record<string, string> = ada) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    headers: { 'content-type': 'application/json', ...headers },
    ...(cents !== undefined && { method: 'PUT', body: JSON.stringify({ cents }) }),
  });
  const { code = '', status = '' } = (await response.json()) as { code?: string; status?: string };
  console.log(`${response.status} ${code}${status}`.trim());
};
const ada = { authorization: 'Bearer ada-secret', 'x-reason': encodeURIComponent('für März') };
await say('/payments/1', 250); // → 201
await say('/payments/1', 300); // → 409 CONFLICT
await say('/payments/2', 0); // → 422 VALIDATION_FAILED
await say('/payments/3', 9, {}); // → 401 ACTOR_REQUIRED
await say('/payments/4'); // → 404 NOT_FOUND
await say('/health'); // → 200 up
for (const { actor, reason } of await payments.history('1')) console.log(actor, reason); // → ada für März
await stop();
