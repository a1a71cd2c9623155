// The connection URL `immudb://user:password@host:3322/database`, with `immudbs` for TLS, taken apart. An error names the part that is wrong
// and never quotes the URL, which holds a password.

import { isIPv6 } from 'node:net';
import { printable } from './printable.js';

/** The parts a connection URL may give. What is absent is left to the options and their defaults. */
export interface UrlParts {
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: string;
  readonly database?: string;
  /** Of `immudbs://` and `?tls=true`. */
  readonly tls?: true;
  /** Of `?plaintext=true`. */
  readonly plaintext?: true;
  /** Of `?replicas=host,host:port`; whether they are addresses is looked into with the option of that name. */
  readonly replicas?: readonly string[];
}

/** How a right URL looks, for errors. */
export const URL_EXAMPLE = 'immudb://user:password@localhost:3322/defaultdb';

function wrong(part: string, problem: string): TypeError {
  return new TypeError(`Connection URL: ${part} ${problem}. A right one looks like ${URL_EXAMPLE}`);
}

/**
 * The parts of a connection URL, percent-decoded.
 *
 * @param text `immudb[s]://[user:password@]host[:port][/database][?tls=true&replicas=host:port,…]`, an IPv6 host in brackets
 * @throws TypeError naming the part that is missing or wrong; never with the password or a piece of it
 */
export function parseUrl(text: string): UrlParts {
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(text);
  if (scheme === null)
    throw wrong('the scheme', 'is missing: it must begin with "immudb://", or "immudbs://" for TLS');
  const name = scheme[1]?.toLowerCase();
  if (name !== 'immudb' && name !== 'immudbs') {
    throw wrong('the scheme', `is "${scheme[1] ?? ''}" and must be "immudb", or "immudbs" for TLS`);
  }
  const [, authority = '', tail = ''] = /^([^/?#]*)(.*)$/s.exec(text.slice(scheme[0].length)) ?? [];
  // An unencoded / ? or # in the password ends the authority early: nothing of the text may be quoted from here on.
  if (tail.includes('@')) {
    throw wrong('user and password', 'must have / ? # and @ in them percent-encoded as %2F %3F %23 and %40');
  }
  const at = authority.lastIndexOf('@');
  return {
    ...parseHostAndPort(authority.slice(at + 1)),
    ...(at === -1 ? {} : parseUserInfo(authority.slice(0, at))),
    ...parseTail(tail),
    ...(name === 'immudbs' ? { tls: true } : {}),
  };
}

function parseUserInfo(userInfo: string): { user: string; password: string } {
  const colon = userInfo.indexOf(':');
  const user = decode('the user', colon === -1 ? userInfo : userInfo.slice(0, colon));
  const password = colon === -1 ? '' : decode('the password', userInfo.slice(colon + 1));
  if (user === '') throw wrong('the user', 'is missing before ":password@"');
  if (password === '')
    throw wrong('the password', 'is missing: write user:password@, or give both as options');
  return { user, password };
}

function parseHostAndPort(text: string): { host: string; port?: number } {
  const [, bracketed, plain = '', port] = /^(?:\[([^\]]*)\]|([^:]*))(?::(.*))?$/s.exec(text) ?? [];
  const host = bracketed === undefined ? plain : decode('the host', bracketed);
  if (host === '') throw wrong('the host', 'is missing');
  if (bracketed === undefined ? !isHostName(host) : !isIPv6(host)) {
    throw wrong('the host', 'is not a host name, an IPv4 address, or an IPv6 address in brackets like [::1]');
  }
  if (port === undefined || port === '') return { host };
  const number = /^\d{1,5}$/.test(port) ? Number(port) : 0;
  if (number < 1 || number > 65_535) throw wrong('the port', 'must be a number from 1 to 65535');
  return { host, port: number };
}

/** Whether the text can be a host name or an IPv4 address. Underscores occur in container names. */
export function isHostName(text: string): boolean {
  return text.length <= 253 && /^[A-Za-z0-9_]([A-Za-z0-9._-]*[A-Za-z0-9_])?\.?$/.test(text);
}

function parseTail(tail: string): Pick<UrlParts, 'database' | 'tls' | 'plaintext' | 'replicas'> {
  const [, path = '', query = '', fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(tail) ?? [];
  const flags =
    query === '' ? {} : (Object.assign({}, ...query.split('&').map(parseParameter)) as Partial<UrlParts>);
  if (fragment !== undefined) throw wrong('the fragment', 'after "#" has no meaning here');
  const database = decode('the database', path.slice(1));
  return { ...(database === '' ? {} : { database }), ...flags };
}

/** What can be said of secrecy is said in one way only: a weaker one must not come from a slip of the pen. */
function parseParameter(parameter: string): Pick<UrlParts, 'tls' | 'plaintext' | 'replicas'> {
  if (parameter === 'tls=true') return { tls: true };
  if (parameter === 'plaintext=true') return { plaintext: true };
  const [name = ''] = parameter.split('=', 1);
  if (name === 'replicas')
    return {
      replicas: decode('the query parameter "replicas"', parameter.slice('replicas='.length)).split(','),
    };
  if (name === 'tls')
    throw wrong(
      'the query parameter',
      '"tls" can only be true. To send the password unencrypted, say plaintext=true',
    );
  if (name === 'plaintext') throw wrong('the query parameter', '"plaintext" can only be true: leave it out');
  const hint = /^ssl/i.test(name)
    ? 'for TLS write tls=true, or immudbs://'
    : 'options are given in an options object, not in the URL';
  throw wrong('the query parameter', `"${printable(name, 40)}" is unknown: ${hint}`);
}

function decode(part: string, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // No cause: the engine's own error is of no use without the text, and the text must not be shown.
    throw wrong(part, 'holds a "%" that is not percent-encoding: write it as %25');
  }
}
