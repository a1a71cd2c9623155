// TLS as it is spoken: by a real immudb, and by the embedded ledger that is served. Whatever is wrong is told at once, by
// what it is and what to do about it.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer, type SecureVersion } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import { connect, type ConnectOptions } from '../../src/client/connect.js';
import { ImmuError } from '../../src/errors.js';
import { MemoryTrustStore } from '../../src/trust/memory-store.js';
import { type Certified, certificateAuthority } from '../support/certificates.js';
import { describeReal } from '../support/describe-real.js';
import { startEngine, startReal, type SecureServer, type StartSecure } from '../support/secure-servers.js';
import { temporaryDirectory } from '../trust/support/temporary-directory.js';
import { rejection } from './fake-transport.js';

const execute = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');
const HOUR_MS = 3_600_000;
const HERE = ['localhost', '127.0.0.1'];
const authority = certificateAuthority();
const stranger = certificateAuthority();
const server = authority.issue({ names: HERE });
const identity = authority.issue({ names: ['ada'] });
const ca = authority.cert;
const trust = { firstUse: true, store: new MemoryTrustStore() } as const;

/** Nothing of this may take as long as a deadline. */
const AT_ONCE_MS = 5_000;

async function open(address: string, options: ConnectOptions = {}): Promise<void> {
  const client = await connect({ url: `immudb://${address}`, trust, ...options });
  await client.close();
}

/** The error a connection fails with, at once. */
async function failure(address: string, options: ConnectOptions = {}): Promise<ImmuError> {
  const began = performance.now();
  const error = await rejection(open(address, options));
  expect(performance.now() - began).toBeLessThan(AT_ONCE_MS);
  if (error instanceof ImmuError) return error;
  throw new Error('expected an ImmuError', { cause: error });
}

const byName = (address: string) => address.replace('127.0.0.1', 'localhost');

