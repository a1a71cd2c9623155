/* eslint-disable @typescript-eslint/no-deprecated -- 1.11.1 still answers the older methods, and so does the engine */
import { describe, expect, it } from 'vitest';
import { AuthorizationServiceDefinition } from '../../../src/wire/immudb/model/authorization.js';
import { administrator, bytes, Caller, methods, refusal, testEngine, text } from './engine-caller.js';

const authorization = AuthorizationServiceDefinition.methods;
const credentials = { username: bytes('immudb'), password: bytes('immudb') };

describe('a session', () => {
  it('is opened with name and password, on a database in any case', async () => {
    const { service, uuid } = await testEngine();
    const caller = new Caller(service);
    const answer = await caller.call(methods.openSession, { ...credentials, databaseName: 'DefaultDB' });
    expect(answer).toEqual({ sessionID: expect.stringMatching(/^.{44}$/) as string, serverUUID: uuid });
    const { db } = await new Caller(service, { sessionid: answer.sessionID }).call(methods.currentState);
    expect(db).toBe('defaultdb');
  });

  it.each([
    [{ password: bytes('x') }, '2 invalid user name or password [08004]'],
    [{ username: bytes('nobody') }, '2 invalid user name or password [08004]'],
    [{ username: bytes('') }, '2 invalid user name or password [08004]'],
    [{ password: bytes('') }, '2 invalid user name or password [08004]'],
    [{ databaseName: '' }, '2 database does not exist'],
    [{ databaseName: 'nowhere' }, '2 database does not exist'],
  ])('is not opened with %j', async (wrong, said) => {
    const { service } = await testEngine();
    const request = { ...credentials, databaseName: 'defaultdb', ...wrong };
    expect(await refusal(new Caller(service).call(methods.openSession, request))).toBe(said);
  });

  it('ends when it is closed', async () => {
    const admin = await administrator();
    expect(await admin.call(methods.keepAlive)).toEqual({});
    expect(await admin.call(methods.closeSession)).toEqual({});
    expect(await refusal(admin.call(methods.keepAlive))).toBe('7 session not found [08001]');
    expect(await refusal(admin.call(methods.health))).toBe('7 session not found [08001]');
    expect(await refusal(admin.stream(methods.streamScan, [{}]))).toBe('3 no session found [22023]');
  });

  it('may be opened while naming one that ended', async () => {
    const { service } = await testEngine();
    const stale = new Caller(service, { sessionid: 'stale' });
    expect(await (await stale.session()).call(methods.keepAlive)).toEqual({});
    expect(await refusal(stale.call(authorization.openSession, {}))).toBe('7 session not found [08001]');
  });

  it('must have an id to be named by', async () => {
    const { service } = await testEngine();
    const caller = new Caller(service, { sessionid: '' });
    expect(await refusal(caller.call(methods.health))).toBe('2 no sessionID provided [28000]');
    expect(await refusal(new Caller(service).call(methods.keepAlive))).toBe(
      '2 no session auth data provided [28000]',
    );
  });

  it('ends when idle, and not while it is used', async () => {
    const { service } = await testEngine({ sessionTimeoutMs: 300, sessionCheckMs: 10 });
    const [idle, used] = await Promise.all([1, 2].map(() => new Caller(service).session()));
    const end = Date.now() + 900;
    while (Date.now() < end) {
      await used!.call(methods.health);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    expect(await refusal(idle!.call(methods.keepAlive))).toBe('7 session not found [08001]');
    expect(await refusal(used!.call(methods.keepAlive))).toBe('ok');
  });

  it('is one of so many', async () => {
    const { service } = await testEngine({ maxSessions: 1 });
    const caller = new Caller(service);
    const first = await caller.session();
    expect(await refusal(caller.session())).toBe(
      '13 can not create new session: max sessions number reached [XX000]',
    );
    await first.call(methods.closeSession);
    expect(await refusal(caller.session())).toBe('ok');
  });

  it('is on one database at a time', async () => {
    const admin = await administrator({ databases: ['other'] });
    await admin.call(methods.useDatabase, { databaseName: 'other' });
    expect((await admin.call(methods.currentState)).db).toBe('other');
    const said = await refusal(admin.call(methods.useDatabase, { databaseName: 'Other' }));
    expect(said).toBe("5 'Other' does not exist [3F000]");
    expect((await admin.call(methods.currentState)).db).toBe('other');
  });

  it('can be had from the other service too', async () => {
    const { service, uuid } = await testEngine({ now: () => 1_000n, sessionTimeoutMs: 90_000 });
    const request = { username: 'immudb', password: 'immudb', database: 'defaultdb' };
    const answer = await new Caller(service).call(authorization.openSession, request);
    expect(answer).toMatchObject({ serverUUID: uuid, expirationTimestamp: 0, inactivityTimestamp: 1_090 });
    const caller = new Caller(service, { sessionid: answer.sessionID });
    expect(await caller.call(authorization.keepAlive)).toEqual({});
    expect(await caller.call(authorization.closeSession)).toEqual({});
    expect(await refusal(caller.call(authorization.keepAlive))).toBe('7 session not found [08001]');
  });
});

describe('a token', () => {
  const login = async (caller: Caller, user = 'immudb', password = 'immudb') => {
    const { token } = await caller.call(methods.login, { user: bytes(user), password: bytes(password) });
    return new Caller(caller.service, { authorization: token });
  };

  it('is for defaultdb while there is no other, with a warning about the password', async () => {
    const { service } = await testEngine();
    const caller = new Caller(service);
    expect((await (await login(caller)).call(methods.currentState)).db).toBe('defaultdb');
    const request = { user: bytes('immudb'), password: bytes('immudb') };
    expect(text((await caller.call(methods.login, request)).warning)).toMatch(/default password/);
  });

  it('comes without a warning for any other password', async () => {
    const { service } = await testEngine({ user: 'chief', password: 'other' });
    const request = { user: bytes('chief'), password: bytes('other') };
    expect(text((await new Caller(service).call(methods.login, request)).warning)).toBe('');
  });

  it('is for no database where there are several, until one is chosen', async () => {
    const { service } = await testEngine({ databases: ['other'] });
    const unbound = await login(new Caller(service));
    expect(await refusal(unbound.call(methods.currentState))).toBe('2 please select a database first');
    const { token } = await unbound.call(methods.useDatabase, { databaseName: 'other' });
    const bound = new Caller(service, { authorization: `Bearer ${token}` });
    expect((await bound.call(methods.currentState)).db).toBe('other');
    expect(await bound.stream(methods.streamScan, [{}])).toEqual([]);
  });

  it('ends with the logout', async () => {
    const { service } = await testEngine();
    const caller = await login(new Caller(service));
    await caller.call(methods.logout);
    expect(await refusal(caller.call(methods.currentState))).toBe('2 not logged in [28000]');
    expect(await refusal(caller.call(methods.useDatabase, { databaseName: 'defaultdb' }))).toBe(
      '16 Please login',
    );
  });

  it('does not do where a session is asked for', async () => {
    const { service } = await testEngine();
    const caller = await login(new Caller(service));
    expect(await refusal(caller.call(methods.keepAlive))).toBe('2 no session auth data provided [28000]');
  });

  it('goes behind a session, even one that ended', async () => {
    const { service } = await testEngine();
    const { headers } = await login(new Caller(service));
    const both = new Caller(service, { ...headers, sessionid: 'stale' });
    expect(await refusal(both.call(methods.currentState))).toBe('7 session not found [08001]');
  });

  it.each([
    ['abc', '13 invalid token [XX000]'],
    ['', '2 not logged in [28000]'],
    ['Bearer ', '2 not logged in [28000]'],
  ])('is refused as %j', async (authorizationHeader, said) => {
    const { service } = await testEngine();
    const caller = new Caller(service, { authorization: authorizationHeader });
    expect(await refusal(caller.call(methods.currentState))).toBe(said);
    expect(await refusal(caller.call(methods.health))).toBe('ok');
  });
});
