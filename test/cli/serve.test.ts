// `immurepo serve`, with clients that come over gRPC. What ends it is told by the tests; for signals see serve-process.
import { generateKeyPairSync } from 'node:crypto';
import { readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { connect, MemoryTrustStore } from 'immurepo/client';
import { openLedger } from 'immurepo';
import { expect, it, onTestFinished } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import { run } from '../../src/cli/run.js';
import { serveCommand } from '../../src/cli/serve.js';
import { temporaryFolder } from '../engine/maintenance/support/folders.js';
import { Account } from '../repository/entities.js';
import { TLS_CERTIFICATE, TLS_KEY } from '../engine/service/fixtures/tls.js';
import { savedLedger } from './support/saved-ledger.js';

/** A running `immurepo serve`. */
class Serving {
  readonly out: string[] = [];
  readonly err: string[] = [];
  /** Whether it was asked to end with its input. */
  untilInputCloses: boolean | undefined;
  /** Its exit code. */
  readonly ended: Promise<number>;
  readonly #ready: Promise<unknown>;
  #stop: (reason: string) => void = () => undefined;

  constructor(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const stopped = new Promise<string>((resolve) => (this.#stop = resolve));
    let ready: () => void;
    const waiting = new Promise<void>((resolve) => (ready = resolve));
    const stops = {
      wait: (untilInputCloses: boolean) => {
        this.untilInputCloses = untilInputCloses;
        // What it says is said at once after this.
        setImmediate(ready);
        return stopped;
      },
    };
    const terminal = {
      out: (line: string) => void this.out.push(line),
      err: (line: string) => void this.err.push(line),
      color: false,
      env,
    };
    this.ended = run(['serve', ...words], [serveCommand(stops)], terminal);
    this.#ready = Promise.race([waiting, this.ended]);
    onTestFinished(async () => {
      this.#stop('the test');
      await this.ended;
    });
  }

  /** What it told when it was ready, as JSON. */
  async ready(): Promise<{
    address: string;
    uuid: string;
    databases: string[];
    user: string;
    defaultPassword: boolean;
    tls: boolean;
  }> {
    await this.#ready;
    return JSON.parse(this.out[0] ?? '') as never;
  }

  async stop(): Promise<number> {
    await this.#ready;
    this.#stop('SIGTERM');
    return this.ended;
  }
}

const newFolder = async () => join(await temporaryFolder(), 'ledger');
const serve = (path: string, words: readonly string[] = [], env?: Readonly<Record<string, string>>) =>
  new Serving(['--path', path, '--port', '0', '--json', ...words], env);
const clientOf = (address: string, database: string, login = 'immudb:immudb') =>
  connect({
    url: `immudb://${login}@${address}/${database}`,
    trust: { firstUse: true, store: new MemoryTrustStore() },
  });

it('serves a new ledger to a client that checks what it gets, and leaves it to openLedger', async () => {
  const path = await newFolder();
  const serving = serve(path);
  const { address, uuid, databases, ...more } = await serving.ready();
  expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
  expect(uuid).toMatch(/^[0-9a-v]{20}$/);
  expect([databases, more]).toEqual([
    ['ledger', 'defaultdb'],
    { path, user: 'immudb', defaultPassword: true, tls: false },
  ]);

  const ledger = await openLedger({
    url: `immudb://immudb:immudb@${address}/ledger`,
    entities: [Account],
    trust: { firstUse: true, store: new MemoryTrustStore() },
  });
  const ada = await ledger
    .repository(Account)
    .save(ledger.repository(Account).create({ email: 'ada@example.com', balance: 1n }));
  await ledger.close();
  expect(await serving.stop()).toBe(0);
  expect(serving.out).toHaveLength(1);
  expect(serving.err).toEqual([]);

  const own = await openLedger({ path, entities: [Account] });
  expect(await own.repository(Account).find(ada.id)).toMatchObject({ email: 'ada@example.com' });
  await own.close();
  expect((await readdir(path)).filter((name) => name.startsWith('writer'))).toEqual([]);
});

it('tells people how to connect', async () => {
  const path = await newFolder();
  const serving = new Serving(['--path', path, '--port', '0']);
  expect(await serving.stop()).toBe(0);
  expect(serving.out).toEqual([
    expect.stringMatching(
      new RegExp(`^Serving ${path} at immudb://immudb:immudb@127\\.0\\.0\\.1:\\d+/ledger$`),
    ),
    'Databases: ledger, defaultdb. Ctrl-C ends it.',
    'The password is the default, "immudb".',
  ]);
  expect(serving.err).toEqual([
    'Ending (SIGTERM): waiting for what is under way. Once more ends it at once.',
  ]);
});

it('serves what openLedger made, with the database it has', async () => {
  const path = await savedLedger(2);
  expect((await serve(path).ready()).databases).toEqual(['ledger', 'defaultdb']);
  const named = await newFolder();
  const ledger = await openLedger({ path: named, database: 'bank', entities: [Account] });
  await ledger.close();
  expect((await serve(named).ready()).databases).toEqual(['bank', 'defaultdb']);
});

it('makes the database it is asked for', async () => {
  const path = await savedLedger(1);
  const serving = serve(path, ['--database', 'shop']);
  const { address, databases } = await serving.ready();
  expect(databases).toEqual(['ledger', 'shop', 'defaultdb']);
  const client = await clientOf(address, 'shop');
  await client.verifiedSet([{ key: utf8('k'), value: utf8('v') }]);
  await client.close();
});

it('signs states with the key it is given', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const file = join(await temporaryFolder(), 'key.pem');
  await writeFile(file, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const { address } = await serve(await newFolder(), ['--signing-key', file]).ready();
  const key = publicKey.export({ type: 'spki', format: 'pem' }) as string;
  const client = await connect({
    url: `immudb://immudb:immudb@${address}/ledger`,
    trust: { key, store: new MemoryTrustStore() },
  });
  await client.verifiedSet([{ key: utf8('k'), value: utf8('v') }]);
  await client.close();
});

it.each(['immu', 'user:with:colons'])(
  'has the user and password that were given for a new ledger (%s), and never shows it',
  async (secret) => {
    const path = await newFolder();
    const password = `canary-${secret}`;
    const file = join(await temporaryFolder(), 'password');
    await writeFile(file, `${password}\n`);
    const serving = new Serving(['--path', path, '--port', '0', '--user', 'ada', '--password-file', file]);
    await serving.stop();
    expect([...serving.out, ...serving.err].join('\n')).not.toContain('canary');
    expect(serving.out[0]).toMatch(/immudb:\/\/ada:PASSWORD@/);
    const again = serve(path, [], { IMMUREPO_PASSWORD: password });
    const { address, user, defaultPassword } = await again.ready();
    expect([user, defaultPassword]).toEqual(['ada', false]);
    const url = `immudb://ada:${encodeURIComponent(password)}@${address}`;
    await (await connect({ url, trust: { firstUse: true, store: new MemoryTrustStore() } })).close();
    await expect(clientOf(address, 'defaultdb')).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
  },
);

it('serves no ledger with a password that is not its own, unless it is made so', async () => {
  const path = await savedLedger(1);
  const env = { IMMUREPO_PASSWORD: 'another-canary' };
  const refused = serve(path, [], env);
  expect(await refused.ended).toBe(1);
  expect(JSON.parse(refused.out[0]!)).toMatchObject({
    error: {
      code: 'INVALID_CREDENTIALS',
      message: expect.stringMatching(/has another password.*--set-password/) as unknown,
    },
  });
  expect(refused.out.join()).not.toContain('canary');

  const { address, defaultPassword } = await serve(path, ['--set-password'], env).ready();
  expect(defaultPassword).toBe(false);
  await expect(clientOf(address, 'ledger')).rejects.toMatchObject({ code: 'INVALID_CREDENTIALS' });
  await (await clientOf(address, 'ledger', 'immudb:another-canary')).close();
});

it('knows that an administrator keeps their name', async () => {
  const refused = serve(await savedLedger(1), ['--user', 'ada']);
  expect(await refused.ended).toBe(1);
  expect(refused.out[0]).toMatch(/INVALID_CREDENTIALS.*is \\"immudb\\", and their name cannot be changed/);
});

it('says which port is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as { port: number };
  const path = await newFolder();
  const serving = new Serving(['--path', path, '--port', String(port)]);
  expect(await serving.ended).toBe(1);
  expect(serving.err.join()).toMatch(
    new RegExp(`UNREACHABLE: Cannot listen on 127\\.0\\.0\\.1:${port}.*Is the port taken`),
  );
  // And gives the folder free.
  await (await openLedger({ path, entities: [Account] })).close();
});

it('says who has the ledger open', async () => {
  const path = await savedLedger(1);
  const ledger = await openLedger({ path, entities: [Account] });
  onTestFinished(() => ledger.close());
  const serving = new Serving(['--path', path, '--port', '0']);
  expect(await serving.ended).toBe(1);
  expect(serving.err.join()).toMatch(/LEDGER_LOCKED: .* is open for writing by process \d+/);
});

it('can be told to end with its input', async () => {
  const serving = serve(await newFolder(), ['--until-stdin-closes']);
  await serving.stop();
  expect(serving.untilInputCloses).toBe(true);
  const other = serve(await newFolder());
  await other.stop();
  expect(other.untilInputCloses).toBe(false);
});

it('listens elsewhere only if that is asked for twice', async () => {
  const path = await newFolder();
  const refused = new Serving(['--path', path, '--host', '0.0.0.0']);
  expect(await refused.ended).toBe(2);
  expect(refused.err.join()).toMatch(
    /0\.0\.0\.0 is not this machine alone: give --tls-cert and --tls-key, or --plaintext/,
  );
  const serving = new Serving(['--path', path, '--host', '0.0.0.0', '--port', '0', '--plaintext']);
  await serving.stop();
  expect(serving.out.join('\n')).toMatch(
    /Whoever reaches 0\.0\.0\.0 can read and write: set one, with --set-password/,
  );
});

it('speaks TLS, and can demand a certificate of whoever comes', async () => {
  const folder = await temporaryFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  await writeFile(key, TLS_KEY);
  await writeFile(cert, TLS_CERTIFICATE);
  const handshake = async (address: string, identity: object) => {
    const port = Number(address.split(':').pop());
    const socket = connectTls({
      host: '127.0.0.1',
      port,
      ca: TLS_CERTIFICATE,
      servername: 'localhost',
      ALPNProtocols: ['h2'],
      ...identity,
    });
    // A refused client is told after its own handshake is done: only data shows.
    const outcome = await new Promise<string>((resolve) => {
      socket.once('error', (error: Error) => {
        resolve(error.message);
      });
      socket.once('data', () => {
        resolve('data');
      });
      socket.once('close', () => {
        resolve('closed');
      });
    });
    socket.destroy();
    return outcome;
  };
  const tls = ['--tls-cert', cert, '--tls-key', key];
  const open = await serve(await newFolder(), tls).ready();
  expect(open.tls).toBe(true);
  expect(await handshake(open.address, {})).toBe('data');
  const strict = await serve(await newFolder(), [...tls, '--tls-ca', cert]).ready();
  expect(await handshake(strict.address, {})).not.toBe('data');
  expect(await handshake(strict.address, { key: TLS_KEY, cert: TLS_CERTIFICATE })).toBe('data');
});

it('refuses options that make no sense, before it makes a folder', async () => {
  const path = await newFolder();
  const file = join(await temporaryFolder(), 'file');
  await writeFile(file, '');
  const text = `${file}.txt`;
  await writeFile(text, 'no certificate');
  const cases: [string[], RegExp][] = [
    [['--port', '70000'], /--port must be a port, 0 to 65535/],
    [['--port', 'x'], /--port must be a port/],
    [['--signing-key', '/nowhere/key'], /--signing-key: ENOENT/],
    [['--signing-key', text], /--signing-key must be a private key/],
    [['--password-file', '/nowhere/p'], /--password-file: ENOENT/],
    [['--password-file', file], /--password-file: the file is empty/],
    [['--set-password'], /--set-password needs one/],
    [['--tls-cert', text], /TLS needs both --tls-cert and --tls-key/],
    [['--tls-cert', text, '--tls-key', text], /--tls-cert, --tls-key or --tls-ca cannot be used/],
    [['--database', 'No Such!'], /databases must be names/],
    [['--user', 'a b'], /user must be/],
  ];
  for (const [words, message] of cases) {
    const serving = new Serving(['--path', path, ...words]);
    expect(await serving.ended, words.join(' ')).toBe(2);
    expect(serving.err.join()).toMatch(message);
  }
  const both = new Serving(['--path', path, '--password-file', text], {
    IMMUREPO_PASSWORD: 'x',
  });
  expect(await both.ended).toBe(2);
  expect(both.err.join()).toMatch(/either --password-file or IMMUREPO_PASSWORD/);
  await expect(readdir(path)).rejects.toMatchObject({ code: 'ENOENT' });
  const missing = new Serving([]);
  expect(await missing.ended).toBe(2);
  expect(missing.err.join()).toMatch(/--path is missing/);
});