/** What every server of either kind must do. */
function suite(start: StartSecure): void {
  describe('a server with a certificate', () => {
    let secure: SecureServer;
    beforeAll(async () => {
      secure = await start(server);
    });
    afterAll(() => secure[Symbol.asyncDispose]());

    it('is reached by its name and by its address, without a warning, and proves what it says', async () => {
      const warned = vi.fn();
      process.on('warning', warned);
      onTestFinished(() => void process.off('warning', warned));
      for (const address of [secure.address, byName(secure.address)]) {
        const store = new MemoryTrustStore();
        const client = await connect({
          url: `immudbs://immudb:immudb@${address}/defaultdb`,
          tls: { ca },
          trust: { firstUse: true, store },
        });
        const key = utf8(`at ${address}`);
        await client.verifiedSet([{ key, value: utf8('value') }]);
        expect((await client.verifiedGet(key))?.value).toEqual(utf8('value'));
        await client.close();
      }
      expect(
        warned.mock.calls.filter(([warning]) => !String(warning).includes('taken at its first word')),
      ).toEqual([]);
    });

    it('is known by its authority as text, bytes, file and one of several', async () => {
      const file = join(await temporaryDirectory(), 'ca.pem');
      await writeFile(file, `the authority of this test\n${ca}`);
      for (const given of [ca, Buffer.from(ca), { file }, [stranger.cert, { file }], `${stranger.cert}${ca}`])
        await open(secure.address, { tls: { ca: given } });
    });

    it.each<[string, ConnectOptions]>([
      ['whom Node trusts', { tls: true }],
      ['another authority', { tls: { ca: stranger.cert } }],
      ['the certificate of the server itself for an authority', { tls: { ca: identity.cert } }],
    ])('is not believed by %s', async (_, options) => {
      const error = await failure(secure.address, options);
      expect(error).toMatchObject({
        code: 'TLS_FAILED',
        retryable: false,
        details: { tls: 'unknown-authority', address: secure.address },
      });
      expect(error.message).toMatch(
        /^OpenSession: the certificate of 127\.0\.0\.1:\d+ is signed by nobody trusted here \(unable to verify the first certificate\)\. Give its authority, as tls: \{ ca/,
      );
    });

    it('is not believed either where the environment switches the checks of Node off', async () => {
      vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
      onTestFinished(() => void vi.unstubAllEnvs());
      expect(await failure(secure.address, { tls: true })).toMatchObject({
        details: { tls: 'unknown-authority' },
      });
      expect(await failure(secure.address, { tls: { ca, serverName: 'db.example.com' } })).toMatchObject({
        details: { tls: 'wrong-name' },
      });
    });

    it('hangs up on whoever speaks plaintext, who is told what may help', async () => {
      const error = await failure(secure.address);
      expect(error.code).toBe('UNREACHABLE');
      expect(error.message).toMatch(/It hung up at once: if it speaks TLS only, connect with tls: true/);
    });
  });

  describe('a server that demands certificates', () => {
    let strict: SecureServer;
    beforeAll(async () => {
      strict = await start({ ...server, clientCa: ca });
    });
    afterAll(() => strict[Symbol.asyncDispose]());

    it('takes a client that has one', async () => {
      const { cert, key } = identity;
      await open(strict.address, { tls: { ca, cert, key } });
      const passphrase = 'the passphrase';
      await open(strict.address, { tls: { ca, cert, key: identity.encryptedKey(passphrase), passphrase } });
    });

    it('tells a client without', async () => {
      const error = await failure(strict.address, { tls: { ca } });
      expect(error).toMatchObject({ code: 'TLS_FAILED', details: { tls: 'client-certificate-required' } });
      expect(error.message).toMatch(
        /takes only clients with a certificate: give one, as tls: \{ cert, key \}/,
      );
    });

    it.each([
      ['of another authority', stranger.issue()],
      ['that has expired', authority.issue({ until: new Date(Date.now() - HOUR_MS / 2) })],
    ])('refuses one %s', async (_, { cert, key }) => {
      const error = await failure(strict.address, { tls: { ca, cert, key } });
      // immudb says what it minds; Node's own server hangs up.
      if (error.code === 'TLS_FAILED') {
        expect(error.details.tls).toBe('client-certificate-refused');
        expect(error.message).toMatch(
          /refuses the certificate of this client \(\w+ alert (unknown ca|certificate expired)\)/,
        );
      } else {
        expect(error.code).toBe('UNREACHABLE');
        expect(error.message).toMatch(
          /hung up after the handshake: does it take this client's certificate\?/,
        );
      }
    });
  });

  it('a server without a certificate is told from one that is silent', async () => {
    await using plain = await start(undefined);
    const error = await failure(plain.address, { tls: { ca } });
    expect(error).toMatchObject({ code: 'TLS_FAILED', details: { tls: 'server-speaks-plaintext' } });
    expect(error.message).toMatch(
      /does not speak TLS: nothing was sent to it\. Start it with a certificate, or/,
    );
  });
}

describeReal('TLS', () => {
  suite(startReal);
});
describe('TLS (embedded ledger over gRPC)', () => {
  suite(startEngine);
});

describe('a certificate that is not right', () => {
  const DAY_MS = 24 * HOUR_MS;
  const authorityOfOld = certificateAuthority({ until: new Date(Date.now() - 1000) });

  it.each<[string, Certified, ConnectOptions, string, RegExp]>([
    [
      'has expired',
      authority.issue({ names: HERE, until: new Date(Date.now() - 1000) }),
      { tls: { ca } },
      'expired',
      /the certificate of 127\.0\.0\.1:\d+ has expired, or this machine's clock is wrong/,
    ],
    [
      'is not valid yet',
      authority.issue({ names: HERE, from: new Date(Date.now() + DAY_MS / 2) }),
      { tls: { ca } },
      'not-yet-valid',
      /is not valid yet: this machine's clock is wrong/,
    ],
    [
      'is for another host',
      authority.issue({ names: ['db.example.com', '10.0.0.1'] }),
      { tls: { ca } },
      'wrong-name',
      /is another's: the certificate is for DNS:db\.example\.com, IP Address:10\.0\.0\.1, not for "127\.0\.0\.1"\. Connect by a name it is for/,
    ],
    [
      'is for this host, where another name is wanted',
      server,
      { tls: { ca, serverName: 'db.example.com' } },
      'wrong-name',
      /not for "db\.example\.com"/,
    ],
    ['is for no host', authority.issue(), { tls: { ca } }, 'wrong-name', /is for no name at all, not for/],
    [
      'is signed by one that has expired',
      authorityOfOld.issue({ names: HERE }),
      { tls: { ca: authorityOfOld.cert } },
      'expired',
      /has expired/,
    ],
    [
      'is signed by itself',
      certificateAuthority({ names: HERE }),
      { tls: { ca } },
      'unknown-authority',
      /signed by nobody trusted here \(self-signed certificate/,
    ],
    [
      'claims in its name to be another failure',
      authority.issue({ names: ['certificate has expired'] }),
      { tls: { ca } },
      'wrong-name',
      /is another's/,
    ],
  ])('because it %s', async (_, shown, options, tls, message) => {
    await using secure = await startEngine(shown);
    const error = await failure(secure.address, options);
    expect(error).toMatchObject({ code: 'TLS_FAILED', retryable: false, details: { tls } });
    expect(error.message).toMatch(message);
  });

  it('is right again by the name it is for', async () => {
    await using secure = await startEngine(authority.issue({ names: ['db.example.com'] }));
    await open(secure.address, { tls: { ca, serverName: 'db.example.com' } });
    await using byAddress = await startEngine(authority.issue({ names: ['127.0.0.1'] }));
    await open(byName(byAddress.address), { tls: { ca, serverName: '127.0.0.1' } });
  });

  it('is noticed in the middle of the work, and not waited for until the deadline', async () => {
    const first = await startEngine(server);
    const { address } = first;
    const client = await connect({ url: `immudb://${address}`, trust, tls: { ca }, timeoutMs: 60_000 });
    onTestFinished(() => client.close());
    await client.verifiedGet(utf8('key'));
    await first[Symbol.asyncDispose]();
    const old = authority.issue({ names: HERE, until: new Date(Date.now() - 1000) });
    await using _second = await startEngine(old, Number(address.split(':')[1]));
    const began = performance.now();
    const read = await rejection(client.verifiedGet(utf8('key')));
    expect(read).toMatchObject({ code: 'TLS_FAILED', details: { tls: 'expired' } });
    const write = await rejection(client.verifiedSet([{ key: utf8('key'), value: utf8('value') }]));
    expect(write).toMatchObject({ code: 'TLS_FAILED', details: { tls: 'expired' } });
    expect(performance.now() - began).toBeLessThan(2 * AT_ONCE_MS);
  });
});

describe('a server of another age', () => {
  async function ancient(maxVersion: SecureVersion): Promise<string> {
    const { cert, key } = server;
    const old = createTlsServer({
      cert,
      key,
      minVersion: 'TLSv1',
      maxVersion,
      ciphers: 'DEFAULT:@SECLEVEL=0',
    });
    old.on('tlsClientError', () => undefined);
    await once(old.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void old.close());
    return `127.0.0.1:${String((old.address() as AddressInfo).port)}`;
  }

  it('that speaks nothing newer than TLS 1.1 is refused', async () => {
    const error = await failure(await ancient('TLSv1.1'), { tls: { ca } });
    expect(error).toMatchObject({ code: 'TLS_FAILED', details: { tls: 'handshake' } });
    expect(error.message).toMatch(
      /no secure connection to .* \(.*protocol.*\)\. .* speak nothing newer than TLS 1\.1/,
    );
  });
});

describe('the authorities of Node', () => {
  it('are those of NODE_EXTRA_CA_CERTS too', async () => {
    await using secure = await startEngine(server);
    const file = join(await temporaryDirectory(), 'ca.pem');
    await writeFile(file, ca);
    const script = `
      import { connect } from './src/client/connect.ts';
      import { MemoryTrustStore } from './src/trust/memory-store.ts';
      const trust = { firstUse: true, store: new MemoryTrustStore() };
      const client = await connect({ url: 'immudbs://${secure.address}', trust });
      console.log((await client.health()).healthy);
      await client.close();`;
    const words = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const options = { cwd: ROOT, env: { ...process.env, NODE_EXTRA_CA_CERTS: file }, timeout: 15_000 };
    expect((await execute(process.execPath, words, options)).stdout.trim()).toBe('true');
  });
});
