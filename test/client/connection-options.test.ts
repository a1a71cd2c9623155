import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { isLoopback, resolveOptions, type ConnectionOptions } from '../../src/client/connection-options.js';

const REMOTE = { host: 'db.example.com', user: 'ada', password: 'secret', plaintext: true } as const;

describe('resolveOptions: defaults', () => {
  it('reaches a local server as its administrator', () => {
    const options = resolveOptions({});
    expect(options).toMatchObject({
      host: 'localhost',
      port: 3322,
      address: 'localhost:3322',
      database: 'defaultdb',
      timeoutMs: 30_000,
      keepAliveMs: 30_000,
      maxWritesInFlight: 25,
      maxMessageBytes: 64 * 1024 * 1024,
      authentication: 'session',
      grpcOptions: {},
    });
    expect(options.credentials.user).toBe('immudb');
    expect(options.credentials.revealPassword()).toBe('immudb');
  });

  it('takes the parts of a URL, given alone or as an option', () => {
    const url = 'immudb://ada:s%40@127.0.0.1:99/Bank';
    for (const options of [resolveOptions(url), resolveOptions({ url })]) {
      expect(options).toMatchObject({
        host: '127.0.0.1',
        port: 99,
        address: '127.0.0.1:99',
        database: 'bank',
      });
      expect(options.credentials.user).toBe('ada');
      expect(options.credentials.revealPassword()).toBe('s@');
    }
  });

  it('completes a URL with options, so that a password need not stand in it', () => {
    const options = resolveOptions({
      url: 'immudb://localhost/bank',
      user: 'ada',
      password: 'secret',
      timeoutMs: 5,
    });
    expect(options.credentials.revealPassword()).toBe('secret');
    expect(options).toMatchObject({ database: 'bank', timeoutMs: 5 });
  });

  it('writes an IPv6 address in brackets', () => {
    expect(resolveOptions({ host: '::1' }).address).toBe('[::1]:3322');
    expect(resolveOptions('immudb://[::1]:7').address).toBe('[::1]:7');
  });

  it('lower-cases the database as the server does', () => {
    expect(resolveOptions({ database: 'My_Bank2' }).database).toBe('my_bank2');
  });
});

describe('resolveOptions: what is wrong, by name', () => {
  it.each<[ConnectionOptions, string]>([
    [{ port: 0 }, '"port" must be a whole number from 1 to 65535'],
    [{ port: 1.5 }, '"port"'],
    [{ port: Number.NaN }, '"port"'],
    [{ host: '' }, '"host" must be'],
    [{ host: 'a b' }, '"host" must be'],
    [{ host: '[::1]' }, '"host" must be'],
    [{ database: '' }, 'the database "" must be'],
    [{ database: 'a-b' }, 'the database "a-b" must be'],
    [{ database: 'ä' }, 'the database'],
    [{ database: 'x'.repeat(129) }, 'the database'],
    [{ user: 'ada' }, 'the password is missing'],
    [{ password: 'secret' }, 'the user is missing'],
    [{ user: '', password: 'secret' }, 'the user is missing'],
    [{ user: 'ada', password: '' }, 'the password is missing'],
    [{ timeoutMs: 0 }, '"timeoutMs"'],
    [{ timeoutMs: Infinity }, '"timeoutMs"'],
    [{ timeoutMs: 2 ** 31 }, '"timeoutMs"'],
    [{ keepAliveMs: 0 }, '"keepAliveMs"'],
    [{ maxWritesInFlight: 0 }, '"maxWritesInFlight"'],
    [{ maxWritesInFlight: 1_001 }, '"maxWritesInFlight" must be a whole number from 1 to 1000'],
    [{ keepAliveMs: 60_001 }, '"keepAliveMs" must be a whole number from 1 to 60000'],
    [{ maxMessageBytes: 1 }, '"maxMessageBytes"'],
    [{ authentication: 'none' as 'session' }, '"authentication" must be'],
    [{ url: 'immudb://h:1', port: 2, plaintext: true }, '"port" is given twice'],
    [{ url: 'immudb://a:b@localhost', password: 'c' }, '"password" is given twice'],
    [{ url: 'immudb://localhost/a', database: 'a' }, '"database" is given twice'],
    [{ url: 5 as unknown as string }, '"url" must be a string'],
    [{ timeout: 5 } as ConnectionOptions, 'option "timeout" is unknown. Known are: url, host'],
  ])('%j', (options, problem) => {
    expect(() => resolveOptions(options)).toThrow(TypeError);
    expect(() => resolveOptions(options)).toThrow(problem);
  });
});

describe('resolveOptions: other machines', () => {
  it('are reached by TLS unless the opposite is asked for in words', () => {
    const { plaintext: _, ...secure } = REMOTE;
    expect(resolveOptions(secure).tls).toBeDefined();
    expect(resolveOptions({ ...secure, plaintext: false }).tls).toBeDefined();
    expect(resolveOptions('immudb://ada:secret@db.example.com').tls).toBeDefined();
    expect(resolveOptions(REMOTE)).toMatchObject({ address: 'db.example.com:3322', tls: undefined });
  });

  it('uses no default password there', () => {
    expect(() => resolveOptions({ host: 'db.example.com', plaintext: true })).toThrow('the user is missing');
    expect(() => resolveOptions({ ...REMOTE, password: undefined as unknown as string })).toThrow(
      'the password is missing',
    );
  });

  it.each([
    ['localhost', true],
    ['LOCALHOST', true],
    ['localhost.', true],
    ['127.0.0.1', true],
    ['127.255.255.254', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['127.0.0.1.example.com', false],
    ['localhost.example.com', false],
    ['0.0.0.0', false],
    ['128.0.0.1', false],
    ['10.0.0.1', false],
    ['::', false],
    ['::2', false],
    ['::ffff:10.0.0.1', false],
    ['127.1', false],
  ])('%s is this machine: %s', (host, loopback) => {
    expect(isLoopback(host)).toBe(loopback);
  });
});

describe('the password', () => {
  const canary = 'kanarienvogel';

  it('is in no printed form of the options', () => {
    const options = resolveOptions({ ...REMOTE, password: canary });
    expect(inspect(options, { depth: 9, showHidden: true, getters: true })).not.toContain(canary);
    expect(JSON.stringify(options)).not.toContain(canary);
    expect(JSON.stringify(Object.assign({}, options.credentials))).not.toContain(canary);
    expect(inspect(structuredClone(options))).not.toContain(canary);
  });

  it.each<ConnectionOptions>([
    { ...REMOTE, password: canary, port: 0 },
    { ...REMOTE, password: canary, tls: true },
    { ...REMOTE, password: canary, database: '!' },
    { ...REMOTE, password: canary, user: '' },
    { url: `immudb://ada:${canary}@localhost`, password: canary },
    { url: `immudb://ada:${canary}@db.example.com`, tls: false },
  ])('is in no error %#', (options) => {
    let error: unknown;
    try {
      resolveOptions(options);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(TypeError);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(canary);
  });

  it('is replaced in what a server says', () => {
    const { credentials } = resolveOptions({ ...REMOTE, password: canary });
    expect(credentials.redact(`no: ${canary}, ${canary}`)).toBe('no: [password], [password]');
  });
});
