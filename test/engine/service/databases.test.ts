/* eslint-disable @typescript-eslint/no-deprecated -- 1.11.1 still answers the older methods, and so does the engine */
import { describe, expect, it } from 'vitest';
import { administrator, bytes, Caller, methods, refusal } from './engine-caller.js';

const KVs = [{ key: bytes('k'), value: bytes('v') }];

describe('making a database', () => {
  it('takes a name in any case and answers with all its settings', async () => {
    const admin = await administrator();
    const answer = await admin.call(methods.createDatabaseV2, {
      name: 'Bank',
      settings: { maxKeyLen: { value: 77 }, indexSettings: { cacheSize: { value: 5 } } },
    });
    expect(answer).toMatchObject({ name: 'bank', alreadyExisted: false });
    expect(answer.settings).toMatchObject({
      maxKeyLen: { value: 77 },
      maxValueLen: { value: 33_554_432 },
      indexSettings: { cacheSize: { value: 5 }, renewSnapRootAfter: { value: 1000n } },
      replicationSettings: { replica: { value: false } },
      autoload: { value: true },
    });
  });

  it('heeds the settings that matter', async () => {
    const admin = await administrator({ now: () => 99n });
    const settings = {
      maxKeyLen: { value: 3 },
      maxTxEntries: { value: 1 },
      excludeCommitTime: { value: true },
      writeTxHeaderVersion: { value: 0 },
    };
    await admin.call(methods.createDatabaseV2, { name: 'small', settings });
    const caller = await admin.session('small');
    expect(await caller.call(methods.set, { KVs })).toMatchObject({ ts: 0n, version: 0 });
    const long = [{ key: bytes('long'), value: bytes('v') }];
    expect(await refusal(caller.call(methods.set, { KVs: long }))).toMatch(/max key length exceeded/);
    const two = [...KVs, { key: bytes('l'), value: bytes('v') }];
    expect(await refusal(caller.call(methods.set, { KVs: two }))).toMatch(/max number of entries/);
  });

  it('twice is refused, or answered where that was foreseen', async () => {
    const admin = await administrator({ databases: ['bank'] });
    expect(await refusal(admin.call(methods.createDatabaseV2, { name: 'bank' }))).toBe(
      '2 database already exists',
    );
    const again = { name: 'bank', ifNotExists: true, settings: { maxKeyLen: { value: 3 } } };
    const answer = await admin.call(methods.createDatabaseV2, again);
    expect(answer).toMatchObject({ alreadyExisted: true, settings: { maxKeyLen: { value: 1024 } } });
    const atOnce = [1, 2].map(() => refusal(admin.call(methods.createDatabaseV2, { name: 'shop' })));
    expect((await Promise.all(atOnce)).sort()).toEqual(['2 database already exists', 'ok']);
  });

  it.each([
    ['', '2 database name length outside of limits'],
    ['x'.repeat(129), '2 database name length outside of limits'],
    ['a-b', '2 punctuation marks and symbols are not allowed in database name'],
    ['a b', '2 unrecognized character in database name'],
    ['ü', '2 unrecognized character in database name'],
    ['..', '2 punctuation marks and symbols are not allowed in database name'],
    ['a/b', '2 punctuation marks and symbols are not allowed in database name'],
    ['defaultdb', '13 database is reserved [XX000]'],
    ['systemdb', '13 database is reserved [XX000]'],
    ['SystemDB', '13 database is reserved [XX000]'],
  ])('called %j is refused', async (name, said) => {
    const admin = await administrator();
    expect(await refusal(admin.call(methods.createDatabaseV2, { name }))).toBe(said);
  });

  it.each([
    [{ maxKeyLen: { value: 1025 } }, /^3 rpc error: code = InvalidArgument .*: invalid MaxKeyLen$/],
    [{ maxValueLen: { value: 33_554_433 } }, /: invalid MaxValueLen$/],
    [{ indexSettings: { cleanupPercentage: { value: NaN } } }, /: invalid index option CleanupPercentage$/],
    [{ replicationSettings: { primaryHost: { value: 'h' } } }, /PrimaryHost on primary database 'x'$/],
    [
      { replicationSettings: { replica: { value: true } } },
      /^12 a replica .* unsupported by the embedded ledger/,
    ],
    [
      { replicationSettings: { syncReplication: { value: true }, syncAcks: { value: 1 } } },
      /^12 replication .* unsupported by the embedded ledger/,
    ],
    [
      { truncationSettings: { retentionPeriod: { value: 86_400_000n } } },
      /^12 deleting old values .* unsupported by the embedded ledger/,
    ],
  ] as [object, RegExp][])('with settings it cannot have is refused: %#', async (settings, said) => {
    const admin = await administrator();
    expect(await refusal(admin.call(methods.createDatabaseV2, { name: 'x', settings }))).toMatch(said);
    expect((await admin.call(methods.databaseList)).databases).toHaveLength(1);
  });

  it('works the older ways', async () => {
    const admin = await administrator();
    await admin.call(methods.createDatabase, { databaseName: 'one' });
    await admin.call(methods.createDatabaseWith, { databaseName: 'two', maxKeyLen: 9 });
    await admin.call(methods.updateDatabase, { databaseName: 'two' });
    const settings = await (await admin.session('two')).call(methods.getDatabaseSettings);
    expect(settings).toMatchObject({ databaseName: 'two', maxKeyLen: 9, maxTxEntries: 1024 });
  });
});

