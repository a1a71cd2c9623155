// What may be said about TLS, and what it may not be together with.
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { resolveOptions, type ConnectionOptions } from '../../src/client/connection-options.js';
import type { TlsOptions } from '../../src/client/tls-options.js';

const REMOTE = { host: 'db.example.com', user: 'ada', password: 'secret' } as const;
const CANARY = 'kanarienvogel';
const PEM = `-----BEGIN PRIVATE KEY-----\n${CANARY}\n-----END PRIVATE KEY-----\n`;
const IDENTITY = { cert: PEM, key: PEM } as const;

const tlsOf = (options: ConnectionOptions | string) => resolveOptions(options).tls;

describe('whether to encrypt', () => {
  it.each<[string, ConnectionOptions | string, boolean]>([
    ['another machine', REMOTE, true],
    ['another machine, by URL', 'immudb://ada:secret@db.example.com', true],
    ['another machine, in so many words', { ...REMOTE, tls: true }, true],
    ['another machine, plaintext in words', { ...REMOTE, plaintext: true }, false],
    ['another machine, both in words', { ...REMOTE, plaintext: true, tls: false }, false],
    ['another machine, plaintext by URL', 'immudb://ada:secret@db.example.com?plaintext=true', false],
    ['another machine, no plaintext', { ...REMOTE, plaintext: false }, true],
    ['this machine', {}, false],
    ['this machine, no TLS', { tls: false }, false],
    ['this machine, TLS', { tls: true }, true],
    ['this machine, TLS by its parts', { tls: {} }, true],
    ['this machine, TLS by the scheme', 'immudbs://localhost', true],
    ['this machine, TLS by the URL', 'immudb://localhost/bank?tls=true', true],
    ['this machine, TLS by both', 'immudbs://localhost/bank?tls=true', true],
    ['an address that is not loopback', { ...REMOTE, host: '0.0.0.0' }, true],
  ])('%s', (_, options, secure) => {
    expect(tlsOf(options) !== undefined).toBe(secure);
  });

  it('completes a URL that asks for TLS with what TLS is to be done with', () => {
    const tls = { ca: { file: 'ca.pem' }, serverName: 'ledger' };
    expect(tlsOf({ url: 'immudbs://localhost', tls })).toMatchObject({ serverName: 'ledger' });
    expect(tlsOf({ url: 'immudbs://localhost', tls })?.revealMaterial().ca).toEqual([{ file: 'ca.pem' }]);
  });

  it.each<[ConnectionOptions, string]>([
    [{ ...REMOTE, tls: false }, 'without TLS the password is sent unencrypted to another machine'],
    [{ ...REMOTE, tls: true, plaintext: true }, 'TLS and plaintext are both asked for'],
    [{ tls: {}, plaintext: true }, 'TLS and plaintext are both asked for'],
    [{ url: 'immudbs://localhost', plaintext: true }, 'TLS and plaintext are both asked for'],
    [{ url: 'immudb://localhost?tls=true&plaintext=true' }, 'TLS and plaintext are both asked for'],
    [{ url: 'immudbs://localhost', tls: true }, '"tls" is given twice'],
    [{ url: 'immudbs://localhost', tls: false }, '"tls" is given twice'],
    [{ url: 'immudb://localhost?tls=true', tls: true }, '"tls" is given twice'],
    [{ url: 'immudb://localhost?plaintext=true', plaintext: true }, '"plaintext" is given twice'],
    [{ url: 'immudb://localhost?plaintext=true', plaintext: false }, '"plaintext" is given twice'],
    [{ plaintext: 'yes' as never }, '"plaintext" must be true or false'],
  ])('is not said in two ways: %j', (options, problem) => {
    expect(() => resolveOptions(options)).toThrow(TypeError);
    expect(() => resolveOptions(options)).toThrow(problem);
  });
});

