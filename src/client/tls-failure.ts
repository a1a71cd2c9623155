// A connection that could not be secured, in words for a person: what was wrong, and what to do about it.

import type { TlsFailure } from './error-row.js';

type Say = (address: string, reason: string) => string;

const SAY: Readonly<Record<TlsFailure, Say>> = {
  'unknown-authority': (address, reason) =>
    `the certificate of ${address} is signed by nobody trusted here (${reason}). Give its authority, as tls: { ca: { file } } or ` +
    '--tls-ca, if this is the right server.',
  'wrong-name': (address, reason) =>
    `the certificate of ${address} is another's: ${reason}. Connect by a name it is for, or give that name as tls: ` +
    '{ serverName } or --tls-server-name.',
  expired: (address) =>
    `the certificate of ${address} has expired, or this machine's clock is wrong: the server needs a new one.`,
  'not-yet-valid': (address) =>
    `the certificate of ${address} is not valid yet: this machine's clock is wrong, or that of whoever issued it.`,
  'server-speaks-plaintext': (address) =>
    `the server at ${address} does not speak TLS: nothing was sent to it. Start it with a certificate, or connect with ` +
    'plaintext: true if the network is trusted.',
  'client-certificate-required': (address) =>
    `the server at ${address} takes only clients with a certificate: give one, as tls: { cert, key } or --tls-cert and --tls-key.`,
  'client-certificate-refused': (address, reason) =>
    `the server at ${address} refuses the certificate of this client (${reason}): it must be valid, and signed by an authority of the ` +
    "server's choice.",
  handshake: (address, reason) =>
    `no secure connection to ${address} (${reason}). The server may demand a certificate of this client, as tls: { cert, key }, or ` +
    'speak nothing newer than TLS 1.1.',
};

/** @param reason of OpenSSL or Node, made printable */
export function tlsFailureText(failure: TlsFailure, address: string, reason: string): string {
  return SAY[failure](address, reason);
}
