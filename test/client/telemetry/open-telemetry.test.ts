// Spans and metrics, as an application's OpenTelemetry receives them.

import { metrics, trace } from '@opentelemetry/api';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { utf8 } from '../../../src/bytes.js';
import { callStream } from '../../../src/client/call-stream.js';
import { connect, type ImmuClient, MemoryTrustStore } from '../../../src/client/index.js';
import { LocalTransport } from '../../../src/client/local-transport.js';
import { openEngine } from '../../../src/engine/engine.js';
import { ScanRequest } from '../../../src/wire/immudb/schema/kv.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import { rejection } from '../fake-transport.js';

const SECRET = 'a value that nobody else may see';

async function connectHere(): Promise<ImmuClient> {
  const engine = await openEngine({ databases: ['ledger'] });
  return connect({
    ...engine.ownCredentials,
    database: 'ledger',
    transport: new LocalTransport(engine.service, {
      address: 'here.example:3322',
      close: () => engine.close(),
    }),
    trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'traced' },
  });
}

describe('an application with OpenTelemetry', () => {
  const spans = new InMemorySpanExporter();
  const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 2 ** 30 });
  let client: ImmuClient;

  beforeAll(() => {
    trace.setGlobalTracerProvider(
      new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }),
    );
    metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
  });
  beforeEach(async () => {
    client = await connectHere();
    await client.openTrust();
    spans.reset();
  });
  afterEach(async () => {
    await client.close();
  });
  afterAll(() => {
    trace.disable();
    metrics.disable();
  });

  it('sees operations and the calls they make, without what is stored, until the client is closed', async () => {
    await client.verifiedSet([{ key: utf8('k'), value: utf8(SECRET) }]);
    expect(await rejection(client.tx(99n))).toMatchObject({ code: 'TX_NOT_FOUND' });
    const finished = spans.getFinishedSpans();
    expect(finished.map(({ name }) => name)).toEqual([
      'immudb VerifiableSet',
      'immurepo.verifiedSet',
      'immudb TxById',
    ]);
    const [call, operation, failed] = finished;
    expect(call!.parentSpanContext?.spanId).toBe(operation!.spanContext().spanId);
    expect(operation!.parentSpanContext).toBeUndefined();
    expect(call!.attributes).toEqual({
      'db.system.name': 'immudb',
      'db.namespace': 'ledger',
      'db.operation.name': 'VerifiableSet',
      'immurepo.call.kind': 'proven-write',
      'immurepo.attempts': 1,
      'server.address': 'here.example',
      'server.port': 3322,
    });
    expect(failed).toMatchObject({
      attributes: { 'error.type': 'TX_NOT_FOUND' },
      status: { code: 2, message: 'TX_NOT_FOUND' },
    });
    await reader.forceFlush();
    const names = measured
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
      .map(({ descriptor }) => descriptor.name);
    expect(names).toEqual(
      expect.arrayContaining(['db.client.operation.duration', 'immurepo.operation.duration']),
    );
    expect(JSON.stringify(finished.map(({ attributes }) => attributes))).not.toContain(SECRET);
    await client.close();
    spans.reset();
    const other = await connectHere();
    await other.close();
    expect(spans.getFinishedSpans().map(({ name }) => name)).toEqual([]);
  });

  it('sees streams as one call each', async () => {
    await client.set(utf8('s'), utf8('x'));
    spans.reset();
    const { streamScan } = ImmuServiceDefinition.methods;
    const request = ScanRequest.create({ prefix: utf8('s') });
    for await (const _ of callStream(client.connection, streamScan, [request], { kind: 'read' })) break;
    await new Promise(setImmediate);
    expect(spans.getFinishedSpans().map(({ name }) => name)).toContain('immudb streamScan');
  });
});

describe('an application without OpenTelemetry', () => {
  it('is told nothing, and nothing is loaded', async () => {
    const client = await connectHere();
    await client.verifiedSet([{ key: utf8('k'), value: utf8('v') }]);
    await client.close();
    expect(Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1'))).not.toHaveProperty('trace');
  });
});
