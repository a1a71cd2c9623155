// What a process sees from outside: channels, the log, events.

import * as diagnostics from 'node:diagnostics_channel';
import { afterEach, describe, expect, it } from 'vitest';
import { utf8 } from '../../../src/bytes.js';
import { connect, type ImmuClient, MemoryTrustStore } from '../../../src/client/index.js';
import { LocalTransport } from '../../../src/client/local-transport.js';
import { checkedLogger, logEvent, type Logger } from '../../../src/client/telemetry/logger.js';
import { openEngine } from '../../../src/engine/engine.js';
import { connectFake, failures, FakeTransport, rejection } from '../fake-transport.js';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

async function connectHere(logger?: Logger): Promise<ImmuClient> {
  const engine = await openEngine({ databases: ['ledger'] });
  const client = await connect({
    ...engine.ownCredentials,
    database: 'ledger',
    ...(logger === undefined ? {} : { logger }),
    transport: new LocalTransport(engine.service, { address: 'here:3322', close: () => engine.close() }),
    trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'watched' },
  });
  cleanUps.push(() => client.close());
  return client;
}

/** What is published on a channel from now on, until the test ends. */
function heard(name: string): object[] {
  const messages: object[] = [];
  const listen = (message: unknown) => messages.push(structuredCloneable(message));
  diagnostics.subscribe(name, listen);
  cleanUps.push(() => diagnostics.unsubscribe(name, listen));
  return messages;
}

const structuredCloneable = (message: unknown) => ({ ...(message as object) });

describe('the channels', () => {
  it('tell of calls, with how often they were sent and what they failed with', async () => {
    const ended = heard('tracing:immurepo:call:asyncEnd');
    const transport = new FakeTransport();
    const connection = await connectFake(transport);
    cleanUps.push(() => connection.close());
    transport.on('Health', (_, count) => {
      if (count === 1) throw failures.notConnected();
      return { status: true, version: '' };
    });
    const { health } = await import('../../../src/client/server-status.js');
    await health(connection);
    expect(ended).toMatchObject([
      { rpc: 'Health', kind: 'read', database: 'defaultdb', address: 'fake:3322', attempts: 2 },
    ]);
    transport.on('Health', () => {
      throw failures.text(2, 'something new');
    });
    const error = await rejection(health(connection));
    expect(ended[1]).toMatchObject({ rpc: 'Health', error });
  });

  it('tell of verified operations', async () => {
    const started = heard('tracing:immurepo:operation:start');
    const client = await connectHere();
    await client.verifiedSet([{ key: utf8('k'), value: utf8('v') }]);
    expect(started).toEqual(
      expect.arrayContaining([{ operation: 'verifiedSet', database: 'ledger', ledgerId: 'watched' }]),
    );
  });

  it('tell of events', async () => {
    const events = heard('immurepo:event');
    const client = await connectHere();
    await client.openTrust();
    await new Promise(setImmediate);
    expect(events).toEqual(
      expect.arrayContaining([
        { name: 'session-opened', event: { address: 'here:3322', database: 'ledger' } },
      ]),
    );
  });
});

describe('the log', () => {
  const lines: [level: string, line: string, fields: object][] = [];
  const logger = Object.fromEntries(
    (['debug', 'info', 'warn', 'error'] as const).map((level) => [
      level,
      (line: string, fields: object) => lines.push([level, line, fields]),
    ]),
  ) as Logger;
  afterEach(() => lines.splice(0));

  it('is written what happens, in words and in fields', async () => {
    const client = await connectHere(logger);
    await client.verifiedSet([{ key: utf8('k'), value: utf8('v') }]);
    await new Promise(setImmediate);
    expect(lines.map(([level, line]) => [level, line])).toEqual([
      ['debug', 'immurepo: session on database "ledger" at here:3322'],
      ['info', 'immurepo: trust in ledger "watched", database "ledger", begins at transaction 1 (first-use)'],
    ]);
    expect(lines[1]![2]).toMatchObject({
      event: 'trust-initialised',
      txId: '1',
      alh: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(JSON.stringify(lines)).toContain('ledger');
  });

  it('may lack levels, and is left alone by events without a line', () => {
    const warned: string[] = [];
    const only: Logger = { warn: (line) => warned.push(line) };
    logEvent(only, 'session-lost', { address: 'a:1', database: 'd' });
    logEvent(only, 'an event of tomorrow', {});
    logEvent(only, 'constructor', {});
    logEvent(only, 'unreachable', { address: 'a:1', error: new Error('refused') });
    expect(warned).toEqual(['immurepo: immudb at a:1 is not reached: refused']);
  });

  it.each([{}, { warn: 'loud' }, 'console', null])('that cannot be written to is refused: %j', (given) => {
    expect(() => checkedLogger(given as never)).toThrow(
      /^logger must have at least one of the methods debug/,
    );
  });

  it('console is one', () => {
    expect(checkedLogger(console)).toBe(console);
  });
});
