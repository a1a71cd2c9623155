// X.509 certificates made at run time, for tests of TLS: node:crypto reads them and does not write them. DER by hand, of
// just the kinds a test needs: an authority, and certificates it signed.
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';

/** What a certificate says. */
export interface CertificateOptions {
  /** Host names and IPv4 addresses it is for. Default: none. */
  readonly names?: readonly string[];
  /** Default: an hour ago. */
  readonly from?: Date;
  /** Default: in a day. */
  readonly until?: Date;
}

/** A certificate and its private key, both as PEM. */
export interface Certified {
  readonly cert: string;
  readonly key: string;
  /** The key again, encrypted. */
  readonly encryptedKey: (passphrase: string) => string;
}

/** An authority that signs, for servers and for clients. */
export interface Authority extends Certified {
  readonly issue: (options?: CertificateOptions) => Certified;
}

const HOUR_MS = 3_600_000;
const [SEQUENCE, SET, INTEGER, OID, BITS, OCTETS, TEXT, TIME, TRUE] = [
  0x30, 0x31, 0x02, 0x06, 0x03, 0x04, 0x0c, 0x18, 0x01,
];
const ECDSA_WITH_SHA256 = '2a8648ce3d040302';
const [COMMON_NAME, BASIC_CONSTRAINTS, ALTERNATIVE_NAMES] = ['550403', '551d13', '551d11'];
/** Of alternative names: a host's and an address's. And of a certificate: version and extensions. */
const [DNS_NAME, IP_ADDRESS, VERSION, EXTENSIONS] = [0x82, 0x87, 0xa0, 0xa3];

function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  const { length } = body;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), body]);
}

const oid = (hex: string) => der(OID, Buffer.from(hex, 'hex'));
const algorithm = der(SEQUENCE, oid(ECDSA_WITH_SHA256));
const bits = (bytes: Uint8Array) => der(BITS, Buffer.of(0), bytes);
const nameOf = (text: string) =>
  der(SEQUENCE, der(SET, der(SEQUENCE, oid(COMMON_NAME), der(TEXT, Buffer.from(text)))));
const time = (date: Date) => der(TIME, Buffer.from(`${date.toISOString().replace(/[-:T]|\..*/g, '')}Z`));
const extension = (id: string, value: Uint8Array) => der(SEQUENCE, oid(id), der(OCTETS, value));

function alternativeName(name: string): Buffer {
  if (isIPv4(name)) return der(IP_ADDRESS, Buffer.from(name.split('.').map(Number)));
  return der(DNS_NAME, Buffer.from(name));
}

function extensionsOf(names: readonly string[], isAuthority: boolean): Buffer {
  const list = [
    ...(isAuthority ? [extension(BASIC_CONSTRAINTS, der(SEQUENCE, der(TRUE, Buffer.of(0xff))))] : []),
    ...(names.length > 0 ? [extension(ALTERNATIVE_NAMES, der(SEQUENCE, ...names.map(alternativeName)))] : []),
  ];
  return list.length === 0 ? Buffer.alloc(0) : der(EXTENSIONS, der(SEQUENCE, ...list));
}

/** Who signs: a name and a key. */
interface Signer {
  readonly name: string;
  readonly privateKey: KeyObject;
}

function make(subject: string, options: CertificateOptions, authority?: Signer): Certified & Signer {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { names = [], from = new Date(Date.now() - HOUR_MS) } = options;
  const until = options.until ?? new Date(Date.now() + 24 * HOUR_MS);
  const issuer = authority ?? { name: subject, privateKey };
  const statement = der(
    SEQUENCE,
    der(VERSION, der(INTEGER, Buffer.of(2))),
    // The first byte keeps the number positive.
    der(INTEGER, Buffer.of(0x40), randomBytes(15)),
    algorithm,
    nameOf(issuer.name),
    der(SEQUENCE, time(from), time(until)),
    nameOf(subject),
    publicKey.export({ type: 'spki', format: 'der' }),
    extensionsOf(names, authority === undefined),
  );
  const signature = bits(sign('sha256', statement, issuer.privateKey));
  const base64 = der(SEQUENCE, statement, algorithm, signature).toString('base64');
  return {
    name: subject,
    privateKey,
    cert: `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    encryptedKey: (passphrase) =>
      privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase }).toString(),
  };
}

/** A new authority, that nobody trusts yet. */
export function certificateAuthority(options: CertificateOptions = {}): Authority {
  // No two of one name: a certificate must not be held to be signed by another than did.
  const own = make(`authority ${randomBytes(6).toString('hex')}`, options);
  return { ...own, issue: (wanted = {}) => make(wanted.names?.[0] ?? 'somebody', wanted, own) };
}
