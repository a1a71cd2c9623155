// Reads certificates and keys, and says in words what is wrong with them: Node takes an authority that is garbage without
// a word, and of the rest it tells the number of an OpenSSL routine.

import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { createSecureContext, type SecureContext } from 'node:tls';
import { ImmuError } from '../errors.js';
import { printable } from './printable.js';
import type { PemSource, TlsSettings } from './tls-options.js';

/** What a connection needs of TLS, ready. */
export interface SecureLink {
  readonly context: SecureContext;
  /** The name or address the server's certificate must be for. */
  readonly name: string;
}

type Part = 'ca' | 'cert' | 'key';

/** One PEM, read: and the words for where it came from. */
interface Pem {
  readonly part: Part;
  readonly text: string;
  /** `the file /etc/ca.pem`, or `what was given`. */
  readonly source: string;
  readonly file: string | undefined;
}

const WHOLE = /-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----[^-]*-----END \1-----/g;
const BEGUN = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/g;

/**
 * Reads and checks what was given.
 *
 * @param settings as asked for
 * @param host that is connected to
 * @param address for errors: `host:port`
 * @throws ImmuError TLS_OPTIONS, naming the part and the file; nothing was sent, and a retry does not help
 */
export async function secureLink(settings: TlsSettings, host: string, address: string): Promise<SecureLink> {
  const { ca: given, cert: givenCert, key: givenKey, passphrase } = settings.revealMaterial();
  const read = (part: Part, source: PemSource) => pemOf(part, source, address);
  const ca = await Promise.all((given ?? []).map((source) => read('ca', source)));
  const cert = givenCert === undefined ? undefined : await read('cert', givenCert);
  const key = givenKey === undefined ? undefined : await read('key', givenKey);
  for (const authority of ca) certificatesOf(authority, address);
  if (cert !== undefined && key !== undefined) assertPair(cert, key, passphrase, address);
  // Without `ca` Node uses its own list, and NODE_EXTRA_CA_CERTS, and whatever else it was started with.
  const context = contextOf(address, {
    minVersion: 'TLSv1.2',
    ...(given === undefined ? {} : { ca: ca.map(({ text }) => text) }),
    ...(cert === undefined ? {} : { cert: cert.text, key: key?.text, passphrase }),
  });
  return { context, name: settings.serverName ?? host };
}

async function pemOf(part: Part, source: PemSource, address: string): Promise<Pem> {
  if (typeof source === 'string') return { part, text: source, source: 'what was given', file: undefined };
  if (source instanceof Uint8Array)
    return { part, text: Buffer.from(source).toString(), source: 'what was given', file: undefined };
  const file = typeof source.file === 'string' ? source.file : fileURLToPath(source.file);
  const pem = { part, source: `the file ${printable(file, 4000)}`, file };
  try {
    return { ...pem, text: await readFile(file, 'utf8') };
  } catch (cause) {
    const reason = (cause as Error).message;
    throw unusable(
      { ...pem, text: '' },
      `cannot be read (${reason}): check its name and its permissions`,
      address,
      cause,
    );
  }
}

/** All certificates of a PEM, at least one, none of them cut off. */
function certificatesOf(pem: Pem, address: string): X509Certificate[] {
  const whole = pem.text.match(WHOLE) ?? [];
  const begun = pem.text.match(BEGUN)?.length ?? 0;
  if (begun === 0)
    throw unusable(pem, `holds no certificate: a PEM has "-----BEGIN CERTIFICATE-----"`, address);
  if (whole.length < begun)
    throw unusable(pem, 'holds a certificate that is cut off: copy the whole of it', address);
  return whole.map((text, index) => {
    try {
      return new X509Certificate(text);
    } catch {
      const which = whole.length === 1 ? 'a certificate' : `a certificate, the ${String(index + 1)}. of it,`;
      throw unusable(pem, `holds ${which} that cannot be read: it is damaged, or not one`, address);
    }
  });
}

function assertPair(cert: Pem, key: Pem, passphrase: string | undefined, address: string): void {
  const [first] = certificatesOf(cert, address);
  const privateKey = privateKeyOf(key, passphrase, address);
  if (first?.checkPrivateKey(privateKey) === true) return;
  throw unusable(
    key,
    'is not the private key of the first certificate of tls.cert: give the two that belong together',
    address,
  );
}

function privateKeyOf(key: Pem, passphrase: string | undefined, address: string): KeyObject {
  try {
    return createPrivateKey({
      key: key.text,
      format: 'pem',
      ...(passphrase === undefined ? {} : { passphrase }),
    });
  } catch {
    // No cause: it is of OpenSSL's routines, and was made from a secret.
    const encrypted = /-----BEGIN ENCRYPTED|Proc-Type: 4,ENCRYPTED/.test(key.text);
    throw unusable(
      key,
      encrypted ? encryptedProblem(passphrase) : 'holds no private key that can be read, as PEM',
      address,
    );
  }
}

function encryptedProblem(passphrase: string | undefined): string {
  return passphrase === undefined
    ? 'holds a private key that is encrypted: give its passphrase as tls.passphrase'
    : 'holds a private key that tls.passphrase does not open: it is encrypted with another one';
}

function contextOf(address: string, options: Parameters<typeof createSecureContext>[0]): SecureContext {
  try {
    return createSecureContext(options);
  } catch (cause) {
    const { code = 'no code' } = cause as NodeJS.ErrnoException;
    throw new ImmuError(
      'TLS_OPTIONS',
      `Connection to ${address}: this Node cannot use these certificates and keys (${code}). Are they too weak for its OpenSSL?`,
      { details: { address } },
    );
  }
}

function unusable({ part, source, file }: Pem, problem: string, address: string, cause?: unknown): ImmuError {
  return new ImmuError('TLS_OPTIONS', `Connection to ${address}: tls.${part}: ${source} ${problem}.`, {
    ...(cause === undefined ? {} : { cause }),
    details: { address, part, ...(file === undefined ? {} : { file }) },
  });
}
