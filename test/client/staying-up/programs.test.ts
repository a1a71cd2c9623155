// A program that closes its clients ends by itself, in time.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TcpProxy } from '../../faults/tcp-proxy.js';
import { describeReal } from '../../support/describe-real.js';

const run = promisify(execFile);
const source = (path: string) => new URL(`../../../src/client/${path}`, import.meta.url).href;

describeReal('a program that closes its clients ends', (server) => {
  let proxy: TcpProxy;
  let replica: TcpProxy;
  beforeEach(async () => {
    const port = Number(server.address.split(':')[1]);
    proxy = await TcpProxy.start(port);
    replica = await TcpProxy.start(port);
  });
  afterEach(async () => {
    await Promise.all([proxy.close(), replica.close()]);
  });

  it('whatever it was doing, and whatever has become of the servers', async () => {
    const text = `
      import { connect } from '${source('connect.ts')}';
      const key = Uint8Array.of(7);
      const open = () => connect({
        url: 'immudb://${proxy.address}', replicas: ['${replica.address}'], timeoutMs: 1500, silenceMs: 60000,
        circuit: { failures: 1, afterMs: 0, pauseMs: 60000 },
      });
      // What is said is done by whoever started this, who answers when it is.
      const say = (line) => new Promise((done) => { process.stdin.once('data', done); console.log(line); });
      const close = async (client) => {
        const began = performance.now();
        await client.close();
        console.log(performance.now() - began < 6000 ? 'closed' : 'closed late');
      };

      const reader = await open();
      await reader.set(key, key);
      for (let count = 0; count < 3; count++) await reader.get(key);
      await close(reader);

      const refused = await open();
      await say('away');
      for (let count = 0; count < 3; count++) await refused.set(key, key).catch(() => undefined);
      console.log((await refused.set(key, key).catch((error) => error)).details.circuit !== undefined);
      await close(refused);
      await say('back');

      // Calls under way, at both servers, and one that is logging in.
      const stalled = await open();
      await stalled.get(key);
      await say('stalled');
      const calls = [stalled.get(key), stalled.set(key, key), stalled.useDatabase('defaultdb')];
      for (const call of calls) call.catch(() => undefined);
      await new Promise((done) => setTimeout(done, 50));
      await close(stalled);
      process.stdin.destroy();`;
    const deeds: Readonly<Record<string, (one: TcpProxy) => void>> = {
      away: (one) => {
        one.refuse();
      },
      back: (one) => {
        one.restore();
      },
      stalled: (one) => {
        one.stall();
      },
    };
    const program = run(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', text], {
      timeout: 18_000,
    });
    program.child.stdout?.on('data', (bytes: Buffer | string) => {
      for (const line of String(bytes).trim().split('\n')) {
        const deed = deeds[line];
        if (deed === undefined) continue;
        for (const one of [proxy, replica]) deed(one);
        program.child.stdin?.write('\n');
      }
    });
    const { stdout } = await program;
    expect(stdout.trim().split('\n')).toEqual([
      'closed',
      ...['away', 'true', 'closed'],
      ...['back', 'stalled', 'closed'],
    ]);
  });
});
