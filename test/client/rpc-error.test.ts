import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { failedAttempt, unknownOutcome, type CallSite } from '../../src/client/rpc-error.js';
import { GrpcStatus, RpcFailure } from '../../src/client/transport.js';
import { ImmuError, UnknownOutcomeError } from '../../src/errors.js';

const SITE: CallSite = { rpc: 'VerifiableGet', address: 'db:3322', database: 'bank', user: 'ada' };

const attempt = (status: number, text: string, site: CallSite = SITE) =>
  failedAttempt(new RpcFailure(status, text), site);

describe('failedAttempt', () => {
  it('names the call, the database and the server', () => {
    const { error } = attempt(GrpcStatus.UNKNOWN, 'the moon is full');
    expect(error).toBeInstanceOf(ImmuError);
    expect(error.message).toBe('VerifiableGet: database "bank" at db:3322 answered "the moon is full".');
    expect(error.details).toEqual({
      rpc: 'VerifiableGet',
      address: 'db:3322',
      database: 'bank',
      grpcStatus: 2,
      serverText: 'the moon is full',
    });
  });

  it.each([
    [GrpcStatus.UNKNOWN, 'database does not exist', 'createDatabase("bank")'],
    [GrpcStatus.UNKNOWN, 'invalid user name or password', 'user "ada" was refused at db:3322'],
    [GrpcStatus.UNKNOWN, "database is read-only because it's a replica", 'connect to its primary'],
    [GrpcStatus.INTERNAL, 'permission denied', 'user "ada" lacks the permission'],
    [
      GrpcStatus.INTERNAL,
      'can not create new session: max sessions number reached',
      'close clients no longer needed',
    ],
    [GrpcStatus.UNKNOWN, 'already closed', 'not available now: "already closed"'],
    [GrpcStatus.UNKNOWN, 'max concurrency limit exceeded', 'is busy: "max concurrency limit exceeded"'],
    [GrpcStatus.UNKNOWN, 'EOF', 'retention removed it'],
    [GrpcStatus.RESOURCE_EXHAUSTED, 'Received message larger than max (2 vs 1)', 'maxMessageBytes'],
    [GrpcStatus.UNIMPLEMENTED, 'unknown service x', 'does not know VerifiableGet'],
    [GrpcStatus.DEADLINE_EXCEEDED, 'Deadline exceeded after 1s', 'larger timeoutMs'],
  ])('says what to do about %i %s', (status, text, advice) => {
    expect(attempt(status, text).error.message).toContain(advice);
  });

  it('shows the reason why a connection failed, not the whole sentence about it', () => {
    const text =
      'No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:9 (2026-11-23T21:37:35.000Z). Resolution note: ';
    expect(attempt(GrpcStatus.UNAVAILABLE, text).error.message).toBe(
      'VerifiableGet: cannot reach immudb at db:3322: connect ECONNREFUSED 127.0.0.1:9. Is the server running there, and is the address right?',
    );
  });

  it('reads "illegal arguments" of a request with sinceTx as a server that is behind', () => {
    const { error } = attempt(GrpcStatus.INVALID_ARGUMENT, 'illegal arguments', { ...SITE, sinceTx: 9n });
    expect(error).toMatchObject({ code: 'SERVER_BEHIND', retryable: true, details: { sinceTx: 9n } });
    expect(error.message).toContain('has not committed transaction 9 yet');
    expect(attempt(GrpcStatus.INVALID_ARGUMENT, 'illegal arguments').error.code).toBe('INVALID_ARGUMENT');
  });

  it('makes server text printable and short', () => {
    const { error } = attempt(GrpcStatus.UNKNOWN, `\u001b[31m${'x'.repeat(100_000)}`);
    expect(error.message).not.toContain('\u001b');
    expect(error.message.length).toBeLessThan(600);
    expect(String(error.details.serverText).length).toBeLessThan(400);
  });

  it('never shows what the server attached as cause: it tells whether a user exists', () => {
    const failure = new RpcFailure(GrpcStatus.UNKNOWN, 'invalid user name or password', {
      details: { code: '08004', cause: 'tbtree: key not found' },
    });
    const { error } = failedAttempt(failure, SITE);
    expect(error.details.serverCode).toBe('08004');
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('key not found');
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('key not found');
  });

  it('was not executed if it was never sent, whatever the failure', () => {
    const failure = new RpcFailure(GrpcStatus.UNAVAILABLE, 'No connection established', { sent: false });
    expect(failedAttempt(failure, SITE).executed).toBe('no');
    expect(attempt(GrpcStatus.UNAVAILABLE, 'No connection established').executed).toBe('maybe');
  });
});

describe('unknownOutcome', () => {
  it('keeps the reason', () => {
    const { error } = attempt(GrpcStatus.UNAVAILABLE, 'Connection dropped');
    const unknown = unknownOutcome(error, SITE);
    expect(unknown).toBeInstanceOf(UnknownOutcomeError);
    expect(unknown).toMatchObject({ code: 'UNKNOWN_OUTCOME', retryable: false, cause: error });
    expect(unknown.details).toMatchObject({ reason: 'UNREACHABLE', rpc: 'VerifiableGet', database: 'bank' });
    expect(unknown.message).toContain(
      'VerifiableGet on database "bank" at db:3322 may or may not have been committed',
    );
  });
});
