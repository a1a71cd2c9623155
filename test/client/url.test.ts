import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { inspect } from 'node:util';
import { parseUrl } from '../../src/client/url.js';

describe('parseUrl: what is right', () => {
  it.each([
    ['immudb://localhost', { host: 'localhost' }],
    ['immudb://localhost:', { host: 'localhost' }],
    ['immudb://localhost/', { host: 'localhost' }],
    ['IMMUDB://localhost', { host: 'localhost' }],
    ['immudb://localhost:3322', { host: 'localhost', port: 3322 }],
    ['immudb://h:1', { host: 'h', port: 1 }],
    ['immudb://h:65535/', { host: 'h', port: 65535 }],
    ['immudb://my_container/bank', { host: 'my_container', database: 'bank' }],
    ['immudb://10.0.0.1:99/bank_2', { host: '10.0.0.1', port: 99, database: 'bank_2' }],
    ['immudb://[::1]:3322/bank', { host: '::1', port: 3322, database: 'bank' }],
    ['immudb://[fe80::1%25eth0]', { host: 'fe80::1%eth0' }],
    ['immudb://ada:secret@h/bank', { host: 'h', user: 'ada', password: 'secret', database: 'bank' }],
    ['immudb://ada:a%40b%3Ac%2Fd%25@h', { host: 'h', user: 'ada', password: 'a@b:c/d%' }],
    ['immudb://ada:a:b@h', { host: 'h', user: 'ada', password: 'a:b' }],
    ['immudb://ada:a@b@h', { host: 'h', user: 'ada', password: 'a@b' }],
    ['immudb://%C3%A4da:p%C3%A4ss@h', { host: 'h', user: 'äda', password: 'päss' }],
    ['immudb://h/Bank', { host: 'h', database: 'Bank' }],
    ['immudb://h?', { host: 'h' }],
    ['immudbs://h/bank', { host: 'h', database: 'bank', tls: true }],
    ['IMMUDBS://h', { host: 'h', tls: true }],
    ['immudb://h?tls=true', { host: 'h', tls: true }],
    [
      'immudb://ada:secret@h/bank?plaintext=true',
      { host: 'h', user: 'ada', password: 'secret', database: 'bank', plaintext: true },
    ],
  ])('%s', (url, parts) => {
    expect(parseUrl(url)).toEqual(parts);
  });
});

describe('parseUrl: what is wrong, by part', () => {
  it.each([
    ['', 'the scheme is missing'],
    ['localhost:3322', 'the scheme is missing'],
    ['user:password@localhost:3322/bank', 'the scheme is missing'],
    ['immudb:localhost', 'the scheme is missing'],
    ['http://localhost', 'the scheme is "http"'],
    ['postgres://localhost/bank', 'the scheme is "postgres"'],
    ['immudb://', 'the host is missing'],
    ['immudb:///bank', 'the host is missing'],
    ['immudb://:3322', 'the host is missing'],
    ['immudb://ada:secret@/bank', 'the host is missing'],
    ['immudb://[]:1', 'the host is missing'],
    ['immudb://::1', 'the host is missing'],
    ['immudb://[nonsense]', 'the host is not'],
    ['immudb://[127.0.0.1]', 'the host is not'],
    ['immudb://a b', 'the host is not'],
    ['immudb://-h', 'the host is not'],
    ['immudb://h\n', 'the host is not'],
    ['immudb://h:0', 'the port must be'],
    ['immudb://h:65536', 'the port must be'],
    ['immudb://h:x', 'the port must be'],
    ['immudb://h:1:2', 'the port must be'],
    ['immudb://h:-1', 'the port must be'],
    ['immudb://fe80::1', 'the port must be'],
    ['immudb://ada@h', 'the password is missing'],
    ['immudb://ada:@h', 'the password is missing'],
    ['immudb://:secret@h', 'the user is missing'],
    ['immudb://a%:secret@h', 'the user holds a "%"'],
    ['immudb://ada:100%@h', 'the password holds a "%"'],
    ['immudb://h/%zz', 'the database holds a "%"'],
    ['immudb://h?timeoutMs=1', 'the query parameter "timeoutMs" is unknown'],
    ['immudb://h/bank?tls=true&x=1', 'the query parameter "x" is unknown'],
    [
      'immudb://h/bank?tls=false',
      '"tls" can only be true. To send the password unencrypted, say plaintext=true',
    ],
    ['immudb://h/bank?tls', '"tls" can only be true'],
    ['immudb://h/bank?tls=true=1', '"tls" can only be true'],
    ['immudb://h/bank?TLS=true', 'the query parameter "TLS" is unknown'],
    ['immudb://h/bank?plaintext=false', '"plaintext" can only be true'],
    ['immudb://h/bank?sslmode=require', '"sslmode" is unknown: for TLS write tls=true, or immudbs://'],
    ['immudb://h/bank?tls=true&', 'the query parameter "" is unknown'],
    ['immudbss://h', 'the scheme is "immudbss"'],
    ['immudb://h/bank#x', 'the fragment'],
    ['immudb://ada:pa/ss@h/bank', 'user and password must have'],
    ['immudb://ada:pa?ss@h/bank', 'user and password must have'],
    ['immudb://ada:pa#ss@h/bank', 'user and password must have'],
  ])('%j', (url, problem) => {
    expect(() => parseUrl(url)).toThrow(TypeError);
    expect(() => parseUrl(url)).toThrow(problem);
    expect(() => parseUrl(url)).toThrow('immudb://user:password@localhost:3322/defaultdb');
  });

  it('never shows the password or a piece of it, whatever is wrong with the URL', () => {
    const canary = 'kanarienvogel';
    const shapes = [
      (p: string) => `immudb://ada:${p}@h:0/bank`,
      (p: string) => `immudb://ada:${p}%@h/bank`,
      (p: string) => `immudb://ada:x/${p}@h/bank`,
      (p: string) => `immudb://ada:${p}/y@h/bank`,
      (p: string) => `immudb://ada:12/${p}@h:3322/bank`,
      (p: string) => `immudb://ada:x?${p}=1@h/bank`,
      (p: string) => `immudb://ada:x#${p}@h/bank`,
      (p: string) => `immudb://ada:${p}@h/bank?x=1`,
      (p: string) => `immudb://ada:${p}`,
      (p: string) => `ada:${p}@h/bank`,
      (p: string) => `http://ada:${p}@h/bank`,
      (p: string) => `immudb://ada:${p}@`,
      (p: string) => `immudb://ada:${p}@[::g]`,
    ];
    for (const shape of shapes) {
      try {
        parseUrl(shape(canary));
        throw new Error(`accepted ${shape('…')}`);
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
        expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(canary);
      }
    }
  });

  it('throws nothing but TypeError, on any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((tail) => `immudb://${tail}`),
        ),
        (text) => {
          try {
            parseUrl(text);
          } catch (error) {
            expect(error).toBeInstanceOf(TypeError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('gives back any user, password and database that were percent-encoded', () => {
    const nonEmpty = fc.string({ minLength: 1, unit: 'grapheme' });
    fc.assert(
      fc.property(nonEmpty, nonEmpty, nonEmpty, (user, password, database) => {
        const url = `immudb://${encodeURIComponent(user)}:${encodeURIComponent(password)}@h/${encodeURIComponent(database)}`;
        expect(parseUrl(url)).toEqual({ host: 'h', user, password, database });
      }),
    );
  });
});
