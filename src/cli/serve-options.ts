// The options of `immurepo serve`, checked before anything is opened.

import type { KeyObject } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { isLoopback } from '../client/connection-options.js';
import type { TlsOptions } from '../engine/serve.js';
import { type Arguments, type Options, UsageError } from './arguments.js';
import { fileOf, signingKeyOf } from './key-files.js';
import { PATH_OPTION } from './ledger-folder.js';
import type { Terminal } from './terminal.js';

/** immudb's port. */
const DEFAULT_PORT = 3322;

/** The options. */
export const SERVE_OPTIONS: Options = {
  ...PATH_OPTION,
  port: { value: 'N', about: `the port, 0 for a free one (default: ${String(DEFAULT_PORT)})` },
  host: { value: 'ADDR', about: 'the address to listen on (default: 127.0.0.1)' },
  plaintext: {
    about: 'listen on the address of another network without TLS: passwords and data are readable there',
  },
  user: { value: 'NAME', about: 'the administrator of a new ledger (default: immudb)' },
  'password-file': {
    value: 'FILE',
    about: "the administrator's password (or IMMUREPO_PASSWORD; default of a new ledger: immudb)",
  },
  'set-password': { about: 'give the administrator of the ledger that password from now on' },
  database: {
    value: 'NAME',
    about: 'make this database if need be (default: `ledger`, where there is none)',
  },
  'signing-key': { value: 'FILE', about: 'the private key to sign states with, EC P-256 as PEM' },
  'tls-cert': { value: 'FILE', about: 'the certificate to show, as PEM, with those it is signed by' },
  'tls-key': { value: 'FILE', about: 'its private key' },
  'tls-ca': { value: 'FILE', about: 'demand certificates of clients, signed by one of these' },
  'until-stdin-closes': {
    about: 'end when the standard input does, as it does with the process that holds it',
  },
};

/** What a ledger is served with. */
export interface ServeSettings {
  readonly path: string;
  readonly host: string;
  readonly port: number;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly setPassword: boolean;
  readonly database: string | undefined;
  readonly signing: { readonly signingKey?: KeyObject };
  readonly tls: TlsOptions | undefined;
}

/** @throws UsageError for options that do not go together, and files that cannot be read */
export async function serveSettings(given: Arguments, terminal: Terminal): Promise<ServeSettings> {
  const host = given.text('host') ?? '127.0.0.1';
  const tls = await tlsOf(given);
  if (tls === undefined && !isLoopback(host) && !given.has('plaintext')) {
    throw new UsageError(
      `${host} is not this machine alone: give --tls-cert and --tls-key, or --plaintext if that network is trusted`,
    );
  }
  if (tls !== undefined && given.has('plaintext')) throw new UsageError('either --plaintext or --tls-cert');
  const password = await passwordOf(given, terminal);
  if (given.has('set-password') && password === undefined) {
    throw new UsageError('--set-password needs one: by --password-file or IMMUREPO_PASSWORD');
  }
  return {
    path: given.required('path'),
    host,
    port: given.port('port', DEFAULT_PORT),
    user: given.text('user'),
    password,
    setPassword: given.has('set-password'),
    database: given.text('database'),
    signing: await signingKeyOf(given),
    tls,
  };
}

/** The password, without the line break that editors put at the end of a file. */
async function passwordOf(given: Arguments, { env }: Terminal): Promise<string | undefined> {
  const file = (await fileOf(given, 'password-file'))?.replace(/\r?\n$/, '');
  const variable = env.IMMUREPO_PASSWORD === '' ? undefined : env.IMMUREPO_PASSWORD;
  if (file !== undefined && variable !== undefined)
    throw new UsageError('either --password-file or IMMUREPO_PASSWORD, not both');
  return file ?? variable;
}

async function tlsOf(given: Arguments): Promise<TlsOptions | undefined> {
  const [certificate, key, clientAuthority] = await Promise.all(
    ['tls-cert', 'tls-key', 'tls-ca'].map((option) => fileOf(given, option)),
  );
  if (certificate === undefined && key === undefined && clientAuthority === undefined) return undefined;
  if (certificate === undefined || key === undefined)
    throw new UsageError('TLS needs both --tls-cert and --tls-key');
  try {
    createSecureContext({ cert: certificate, key, ca: clientAuthority });
  } catch (error) {
    throw new UsageError(
      `--tls-cert, --tls-key or --tls-ca cannot be used: ${error instanceof Error ? error.message : ''}`,
    );
  }
  return { certificate, key, ...(clientAuthority === undefined ? {} : { clientAuthority }) };
}