describe('changing settings', () => {
  it('keeps and shows them, and heeds them once the database is loaded again', async () => {
    const admin = await administrator({ databases: ['bank'], now: () => 99n });
    const bank = await admin.session('bank');
    await bank.call(methods.set, { KVs });
    const settings = { excludeCommitTime: { value: true }, maxConcurrency: { value: 5 } };
    await admin.call(methods.updateDatabaseV2, { database: 'bank', settings });
    expect(await bank.call(methods.getDatabaseSettingsV2)).toMatchObject({ database: 'bank', settings });
    expect((await bank.call(methods.set, { KVs })).ts).toBe(99n);
    await admin.call(methods.unloadDatabase, { database: 'bank' });
    await admin.call(methods.loadDatabase, { database: 'bank' });
    expect((await bank.call(methods.set, { KVs })).ts).toBe(0n);
  });

  it('leaves what is fixed at creation', async () => {
    const admin = await administrator({ databases: ['bank'] });
    const settings = { maxKeyLen: { value: 3 } };
    expect(await refusal(admin.call(methods.updateDatabaseV2, { database: 'bank', settings }))).toMatch(
      /max key length can not be changed after database creation \('bank'\)$/,
    );
  });
});

describe('unloading and removing', () => {
  it('closes a database to everybody, with its data kept for later', async () => {
    const admin = await administrator({ databases: ['bank'] });
    const bank = await admin.session('bank');
    await bank.call(methods.set, { KVs });
    await admin.call(methods.unloadDatabase, { database: 'bank' });
    const closed = '2 already closed';
    expect(await refusal(bank.call(methods.get, { key: bytes('k') }))).toBe(closed);
    expect(await refusal(bank.stream(methods.streamScan, [{}]))).toBe(closed);
    expect(await refusal(admin.call(methods.useDatabase, { databaseName: 'bank' }))).toBe(closed);
    expect(await refusal(admin.call(methods.unloadDatabase, { database: 'bank' }))).toBe(closed);
    await admin.call(methods.loadDatabase, { database: 'bank' });
    expect((await bank.call(methods.get, { key: bytes('k') })).value).toEqual(bytes('v'));
    expect(await refusal(admin.call(methods.loadDatabase, { database: 'bank' }))).toBe(
      '13 database already loaded [XX000]',
    );
  });

  it('waits for what is under way', async () => {
    const admin = await administrator({ databases: ['bank'] });
    const bank = await admin.session('bank');
    const writes = Array.from({ length: 20 }, () => bank.call(methods.set, { KVs }));
    await new Promise((resolve) => setImmediate(resolve));
    await admin.call(methods.unloadDatabase, { database: 'bank' });
    const committed = (await Promise.allSettled(writes)).filter(
      ({ status }) => status === 'fulfilled',
    ).length;
    await admin.call(methods.loadDatabase, { database: 'bank' });
    expect((await bank.call(methods.currentState)).txId).toBe(BigInt(committed));
    expect(committed).toBeGreaterThan(0);
  });

  it('removes for good what was unloaded before, and leaves the name free', async () => {
    const admin = await administrator({ databases: ['bank'] });
    const bank = await admin.session('bank');
    await bank.call(methods.set, { KVs });
    expect(await refusal(admin.call(methods.deleteDatabase, { database: 'bank' }))).toBe(
      '2 cannot delete an open database',
    );
    await admin.call(methods.unloadDatabase, { database: 'bank' });
    await admin.call(methods.deleteDatabase, { database: 'bank' });
    expect(await refusal(bank.call(methods.currentState))).toBe('2 database does not exist');
    expect(await refusal(admin.call(methods.deleteDatabase, { database: 'bank' }))).toBe(
      '2 database does not exist',
    );
    await admin.call(methods.createDatabaseV2, { name: 'bank' });
    expect((await bank.call(methods.currentState)).txId).toBe(0n);
  });

  it.each(['defaultdb', 'systemdb'])('leaves %s', async (database) => {
    const admin = await administrator();
    const said = '13 database is reserved [XX000]';
    for (const method of [methods.loadDatabase, methods.unloadDatabase, methods.deleteDatabase]) {
      expect(await refusal(admin.call(method, { database }))).toBe(said);
    }
    expect(await refusal(admin.call(methods.updateDatabaseV2, { database }))).toBe(said);
    expect(await refusal(admin.call(methods.truncateDatabase, { database }))).toBe(said);
  });

  it('does not truncate', async () => {
    const admin = await administrator({ databases: ['bank'] });
    expect(await refusal(admin.call(methods.truncateDatabase, { database: 'bank' }))).toMatch(
      /^12 TruncateDatabase is unsupported by the embedded ledger/,
    );
  });
});

