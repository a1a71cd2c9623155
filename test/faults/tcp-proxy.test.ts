import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TcpProxy } from './tcp-proxy.js';

let echo: Server;
let proxy: TcpProxy;
const sockets: Socket[] = [];
beforeEach(async () => {
  echo = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined).on('data', (bytes) => socket.write(bytes));
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  proxy = await TcpProxy.start((echo.address() as AddressInfo).port);
});
afterEach(async () => {
  await proxy.close();
  for (const socket of sockets.splice(0)) socket.destroy();
  echo.close();
});

/** A client, what it received, and how its connection ended. */
function dial() {
  const socket = connect(Number(proxy.address.split(':')[1]), '127.0.0.1');
  sockets.push(socket);
  const state = { socket, received: '', ended: '' };
  socket.on('data', (bytes) => (state.received += String(bytes)));
  socket.on('error', (error: NodeJS.ErrnoException) => (state.ended = error.code ?? 'error'));
  socket.on('close', () => (state.ended ||= 'closed'));
  return state;
}

describe('a proxy of bytes', () => {
  it('passes them on', async () => {
    const client = dial();
    client.socket.write('hello');
    await expect.poll(() => client.received).toBe('hello');
  });

  it('cuts, and resets', async () => {
    for (const [fault, ended] of [
      ['cut', 'closed'],
      ['reset', 'ECONNRESET'],
    ] as const) {
      const client = dial();
      client.socket.write('a');
      await expect.poll(() => client.received).toBe('a');
      proxy[fault]();
      await expect.poll(() => client.ended).toBe(ended);
    }
  });

  it('cuts in the middle of an answer', async () => {
    const client = dial();
    proxy.cutAfter(3);
    client.socket.write('hello');
    await expect.poll(() => client.ended).toBe('closed');
    expect(client.received).toBe('hel');
  });

  it('falls silent for good on the connections there are, and not on new ones', async () => {
    const client = dial();
    client.socket.write('a');
    await expect.poll(() => client.received).toBe('a');
    proxy.halfOpen();
    client.socket.write('b');
    const other = dial();
    other.socket.write('c');
    await expect.poll(() => other.received).toBe('c');
    proxy.restore();
    client.socket.write('d');
    await sleep(30);
    expect([client.received, client.ended]).toEqual(['a', '']);
  });

  it('refuses, and takes connections again', async () => {
    proxy.refuse();
    const client = dial();
    await expect.poll(() => client.ended).not.toBe('');
    proxy.restore();
    const other = dial();
    other.socket.write('a');
    await expect.poll(() => other.received).toBe('a');
  });

  it('delays', async () => {
    proxy.delay(40);
    const client = dial();
    const began = performance.now();
    client.socket.write('a');
    await expect.poll(() => client.received, { interval: 5 }).toBe('a');
    expect(performance.now() - began).toBeGreaterThanOrEqual(75);
  });
});
