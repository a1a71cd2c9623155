// The proxy is honest until told otherwise, and lies exactly as told.
import { Client, credentials, status, type Metadata, type ServiceError } from '@grpc/grpc-js';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { AuthorizationServiceDefinition } from '../../src/wire/immudb/model/authorization.js';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import { describeReal, freshDatabaseName } from './describe-real.js';
import { LyingProxy } from './lying-proxy.js';
import { RawClient } from './raw-client.js';

const methods = ImmuServiceDefinition.methods;
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array | undefined) => new TextDecoder().decode(data);

describeReal('LyingProxy', (server) => {
  const database = freshDatabaseName('lying');
  let proxy: LyingProxy;
  let honest: RawClient;
  let client: RawClient;

  const set = (through: RawClient, key: string, value: string) =>
    through.call(methods.set, { KVs: [{ key: bytes(key), value: bytes(value) }] });
  const get = async (through: RawClient, key: string) =>
    text((await through.call(methods.get, { key: bytes(key) })).value);
  const failure = async (call: Promise<unknown>): Promise<ServiceError> => {
    const [outcome] = await Promise.allSettled([call]);
    if (outcome.status === 'fulfilled') throw new Error('the call succeeded');
    return outcome.reason as ServiceError;
  };

  beforeAll(async () => {
    const admin = await RawClient.open(server.address);
    await admin.call(methods.createDatabaseV2, { name: database });
    await admin.close();
    honest = await RawClient.open(server.address, database);
    proxy = await LyingProxy.start(server.address);
    client = await RawClient.open(proxy.address, database);
    await set(honest, 'k', 'v');
  });
  afterEach(() => {
    proxy.clear();
  });
  afterAll(async () => {
    await client.close();
    await honest.close();
    await proxy.close();
  });

  it('passes calls on unchanged, to every byte of the answer', async () => {
    const asked = [methods.txById, { tx: 1n }] as const;
    expect((await client.answer(...asked)).bytes).toEqual((await honest.answer(...asked)).bytes);
  });

  it('passes large messages on', async () => {
    await set(client, 'large', 'x'.repeat(3_000_000));
    expect((await get(client, 'large')).length).toBe(3_000_000);
  });

  it('passes the other services on', async () => {
    const { message } = await client.answer(
      AuthorizationServiceDefinition.methods.keepAlive,
      {},
      AuthorizationServiceDefinition.fullName,
    );
    expect(message).toBeDefined();
  });

  it('passes errors on with status, text and details', async () => {
    const doomed = (through: RawClient) =>
      failure(
        through.call(methods.set, {
          KVs: [{ key: bytes('doomed'), value: bytes('x') }],
          preconditions: [{ precondition: { $case: 'keyMustExist', value: { key: bytes('absent') } } }],
        }),
      );
    const details = (error: ServiceError) => error.metadata.get('grpc-status-details-bin');
    const direct = await doomed(honest);
    const relayed = await doomed(client);
    expect(details(direct)).toHaveLength(1);
    expect([relayed.code, relayed.details, ...details(relayed)]).toEqual([
      direct.code,
      direct.details,
      ...details(direct),
    ]);
  });

  it('lies about one method, knowing what was asked, and leaves the others alone', async () => {
    proxy.lie('Get', ({ request, response }) => ({ ...response, value: bytes(`not ${text(request.key)}`) }));
    expect(await get(client, 'k')).toBe('not k');
    expect(await get(honest, 'k')).toBe('v');
    const all = await client.call(methods.getAll, { keys: [bytes('k')] });
    expect(text(all.entries[0]?.value)).toBe('v');
  });

  it('sends bytes that are no message', async () => {
    proxy.lie('Get', () => Uint8Array.of(0xff));
    await expect(get(client, 'k')).rejects.toThrow();
  });

  it('does not change errors by lying', async () => {
    proxy.lie('Get', ({ response }) => ({ ...response, value: bytes('forged') }));
    expect((await failure(get(client, 'absent'))).details).toContain('key not found');
  });

  it('lies as often as told, and stops when cleared', async () => {
    const lie = () => {
      proxy.lie('Get', ({ response }) => ({ ...response, value: bytes('forged') }), { times: 1 });
    };
    lie();
    expect([await get(client, 'k'), await get(client, 'k')]).toEqual(['forged', 'v']);
    lie();
    proxy.clear();
    expect(await get(client, 'k')).toBe('v');
  });

  it('lets the newest of several rules have the last word', async () => {
    const append = (suffix: string) => {
      proxy.lie('Get', ({ response }) => ({ ...response, value: bytes(text(response.value) + suffix) }));
    };
    append('-1');
    append('-2');
    expect(await get(client, 'k')).toBe('v-1-2');
  });

  it('asks something else than the client did', async () => {
    await set(honest, 'other', 'o');
    proxy.swap('Get', (request) => ({ ...request, key: bytes('other') }));
    expect(await get(client, 'k')).toBe('o');
  });

  it('fails a call without asking the server', async () => {
    proxy.fail('Set', status.FAILED_PRECONDITION, 'precondition failed: 100 % "ü"');
    const error = await failure(set(client, 'never', 'x'));
    expect([error.code, error.details]).toEqual([9, 'precondition failed: 100 % "ü"']);
    expect((await failure(get(honest, 'never'))).details).toContain('key not found');
  });

  it('breaks the connection before the server sees the call', async () => {
    proxy.drop('Set', 'before', { times: 1 });
    expect((await failure(set(client, 'dropped', 'x'))).code).toBe(status.UNAVAILABLE);
    expect(proxy.calls('Set')).toBe(1);
    expect((await failure(get(honest, 'dropped'))).details).toContain('key not found');
    expect(await get(client, 'k')).toBe('v');
  });

  it('breaks the connection after the server has executed the call', async () => {
    proxy.drop('Set', 'after', { times: 1 });
    expect((await failure(set(client, 'executed', 'x'))).code).toBe(status.UNAVAILABLE);
    expect(proxy.calls('Set')).toBe(1);
    expect(await get(honest, 'executed')).toBe('x');
  });

  it('never answers a call it swallows, which is executed', async () => {
    proxy.swallow('Set');
    const outcome = await Promise.race([
      set(client, 'swallowed', 'x').then(
        () => 'answered',
        () => 'failed',
      ),
      new Promise((resolve) => setTimeout(resolve, 300, 'silence')),
    ]);
    expect(outcome).toBe('silence');
    expect(await get(honest, 'swallowed')).toBe('x');
  });

  it('delays an answer, and no other', async () => {
    proxy.delay('Get', 300);
    const started = performance.now();
    const late = get(client, 'k').then(() => performance.now() - started);
    await client.call(methods.currentState, {});
    expect(performance.now() - started).toBeLessThan(250);
    expect(await late).toBeGreaterThanOrEqual(290);
  });

  it('says who it wants to be, in the header where the server says who it is', async () => {
    const plain = new Client(proxy.address, credentials.createInsecure());
    const asIs = (data: Buffer) => data;
    const uuidSeen = () =>
      new Promise<unknown>((resolve) => {
        plain
          .makeUnaryRequest('/immudb.schema.ImmuService/Health', asIs, asIs, Buffer.alloc(0), () => undefined)
          .on('metadata', (metadata: Metadata) => {
            resolve(metadata.get('immudb-uuid')[0]);
          });
      });
    expect(await uuidSeen()).toBe(server.uuid);
    proxy.disguise('somebody-else');
    expect(await uuidSeen()).toBe('somebody-else');
    plain.close();
  });

  it('counts calls per method', async () => {
    await get(client, 'k');
    await get(client, 'k');
    expect([proxy.calls('Get'), proxy.calls('Set')]).toEqual([2, 0]);
    proxy.clear();
    expect(proxy.calls('Get')).toBe(0);
  });

  it('lets clients come back after all connections were cut', async () => {
    proxy.cutAll();
    expect(await get(client, 'k')).toBe('v');
  });

  it('refuses a method that streams or does not exist', () => {
    expect(() => {
      proxy.lie('streamGet' as 'Get', ({ response }) => response);
    }).toThrow('streamGet is not a unary method of immudb.schema.ImmuService');
  });

  it('says that a rule of the test itself failed', async () => {
    proxy.lie('Get', () => {
      throw new Error('a bug in the test');
    });
    expect((await failure(get(client, 'k'))).details).toContain('a rule failed: Error: a bug in the test');
  });

  it('answers UNAVAILABLE where the server is gone, and works when it is back', async () => {
    proxy.retarget('127.0.0.1:9');
    const error = await failure(get(client, 'k'));
    expect([error.code, error.details]).toEqual([14, expect.stringContaining('lying proxy: ')]);
    proxy.retarget(server.address);
    expect(await get(client, 'k')).toBe('v');
  });

  it('closes although calls are under way, and closes twice', async () => {
    const second = await LyingProxy.start(server.address);
    const stuck = await RawClient.open(second.address, database);
    second.swallow('Get');
    const call = failure(get(stuck, 'k'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await second.close();
    await second.close();
    expect((await call).code).toBe(status.UNAVAILABLE);
  });
});
