// What is given about TLS, checked for its shape before anything is read or sent. What the files hold, and whether it can
// be used, is for secure-context.ts to find out.

import { isIP } from 'node:net';
import { isHostName } from './url.js';

/** Something in PEM form: its text, the bytes of its text, or the file it is in. */
export type PemSource = string | Uint8Array | { readonly file: string | URL };

/**
 * How the server proves who it is, and this client who it is. Files are read once, when the client connects. A
 * certificate is always checked: signed by an authority, for this host, not expired. There is no option to leave that out.
 */
export interface TlsOptions {
  /**
   * The authorities one of which must have signed the server's certificate, instead of the usual ones. Default: those Node
   * trusts, `NODE_EXTRA_CA_CERTS` included.
   */
  readonly ca?: PemSource | readonly PemSource[];
  /** This client's certificate, followed by those between it and its authority, where the server asks for one. */
  readonly cert?: PemSource;
  /** The private key of `cert`. */
  readonly key?: PemSource;
  /** What `key` is encrypted with. */
  readonly passphrase?: string;
  /** The name, or address, the server's certificate must be for. Default: the host that is connected to. */
  readonly serverName?: string;
}

/** The secret part of the settings. */
export interface TlsMaterial {
  readonly ca: readonly PemSource[] | undefined;
  readonly cert: PemSource | undefined;
  readonly key: PemSource | undefined;
  readonly passphrase: string | undefined;
}

/** TLS as it was asked for. Safe to print: keys and passphrase are reachable by one call only. */
export class TlsSettings {
  /** The name the server's certificate must be for, where it is not that of the host. */
  readonly serverName: string | undefined;
  /** Whether this client has a certificate to show. */
  readonly hasCertificate: boolean;
  readonly #material: TlsMaterial;

  /** @param options of the right shape */
  constructor({ ca, cert, key, passphrase, serverName }: TlsOptions) {
    this.serverName = serverName;
    this.hasCertificate = cert !== undefined;
    this.#material = { ca: ca === undefined ? undefined : listOf(ca), cert, key, passphrase };
  }

  /** Keys and certificates, for the making of a connection and for nothing else. */
  revealMaterial(): TlsMaterial {
    return this.#material;
  }
}

const KNOWN: readonly string[] = [
  'ca',
  'cert',
  'key',
  'passphrase',
  'serverName',
] satisfies (keyof TlsOptions)[];

/** What people write who want the check gone. */
const UNCHECKED = /^(rejectUnauthorized|insecure.*|skip.*|checkServerIdentity|verify.*)$/i;

/**
 * The settings of an option `tls` that asks for it.
 *
 * @throws TypeError naming the part that is wrong; never with what was given
 */
export function checkedTls(given: true | TlsOptions): TlsSettings {
  if (given === true) return new TlsSettings({});
  if (typeof given !== 'object' || (given as unknown) === null)
    throw wrong('', 'must be true, false or an object like { ca: { file: "ca.pem" } }');
  for (const name of Object.keys(given)) if (!KNOWN.includes(name)) throw unknown(name);
  const { ca, cert, key, passphrase, serverName } = given;
  if (ca !== undefined) {
    if (listOf(ca).length === 0)
      throw wrong('.ca', 'is an empty list: leave it out for the usual authorities');
    listOf(ca).forEach((source) => {
      assertPem('ca', source);
    });
  }
  if (cert !== undefined) assertPem('cert', cert);
  if (key !== undefined) assertPem('key', key);
  if (cert !== undefined && key === undefined) throw wrong('.cert', 'needs its private key: give key too');
  if (key !== undefined && cert === undefined) throw wrong('.key', 'needs its certificate: give cert too');
  if (passphrase !== undefined && (typeof passphrase !== 'string' || key === undefined))
    throw wrong('.passphrase', 'must be a string, and is for an encrypted key');
  if (serverName !== undefined && !isServerName(serverName))
    throw wrong('.serverName', 'must be a host name or an IP address, like "db.example.com"');
  return new TlsSettings(given);
}

function isServerName(name: unknown): boolean {
  return typeof name === 'string' && (isIP(name) !== 0 || isHostName(name));
}

function listOf(ca: NonNullable<TlsOptions['ca']>): readonly PemSource[] {
  return Array.isArray(ca) ? (ca as readonly PemSource[]) : [ca as PemSource];
}

/** A path is never taken for a PEM, nor a PEM for a path. */
function assertPem(part: string, source: unknown): void {
  if (source instanceof Uint8Array) return;
  if (typeof source === 'string') {
    if (source.includes('-----BEGIN ')) return;
    throw wrong(
      `.${part}`,
      `is text without "-----BEGIN": for the name of a file write { file: "${part}.pem" }`,
    );
  }
  if (typeof source === 'object' && source !== null) {
    const { file, ...more } = source as { file?: unknown };
    const named =
      (typeof file === 'string' && file !== '') || (file instanceof URL && file.protocol === 'file:');
    if (named && Object.keys(more).length === 0) return;
  }
  throw wrong(`.${part}`, `must be PEM, as text or bytes, or { file: "${part}.pem" }`);
}

function unknown(name: string): TypeError {
  const hint = UNCHECKED.test(name)
    ? ': certificates are always checked. Give the authority of the server as ca, or the name in its certificate as serverName'
    : `. Known are: ${KNOWN.join(', ')}`;
  return wrong('', `has no part "${name.slice(0, 40)}"${hint}`);
}

function wrong(part: string, problem: string): TypeError {
  return new TypeError(`Connection option "tls${part}" ${problem}`);
}
