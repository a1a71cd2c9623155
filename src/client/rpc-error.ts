// A failed call as an error for a person: which call on which database, what happened, what to do about it.

import { ImmuError, UnknownOutcomeError, type ImmuErrorCode } from '../errors.js';
import { printable } from './printable.js';
import { releaseAdvice } from './release-advice.js';
import { CircuitOpenFailure } from './servers/circuit.js';
import type { ErrorRow, Executed } from './error-row.js';
import { errorRowOf } from './server-errors.js';
import { tlsFailureText } from './tls-failure.js';
import type { TlsSettings } from './tls-options.js';
import type { RpcFailure } from './transport.js';

/** What an error says about the call it comes from. */
export interface CallSite {
  /** The RPC's name. */
  readonly rpc: string;
  readonly address: string;
  readonly database: string;
  readonly user: string;
  /** How the connection is secured, if it is. */
  readonly tls?: TlsSettings | undefined;
  /** The transaction the caller wanted the server to have, if any. */
  readonly sinceTx?: bigint | undefined;
}

/** A failed attempt: the error, and whether it may have taken effect all the same. */
export interface FailedAttempt {
  readonly error: ImmuError;
  readonly executed: Executed;
}

type Say = (site: CallSite, text: string) => string;

const at = ({ database, address }: CallSite) => `database "${database}" at ${address}`;

/** What is said per code; a code without an entry quotes the server. */
const SAY: Partial<Record<ImmuErrorCode, Say>> = {
  UNREACHABLE: (site, text) =>
    `cannot reach immudb at ${site.address}: ${connectReason(text)}. ${unreachableAdvice(site, text)}`,
  DEADLINE_EXCEEDED: ({ address }, text) =>
    `no answer from immudb at ${address} in time (${text}). Give the call a larger timeoutMs, or look at the server's load.`,
  SERVER_BUSY: (site, text) =>
    `${at(site)} is busy: "${text}". Make the call again later, with fewer writes at once.`,
  INVALID_CREDENTIALS: ({ user, address }) =>
    `user "${printable(user, 64)}" was refused at ${address}: wrong user name or password.`,
  USER_INACTIVE: ({ user, address }) =>
    `user "${printable(user, 64)}" is deactivated at ${address}: an administrator must activate it.`,
  AUTH_DISABLED: ({ address }) =>
    `the server at ${address} runs with authentication disabled and opens no sessions: start it with authentication.`,
  SESSION_EXPIRED: (site) =>
    `the session on ${at(site)} was lost. If new ones are lost, too: is there more than one server behind that address?`,
  TOO_MANY_SESSIONS: ({ address }) =>
    `the server at ${address} has no session left: close clients no longer needed, wait two to three minutes, or raise its max-sessions.`,
  PERMISSION_DENIED: (site) =>
    `user "${printable(site.user, 64)}" lacks the permission for this on ${at(site)}: ask an administrator to grant it.`,
  DATABASE_NOT_FOUND: (site) =>
    `${at(site)} does not exist. Check the name, or create it: connect to "defaultdb" and call createDatabase("${site.database}").`,
  DATABASE_EXISTS: (site) => `${at(site)} exists already: use it, or create it with ifNotExists.`,
  DATABASE_UNAVAILABLE: (site, text) =>
    `${at(site)} is not available now: "${text}". It may be unloaded, in maintenance, or the server is stopping.`,
  READ_ONLY_REPLICA: (site) => `${at(site)} is a replica and takes no writes: connect to its primary.`,
  SERVER_BEHIND: (site) =>
    `${at(site)} has not committed transaction ${site.sinceTx === undefined ? 'asked for' : String(site.sinceTx)} yet: it is a lagging replica, or not the ledger it was.`,
  PRECONDITION_FAILED: (site, text) =>
    `nothing was written to ${at(site)}: "${text}". Read again what the write was built on, and decide anew.`,
  CONFLICT: (site) =>
    `nothing was written to ${at(site)}: what the transaction read has changed since. Run it again.`,
  KEY_NOT_FOUND: (site) =>
    `a key is absent from ${at(site)}: never written, deleted or expired. Nothing was done.`,
  TX_NOT_FOUND: (site) => `${at(site)} has no such transaction: its id lies beyond the newest one.`,
  SQL_STATEMENT: (site, text) =>
    `${at(site)} does not take this statement or its parameters: "${text}". Nothing of it was done.`,
  SQL_CONSTRAINT: (site, text) =>
    `${at(site)} does not take this data: "${text}". Nothing of the statement was done.`,
  UNIQUE_VIOLATION: (site, text) =>
    `${at(site)} has a row with this primary key or unique value already: "${text}". Nothing of the statement was done.`,
  TABLE_NOT_FOUND: (site, text) =>
    `${at(site)} has no such table: "${text}". Check its name, and the database.`,
  TABLE_EXISTS: (site, text) =>
    `${at(site)} has this table already: "${text}". Create it with IF NOT EXISTS, or leave it.`,
  TRANSACTION_CLOSED: (site) =>
    `${at(site)} has no such transaction open any more. Nothing of it was committed; run it again.`,
  VALUE_UNAVAILABLE: (site) =>
    `a value on ${at(site)} is gone: the server's retention removed it. Its digest still proves what it was.`,
  MESSAGE_TOO_LARGE: (site, text) =>
    `a message for ${at(site)} is too large: ${text}. Requests end at 32 MiB; for answers raise the option maxMessageBytes or ask for less.`,
  UNSUPPORTED_SERVER: ({ rpc, address }) =>
    `the server at ${address} does not know ${rpc}. ${releaseAdvice(rpc)}`,
  UNSUPPORTED: (site, text) => unsupported(site, text),
  LEDGER_DAMAGED: (_, text) => text,
  LEDGER_STORAGE_FAILED: (_, text) => text,
  CLOSED: (site) => `${at(site)} is closed. Open the ledger again.`,
};

