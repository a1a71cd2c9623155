// Spans and metrics of OpenTelemetry, made from what this library tells `node:diagnostics_channel`. Its API is an
// optional peer, loaded only where the application has set OpenTelemetry up before it connects.

import { AsyncLocalStorage } from 'node:async_hooks';
import * as diagnostics from 'node:diagnostics_channel';
import type * as OpenTelemetry from '@opentelemetry/api';
import type { Attributes, Context, Counter, Histogram, Span } from '@opentelemetry/api';
import {
  CALLS,
  EVENT_CHANNEL,
  OPERATIONS,
  type CallTrace,
  type EventTrace,
  type OperationTrace,
} from './channels.js';

type Api = typeof OpenTelemetry;

/** Where the API keeps what an application registered with it: without that nobody would see a span. */
const REGISTERED = Symbol.for('opentelemetry.js.api.1');
const NAME = 'immurepo';

/** Clients that want it told, and what ends it: the channels are of the whole process. */
let clients = 0;
let stop: (() => void) | undefined;

/**
 * Begins to tell OpenTelemetry, if the application has set it up.
 *
 * @returns to be called when the client closes
 */
export async function startOpenTelemetry(): Promise<() => void> {
  if (!(REGISTERED in globalThis)) return () => undefined;
  const api = await load();
  if (api === undefined) return () => undefined;
  if (clients++ === 0) stop = subscribe(api);
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    if (--clients === 0) stop?.();
  };
}

async function load(): Promise<Api | undefined> {
  try {
    return await import('@opentelemetry/api');
  } catch {
    // Set up by a copy that cannot be found from here.
    return undefined;
  }
}

/** What is measured. */
interface Instruments {
  /** Duration of calls, in seconds. */
  readonly calls: Histogram;
  /** Duration of verified operations, in seconds. */
  readonly operations: Histogram;
  readonly events: Counter;
}

interface Started {
  readonly span: Span;
  readonly at: number;
}

/** Spans under way, and the operation that calls are made for. */
class Spans {
  readonly #api: Api;
  readonly #started = new WeakMap<object, Started>();
  readonly operation = new AsyncLocalStorage<OperationTrace>();

  constructor(api: Api) {
    this.#api = api;
  }

  start(trace: object, name: string, isCall: boolean, attributes: Attributes): void {
    const { trace: tracing, SpanKind } = this.#api;
    const kind = isCall ? SpanKind.CLIENT : SpanKind.INTERNAL;
    const span = tracing.getTracer(NAME).startSpan(name, { kind, attributes }, this.#parent());
    this.#started.set(trace, { span, at: performance.now() });
  }

  /** @returns how long it took in seconds, and the code of its error if it failed */
  end(trace: CallTrace | OperationTrace, attributes: Attributes = {}): Ended | undefined {
    const started = this.#started.get(trace);
    if (started === undefined) return undefined;
    this.#started.delete(trace);
    const { span, at } = started;
    const code = trace.error === undefined ? undefined : codeOf(trace.error);
    span.setAttributes(attributes);
    if (code !== undefined) {
      span.setAttribute('error.type', code);
      // The code only: a message may quote what a server or a caller wrote.
      span.setStatus({ code: this.#api.SpanStatusCode.ERROR, message: code });
    }
    span.end();
    return { seconds: (performance.now() - at) / 1000, code };
  }

  #parent(): Context {
    const { context, trace: tracing } = this.#api;
    const operation = this.operation.getStore();
    const started = operation === undefined ? undefined : this.#started.get(operation);
    return started === undefined ? context.active() : tracing.setSpan(context.active(), started.span);
  }
}

interface Ended {
  readonly seconds: number;
  readonly code: string | undefined;
}

function subscribe(api: Api): () => void {
  const spans = new Spans(api);
  const meter = api.metrics.getMeter(NAME);
  const instruments: Instruments = {
    calls: meter.createHistogram('db.client.operation.duration', {
      unit: 's',
      description: 'Duration of calls of immudb, retries included',
    }),
    operations: meter.createHistogram('immurepo.operation.duration', {
      unit: 's',
      description: 'Duration of verified operations',
    }),
    events: meter.createCounter('immurepo.events', { description: 'Events of clients, by name' }),
  };
  const calls = callSubscribers(spans, instruments);
  const operations = operationSubscribers(spans, instruments);
  const onEvent = (message: unknown) => {
    instruments.events.add(1, { 'immurepo.event': (message as EventTrace).name });
  };
  CALLS.subscribe(calls);
  OPERATIONS.subscribe(operations);
  // Here rather than when the start is told, which is after the store was entered: an operation that is part of another
  // has that one for its parent.
  OPERATIONS.start.bindStore(spans.operation, (trace) => {
    spans.start(trace, `immurepo.${trace.operation}`, false, operationAttributes(trace));
    return trace;
  });
  diagnostics.subscribe(EVENT_CHANNEL, onEvent);
  return () => {
    CALLS.unsubscribe(calls);
    OPERATIONS.unsubscribe(operations);
    OPERATIONS.start.unbindStore(spans.operation);
    diagnostics.unsubscribe(EVENT_CHANNEL, onEvent);
  };
}

const ignore = () => undefined;

function callSubscribers(spans: Spans, { calls }: Instruments) {
  return {
    start: (trace: CallTrace) => {
      spans.start(trace, `immudb ${trace.rpc}`, true, attributesOf(trace));
    },
    end: ignore,
    asyncStart: ignore,
    asyncEnd: (trace: CallTrace) => {
      const ended = spans.end(trace, { 'immurepo.attempts': trace.attempts ?? 1 });
      if (ended !== undefined) calls.record(ended.seconds, withError(attributesOf(trace), ended));
    },
    error: ignore,
  };
}

function operationSubscribers(spans: Spans, { operations }: Instruments) {
  return {
    start: ignore,
    end: ignore,
    asyncStart: ignore,
    asyncEnd: (trace: OperationTrace) => {
      const ended = spans.end(trace);
      if (ended !== undefined) operations.record(ended.seconds, withError(operationAttributes(trace), ended));
    },
    error: ignore,
  };
}

function operationAttributes({ operation, database, ledgerId }: OperationTrace): Attributes {
  return { 'immurepo.operation': operation, 'db.namespace': database, 'immurepo.ledger': ledgerId };
}

/** By the names of OpenTelemetry's conventions for database clients. */
function attributesOf({ rpc, kind, database, address }: CallTrace): Attributes {
  const colon = address.lastIndexOf(':');
  const port = Number(address.slice(colon + 1));
  return {
    'db.system.name': 'immudb',
    'db.namespace': database,
    'db.operation.name': rpc,
    'immurepo.call.kind': kind,
    ...(colon > 0 && Number.isInteger(port)
      ? { 'server.address': address.slice(0, colon).replace(/^\[|\]$/g, ''), 'server.port': port }
      : { 'server.address': address }),
  };
}

function withError(attributes: Attributes, { code }: Ended): Attributes {
  return code === undefined ? attributes : { ...attributes, 'error.type': code };
}

function codeOf(error: unknown): string {
  const { code, name }: { code?: unknown; name?: unknown } = Object(error) as object;
  if (typeof code === 'string') return code;
  return typeof name === 'string' ? name : 'Error';
}
