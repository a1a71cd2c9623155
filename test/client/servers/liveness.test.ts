import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { utf8 } from '../../../src/bytes.js';
import { Liveness } from '../../../src/client/servers/liveness.js';
import { openConnection, type Connection } from '../../../src/client/connection.js';
import { PlainClient } from '../../../src/client/plain-client.js';
import { TcpProxy } from '../../faults/tcp-proxy.js';
import { describeReal } from '../../support/describe-real.js';
import { rejection } from '../fake-transport.js';

describe('a connection that is watched', () => {
  let asked: number;
  let dead: number;
  let answers: () => Promise<boolean>;
  let liveness: Liveness;
  beforeEach(() => {
    [asked, dead] = [0, 0];
    answers = () => Promise.resolve(false);
    liveness = new Liveness({
      silenceMs: 30,
      ask: () => {
        asked++;
        return answers();
      },
      onDead: () => dead++,
    });
  });
  afterEach(() => {
    liveness.end();
  });

  it('is dead when nothing comes, not even when asked', async () => {
    liveness.began();
    await sleep(15);
    expect(asked).toBe(0);
    await expect.poll(() => dead).toBe(1);
    expect(asked).toBe(1);
  });

  it('is left alone while nobody waits', async () => {
    liveness.began();
    liveness.finished(true);
    await sleep(80);
    liveness.began();
    await sleep(10);
    expect(asked).toBe(0);
    liveness.finished(true);
  });

  it('is asked again and again while it answers', async () => {
    answers = () => Promise.resolve(true);
    liveness.began();
    await expect.poll(() => asked).toBeGreaterThan(2);
    expect(dead).toBe(0);
  });

  it('lives by anything that comes meanwhile', async () => {
    answers = async () => {
      liveness.heard();
      return Promise.resolve(false);
    };
    liveness.began();
    await expect.poll(() => asked).toBeGreaterThan(1);
    expect(dead).toBe(0);
  });

  it('does not begin anew with every call that gives up', async () => {
    for (let count = 0; count < 20 && dead === 0; count++) {
      liveness.began();
      await sleep(10);
      liveness.finished(false);
    }
    await expect.poll(() => dead).toBe(1);
  });

  it('is watched no longer after its end', async () => {
    liveness.began();
    liveness.end();
    await sleep(80);
    expect(asked).toBe(0);
  });
});

describeReal('a connection that falls silent', (server) => {
  let proxy: TcpProxy;
  let connection: Connection;
  let client: PlainClient;
  beforeEach(async () => {
    proxy = await TcpProxy.start(Number(server.address.split(':')[1]));
    connection = await openConnection({
      url: `immudb://${proxy.address}`,
      silenceMs: 200,
      timeoutMs: 10_000,
    });
    client = new PlainClient(connection);
    await client.set(utf8('silence'), utf8('1'));
  });
  afterEach(async () => {
    proxy.restore();
    await connection.close();
    await proxy.close();
  });

  it('is given up for a new one, by which reads under way are answered', async () => {
    proxy.halfOpen();
    const began = performance.now();
    const answers = await Promise.all(Array.from({ length: 20 }, () => client.get(utf8('silence'))));
    expect(answers.length).toBe(20);
    expect(performance.now() - began).toBeLessThan(3_000);
  });

  it('leaves the outcome of writes under way unknown', async () => {
    proxy.halfOpen();
    const error = await rejection(client.set(utf8('silence'), utf8('2')));
    expect(error).toMatchObject({ code: 'UNKNOWN_OUTCOME', details: { reason: 'UNREACHABLE' } });
    expect(error.message).toContain('gave no sign of life');
    await client.set(utf8('silence'), utf8('3'));
  });

  it('is kept where the server answers late', async () => {
    proxy.delay(100);
    const before = connection.session.useHeaders();
    for (let count = 0; count < 5; count++) await client.get(utf8('silence'));
    expect(connection.session.useHeaders()).toBe(before);
  });

  it('ends with its client all the same, calls under way included', async () => {
    proxy.stall();
    const call = rejection(client.get(utf8('silence'), { timeoutMs: 400 }));
    const began = performance.now();
    await connection.close();
    expect(performance.now() - began).toBeLessThan(4_000);
    expect((await call).name).toBe('ImmuError');
  });
});