function unsupported(site: CallSite, text: string): string {
  if (text.includes('embedded ledger')) return `${text}.`;
  if (text.startsWith('metadata is unsupported'))
    return `${at(site)} writes transactions of header version 0, in which nothing can expire or be deleted: set its writeTxHeaderVersion to 1.`;
  return `${site.rpc} needs a session ("${text}"): connect with authentication "session".`;
}

/** The system's own reason out of grpc-js's sentence about a connection, and OpenSSL's out of its sentence. */
function connectReason(text: string): string {
  const reason =
    /Last error: (?:Error(?: \[\w+\])?: )?(.*?)(?: \(\d{4}-[^)]*\))?\. Resolution note:/s.exec(text)?.[1] ??
    text;
  return /:SSL routines:\w*:([^:]+)/.exec(reason)?.[1] ?? reason;
}

/** A server that hangs up before a word of gRPC may want to be spoken to in another way. */
function unreachableAdvice({ tls }: CallSite, text: string): string {
  if (!/Last error: (?:Failed to connect|.*ECONNRESET)/s.test(text))
    return 'Is the server running there, and is the address right?';
  if (tls === undefined)
    return 'It hung up at once: if it speaks TLS only, connect with tls: true or by immudbs://.';
  return tls.hasCertificate
    ? "It hung up after the handshake: does it take this client's certificate?"
    : 'It hung up after the handshake: does it demand a certificate, as tls: { cert, key }?';
}

/** What a failed call means. @param failure as the transport reported it, its text untrusted */
export function failedAttempt(failure: RpcFailure, site: CallSite): FailedAttempt {
  const row = errorRowOf(failure);
  const lateServer =
    row.code === 'INVALID_ARGUMENT' && site.sinceTx !== undefined && failure.message === 'illegal arguments';
  const code = lateServer ? 'SERVER_BEHIND' : row.code;
  const text = printable(failure.message);
  const error = new ImmuError(code, `${site.rpc}: ${said(code, row, site, text)}`, {
    details: { ...detailsOf(failure, site, text), ...(row.tls === undefined ? {} : { tls: row.tls }) },
    retryable: lateServer || row.retryable,
  });
  return { error, executed: failure.sent ? row.executed : 'no' };
}

function said(code: ImmuErrorCode, row: ErrorRow, site: CallSite, text: string): string {
  if (row.tls !== undefined) return tlsFailureText(row.tls, site.address, connectReason(text));
  const say = SAY[code];
  return say === undefined ? `${at(site)} answered "${text}".` : say(site, text);
}

function detailsOf(failure: RpcFailure, site: CallSite, text: string): Record<string, unknown> {
  const { rpc, address, database } = site;
  const { code } = failure.details;
  return {
    rpc,
    address,
    database,
    grpcStatus: failure.status,
    serverText: text,
    // Nothing but a code: what else a server puts there is not repeated.
    ...(code === undefined || !/^[0-9A-Z]{5}$/.test(code) ? {} : { serverCode: code }),
    ...(site.sinceTx === undefined ? {} : { sinceTx: site.sinceTx }),
    ...(failure instanceof CircuitOpenFailure
      ? { circuit: { since: failure.since, retryInMs: failure.retryInMs } }
      : {}),
  };
}

/** A write that was sent and whose fate is not known, because of `cause`. */
export function unknownOutcome(cause: ImmuError, site: CallSite): UnknownOutcomeError {
  return new UnknownOutcomeError(
    `${site.rpc} on ${at(site)} may or may not have been committed. ${cause.message} ` +
      'Read what it would have written before writing again, or write with a precondition that cannot hold twice.',
    { cause, details: { ...cause.details, reason: cause.code } },
  );
}
