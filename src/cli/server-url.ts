// Where a server is and how it is spoken to, as options and the environment say it.

import type { ConnectionOptions, TlsOptions } from '../client/index.js';
import { type Arguments, type Options, UsageError } from './arguments.js';
import { fileOf } from './key-files.js';
import type { Terminal } from './terminal.js';

/** The options that lead to a server. */
export const URL_OPTIONS: Options = {
  url: {
    value: 'URL',
    about:
      'immudb://user:password@host:3322/database, immudbs:// for TLS (default: IMMUREPO_URL, which no process list shows)',
  },
  tls: { about: 'encrypt, on this machine too; to any other it is the default' },
  'tls-ca': {
    value: 'FILE',
    about: "who may have signed the server's certificate, as PEM (default: whom Node trusts)",
  },
  'tls-cert': { value: 'FILE', about: "this client's certificate, as PEM, with those it is signed by" },
  'tls-key': { value: 'FILE', about: 'its private key' },
  'tls-passphrase-file': { value: 'FILE', about: 'what that key is encrypted with' },
  'tls-server-name': {
    value: 'NAME',
    about: "the name in the server's certificate (default: the host of the URL)",
  },
  plaintext: { about: 'send the password unencrypted to another machine' },
};

/** The URL of `--url`, or that of the environment. @throws UsageError where there is neither */
export function urlOf(given: Arguments, terminal: Terminal): string {
  const url = given.text('url') ?? terminal.env.IMMUREPO_URL;
  if (url !== undefined && url !== '') return url;
  throw new UsageError(
    '--url is missing, and IMMUREPO_URL is not set; or give --path for a ledger in a folder',
  );
}

/** What a client is to be connected with. @throws UsageError where there is no URL, or a file cannot be read */
export async function connectionOf(
  given: Arguments,
  terminal: Terminal,
): Promise<Pick<ConnectionOptions, 'url' | 'tls' | 'plaintext'>> {
  const url = urlOf(given, terminal);
  const tls = await tlsOf(given);
  return {
    url,
    ...(tls === undefined ? {} : { tls }),
    ...(given.has('plaintext') ? { plaintext: true } : {}),
  };
}

async function tlsOf(given: Arguments): Promise<TlsOptions | undefined> {
  const options = Object.fromEntries(
    (['ca', 'cert', 'key'] as const).flatMap((part) => {
      const file = given.text(`tls-${part}`);
      return file === undefined ? [] : [[part, { file }]];
    }),
  );
  // Without the line break that editors put at the end of a file.
  const passphrase = (await fileOf(given, 'tls-passphrase-file'))?.replace(/\r?\n$/, '');
  const serverName = given.text('tls-server-name');
  const tls: TlsOptions = {
    ...options,
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(serverName === undefined ? {} : { serverName }),
  };
  return given.has('tls') || Object.keys(tls).length > 0 ? tls : undefined;
}
