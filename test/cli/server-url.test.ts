// How a server is spoken to, as the command line says it.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Arguments } from '../../src/cli/arguments.js';
import { connectionOf, URL_OPTIONS } from '../../src/cli/server-url.js';
import type { Terminal } from '../../src/cli/terminal.js';
import { certificateAuthority } from '../support/certificates.js';
import { startEngine } from '../support/secure-servers.js';
import { temporaryDirectory } from '../trust/support/temporary-directory.js';
import { immurepo } from './support/cli.js';

const URL = 'immudb://db.example.com/bank';
const connectionBy = (...words: string[]) =>
  connectionOf(new Arguments(['--url', URL, ...words], URL_OPTIONS), { env: {} } as Terminal);

it('says nothing of TLS that was not said', async () => {
  expect(await connectionBy()).toEqual({ url: URL });
  expect(await connectionBy('--plaintext')).toEqual({ url: URL, plaintext: true });
  expect(await connectionBy('--tls')).toEqual({ url: URL, tls: {} });
});

it('names files, and reads the passphrase alone', async () => {
  const file = join(await temporaryDirectory(), 'passphrase');
  await writeFile(file, 'open sesame\r\n');
  const words = ['--tls-ca', 'a', '--tls-cert', 'b', '--tls-key', 'c', '--tls-server-name', 'd'];
  expect(await connectionBy(...words, '--tls-passphrase-file', file)).toEqual({
    url: URL,
    tls: {
      ca: { file: 'a' },
      cert: { file: 'b' },
      key: { file: 'c' },
      passphrase: 'open sesame',
      serverName: 'd',
    },
  });
  await expect(connectionBy('--tls-passphrase-file', `${file}.none`)).rejects.toThrow(
    /--tls-passphrase-file: ENOENT/,
  );
});

it('begins trust in a server that demands certificates', async () => {
  const authority = certificateAuthority();
  await using server = await startEngine({
    ...authority.issue({ names: ['127.0.0.1'] }),
    clientCa: authority.cert,
  });
  const directory = await temporaryDirectory();
  const files = { ca: authority.cert, ...authority.issue() } as const;
  for (const name of ['ca', 'cert', 'key'] as const)
    await writeFile(join(directory, `${name}.pem`), files[name]);
  const words = [
    'trust',
    'init',
    '--empty',
    '--directory',
    directory,
    '--url',
    `immudbs://${server.address}`,
  ];
  const tls = (...names: string[]) =>
    names.flatMap((name) => [`--tls-${name}`, join(directory, `${name}.pem`)]);
  const refused = await immurepo([...words, ...tls('ca')]);
  expect(refused.code).not.toBe(0);
  expect(refused.err).toMatch(
    /takes only clients with a certificate: give one, as .* --tls-cert and --tls-key/,
  );
  expect(await immurepo([...words, ...tls('ca', 'cert', 'key')])).toMatchObject({ code: 0, err: '' });
});