describe('the parts of TLS', () => {
  it.each<[TlsOptions]>([
    [{ ca: PEM }],
    [{ ca: Buffer.from(PEM) }],
    [{ ca: { file: 'ca.pem' } }],
    [{ ca: { file: new URL('ca.pem', import.meta.url) } }],
    [{ ca: [PEM, { file: 'other.pem' }] }],
    [{ ...IDENTITY, passphrase: CANARY }],
    [{ serverName: 'ledger' }],
    [{ serverName: '::1' }],
  ])('may be %#', (tls) => {
    expect(tlsOf({ tls })).toBeDefined();
  });

  it.each<[unknown, string]>([
    ['yes', '"tls" must be true, false or an object'],
    [1, '"tls" must be true, false or an object'],
    [null, '"tls" must be true, false or an object'],
    [
      { ca: 'ca.pem' },
      '"tls.ca" is text without "-----BEGIN": for the name of a file write { file: "ca.pem" }',
    ],
    [{ ca: '' }, '"tls.ca" is text without'],
    [{ ca: [] }, '"tls.ca" is an empty list'],
    [{ ca: [PEM, CANARY] }, '"tls.ca" is text without'],
    [{ ca: { file: '' } }, '"tls.ca" must be PEM'],
    [{ ca: { file: new URL('https://example.com/ca.pem') } }, '"tls.ca" must be PEM'],
    [{ ca: { file: 'a', text: CANARY } }, '"tls.ca" must be PEM'],
    [{ ca: 5 }, '"tls.ca" must be PEM'],
    [{ cert: PEM }, '"tls.cert" needs its private key'],
    [{ key: PEM }, '"tls.key" needs its certificate'],
    [{ cert: PEM, key: CANARY }, '"tls.key" is text without'],
    [{ passphrase: CANARY }, '"tls.passphrase" must be a string, and is for an encrypted key'],
    [{ ...IDENTITY, passphrase: 5 }, '"tls.passphrase" must be a string'],
    [{ serverName: 'a b' }, '"tls.serverName" must be a host name'],
    [{ certificate: PEM }, 'has no part "certificate". Known are: ca, cert, key, passphrase, serverName'],
    [{ rejectUnauthorized: false }, 'has no part "rejectUnauthorized": certificates are always checked'],
    [{ insecureSkipVerify: true }, 'has no part "insecureSkipVerify": certificates are always checked'],
    [{ checkServerIdentity: () => undefined }, 'certificates are always checked'],
  ])('must be right: %#', (tls, problem) => {
    expect(() => resolveOptions({ tls: tls as TlsOptions })).toThrow(TypeError);
    expect(() => resolveOptions({ tls: tls as TlsOptions })).toThrow(problem);
  });

  it.each(['ssl', 'ca', 'cert', 'key', 'passphrase', 'serverName'])(
    'belong together: %s by itself',
    (name) => {
      expect(() => resolveOptions({ [name]: PEM })).toThrow(`"${name}" is unknown: it belongs into tls`);
    },
  );

  it('are not changed by options of the channel', () => {
    const grpcOptions = { 'grpc.ssl_target_name_override': 'other' };
    expect(() => resolveOptions({ tls: true, grpcOptions })).toThrow(/give tls: \{ serverName \}/);
  });

  it('are in no printed form, and in no error', () => {
    const tls = { ca: PEM, ...IDENTITY, passphrase: CANARY };
    const options = resolveOptions({ tls });
    const forms = [
      inspect(options, { depth: 9, showHidden: true, getters: true }),
      JSON.stringify(options),
      JSON.stringify(Object.assign({}, options.tls)),
      inspect(structuredClone(options)),
    ];
    for (const wrong of [
      { ...tls, serverName: '!' },
      { ...tls, more: 1 },
      { ...tls, cert: CANARY },
      { passphrase: CANARY },
    ]) {
      try {
        resolveOptions({ tls: wrong });
      } catch (error) {
        forms.push(inspect(error, { depth: 9, showHidden: true }));
      }
    }
    expect(forms).toHaveLength(8);
    for (const form of forms) expect(form).not.toContain(CANARY);
  });
});