describe('what is told about databases', () => {
  it('lists them all, with counts, to the administrator, and to others their own', async () => {
    const admin = await administrator({ databases: ['bank', 'shop'], now: () => 42n });
    await (await admin.session('bank')).call(methods.set, { KVs });
    await admin.call(methods.unloadDatabase, { database: 'shop' });
    const { databases } = await admin.call(methods.databaseListV2);
    expect(databases.map((listed) => ({ ...listed, settings: undefined }))).toEqual(
      [
        { name: 'defaultdb', loaded: true, numTransactions: 0n, created_by: 'systemdb' },
        { name: 'bank', loaded: true, numTransactions: 1n, created_by: 'immudb' },
        { name: 'shop', loaded: false, numTransactions: 0n, created_by: 'immudb' },
      ].map((listed) => ({ ...listed, settings: undefined, diskSize: 0n, created_at: 42n })),
    );
    const request = { user: bytes('ada'), password: bytes('pw'), permission: 1, database: 'bank' };
    await admin.call(methods.createUser, request);
    const ada = await new Caller(admin.service).session('bank', 'ada', 'pw');
    expect((await ada.call(methods.databaseList)).databases).toEqual([{ databaseName: 'bank' }]);
  });

  it('is version, start and counts, to anybody', async () => {
    const admin = await administrator({ databases: ['bank'], now: () => 42n });
    await (await admin.session('bank')).call(methods.set, { KVs });
    const anybody = new Caller(admin.service);
    expect(await anybody.call(methods.health)).toEqual({ status: true, version: '1.11.1' });
    expect(await anybody.call(methods.serverInfo)).toEqual({
      version: '1.11.1',
      startedAt: 42n,
      numTransactions: 1n,
      numDatabases: 2,
      databasesDiskSize: 0n,
    });
  });

  it('is the time of the last call, and immudb\'s "never" before', async () => {
    const admin = await administrator();
    const never = { pendingRequests: 0, lastRequestCompletedAt: -62_135_596_800_000n };
    expect(await admin.call(methods.databaseHealth)).toEqual(never);
    const before = BigInt(Date.now());
    await admin.call(methods.currentState);
    const { lastRequestCompletedAt } = await admin.call(methods.databaseHealth);
    expect(lastRequestCompletedAt).toBeGreaterThanOrEqual(before);
  });

  it('is that the index needs no upkeep', async () => {
    const admin = await administrator();
    expect(await admin.call(methods.flushIndex, { cleanupPercentage: 100 })).toEqual({
      database: 'defaultdb',
    });
    expect(await refusal(admin.call(methods.flushIndex, { cleanupPercentage: 101 }))).toMatch(
      /invalid cleanupPercentage$/,
    );
    expect(await refusal(admin.call(methods.compactIndex))).toBe(
      '2 tbtree: compaction threshold not yet reached',
    );
  });

  it('is that systemdb can be read, is empty, and takes nothing', async () => {
    const admin = await administrator();
    const system = await admin.session('systemdb');
    expect(await system.call(methods.currentState)).toMatchObject({ db: 'systemdb', txId: 0n });
    expect(await system.call(methods.getAll, { keys: [bytes('k')] })).toEqual({ entries: [] });
    for (const call of [
      system.call(methods.set, { KVs }),
      system.call(methods.getDatabaseSettings),
      system.call(methods.databaseHealth),
      system.stream(methods.streamSet, []),
    ]) {
      expect(await refusal(call)).toBe('13 permission denied [XX000]');
    }
  });
});
