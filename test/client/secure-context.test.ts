// Certificates and keys that cannot be used: each is told by its part, its file and what is wrong with it, before anything
// is sent.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../src/client/connect.js';
import { secureLink } from '../../src/client/secure-context.js';
import { checkedTls, type TlsOptions } from '../../src/client/tls-options.js';
import { certificateAuthority } from '../support/certificates.js';
import { temporaryDirectory } from '../trust/support/temporary-directory.js';
import { rejection } from './fake-transport.js';

const PASSPHRASE = 'kanarienvogel';
const authority = certificateAuthority();
const { cert, key, encryptedKey } = authority.issue();
const other = authority.issue();
const encrypted = encryptedKey(PASSPHRASE);
const BODY = /(-----BEGIN [^-]*-----\n)[\s\S]*(\n-----END)/;
const damaged = cert.replace(BODY, '$1MIIBmjCCAUGgAwIBAgIU$2');

let folder: string;
const at = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = await temporaryDirectory();
  await mkdir(at('folder'));
  await writeFile(at('empty.pem'), '');
  await writeFile(at('text.txt'), 'not a certificate');
  await writeFile(at('cert.pem'), cert);
  await writeFile(at('key.pem'), key);
  await writeFile(at('other key.pem'), other.key);
});

const link = (tls: TlsOptions) => secureLink(checkedTls(tls), 'localhost', 'localhost:1');

describe('what can be used', () => {
  it.each<[string, () => TlsOptions]>([
    ['the authorities of Node', () => ({})],
    ['an authority', () => ({ ca: authority.cert })],
    ['a bundle with remarks', () => ({ ca: `# one\n${authority.cert}\n# two\n${cert}` })],
    ['line breaks of another system', () => ({ ca: authority.cert.replaceAll('\n', '\r\n') })],
    ['a certificate and a key', () => ({ cert, key })],
    ['files', () => ({ cert: { file: at('cert.pem') }, key: { file: pathToFileURL(at('key.pem')) } })],
    ['both in one file', () => ({ cert: `${key}${cert}`, key: `${cert}${key}` })],
    ['a chain', () => ({ cert: `${cert}${authority.cert}`, key })],
    ['an encrypted key', () => ({ cert, key: encrypted, passphrase: PASSPHRASE })],
    ['a passphrase too many', () => ({ cert, key, passphrase: PASSPHRASE })],
  ])('%s', async (_, tls) => {
    await expect(link(tls())).resolves.toMatchObject({ name: 'localhost' });
  });
});

describe('what cannot', () => {
  it.each<[string, () => TlsOptions, RegExp]>([
    [
      'a file that is not there',
      () => ({ ca: { file: at('none.pem') } }),
      /tls\.ca: the file .*none\.pem cannot be read \(ENOENT/,
    ],
    [
      'a folder',
      () => ({ ca: { file: at('folder') } }),
      /tls\.ca: the file .*folder cannot be read \(EISDIR/,
    ],
    [
      'an empty file',
      () => ({ ca: { file: at('empty.pem') } }),
      /empty\.pem holds no certificate: a PEM has "-----BEGIN/,
    ],
    ['a file of something else', () => ({ ca: { file: at('text.txt') } }), /text\.txt holds no certificate/],
    ['a key for an authority', () => ({ ca: key }), /tls\.ca: what was given holds no certificate/],
    [
      'an authority that is cut off',
      () => ({ ca: authority.cert.slice(0, 300) }),
      /holds a certificate that is cut off/,
    ],
    [
      'one of many that is cut off',
      () => ({ ca: `${authority.cert.slice(0, 300)}\n${authority.cert}` }),
      /cut off/,
    ],
    [
      'an authority that is garbage',
      () => ({ ca: damaged }),
      /tls\.ca: what was given holds a certificate that cannot be read/,
    ],
    [
      'one of many that is garbage',
      () => ({ ca: cert + damaged }),
      /holds a certificate, the 2\. of it, that cannot be read/,
    ],
    ['a certificate that is garbage', () => ({ cert: damaged, key }), /tls\.cert: .* cannot be read/],
    ['a key for a certificate', () => ({ cert: key, key }), /tls\.cert: what was given holds no certificate/],
    [
      'a certificate for a key',
      () => ({ cert, key: cert }),
      /tls\.key: what was given holds no private key that can be read, as PEM/,
    ],
    [
      'a key that is garbage',
      () => ({ cert, key: key.replace(BODY, '$1AAAA$2') }),
      /tls\.key: .* holds no private key/,
    ],
    [
      'bytes that are no text',
      () => ({ cert, key: Uint8Array.of(0, 255, 1) }),
      /tls\.key: .* holds no private key/,
    ],
    [
      'the key of another certificate',
      () => ({ cert, key: { file: at('other key.pem') } }),
      /other key\.pem is not the private key of the first certificate/,
    ],
    [
      'a key that is encrypted',
      () => ({ cert, key: encrypted }),
      /is encrypted: give its passphrase as tls\.passphrase/,
    ],
    [
      'another passphrase',
      () => ({ cert, key: encrypted, passphrase: `${PASSPHRASE}!` }),
      /tls\.passphrase does not open/,
    ],
  ])('%s', async (_, tls, message) => {
    const error = await rejection(link(tls()));
    expect(error).toMatchObject({ code: 'TLS_OPTIONS', retryable: false });
    expect(error.message).toMatch(/^Connection to localhost:1: tls\./);
    expect(error.message).toMatch(message);
    const shown = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error);
    for (const secret of [PASSPHRASE, ...key.split('\n').slice(1, -2), ...encrypted.split('\n').slice(1, -2)])
      expect(shown).not.toContain(secret);
  });

  it('is told by connect, before it looks for the server', async () => {
    const error = await rejection(connect({ port: 1, tls: { ca: { file: at('none.pem') } } }));
    expect(error).toMatchObject({
      code: 'TLS_OPTIONS',
      details: { address: 'localhost:1', part: 'ca', file: at('none.pem') },
    });
  });
});
