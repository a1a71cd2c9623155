// Bad input is normal: each mistake has an error of its own that names the thing and the remedy, and nothing is half done.

import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Entity, FileTrustStore, Id, type OpenLedgerOptions, openLedger, Property } from 'immurepo';
import { callService } from '../../src/client/call.js';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import { describeReal } from '../support/describe-real.js';
import { Account } from './entities.js';
import { createDatabase } from './open-real.js';

class NotAnEntity {
  id = 'x';
}

@Entity({ name: 'without-id' })
class WithoutId {
  @Property() name!: string;
}

@Entity({ name: 'account' })
class AnotherAccount {
  @Id() id!: string;
}

/** What is tried, the class or code of the error, and what its message must name. */
type Case = readonly [what: string, options: Partial<OpenLedgerOptions>, error: string, named: RegExp];

async function failureOf(options: Partial<OpenLedgerOptions>): Promise<{ error: Error; code: string }> {
  try {
    const ledger = await openLedger({ timeoutMs: 5_000, entities: [Account], ...options });
    await ledger.close();
  } catch (error) {
    return {
      error: error as Error,
      code: (error as { code?: string }).code ?? (error as Error).constructor.name,
    };
  }
  throw new Error('it opened');
}

describe('before anything is sent', () => {
  const cases: readonly Case[] = [
    ['another scheme', { url: 'http://localhost:3322' }, 'TypeError', /immudb:\/\//],
    ['no URL at all', { url: 'not a url' }, 'TypeError', /immudb:\/\//],
    ['a port that is none', { url: 'immudb://localhost:99999' }, 'TypeError', /port/i],
    ['an option nobody knows', { url: 'immudb://localhost', retries: 3 } as never, 'TypeError', /retries/],
    [
      'plain text to another machine',
      { url: 'immudb://u:p@ledger.example:3322/x', tls: false },
      'TypeError',
      /plaintext/,
    ],
    ['a class without @Entity', { entities: [NotAnEntity] }, 'TypeError', /NotAnEntity.*@Entity/s],
    ['an entity without @Id', { entities: [WithoutId] }, 'TypeError', /WithoutId.*@Id/s],
    [
      'two entities of one name',
      { entities: [Account, AnotherAccount] },
      'TypeError',
      /Account.*AnotherAccount.*"account"/s,
    ],
    ['trust by a key that is none', { trust: { key: 'not a PEM' } }, 'TRUST_POLICY', /key/i],
    ['a pin that is missing', { trust: { pin: undefined as never } }, 'TypeError', /pin/],
  ];

  it.each(cases)('%s', async (_, options, expected, named) => {
    const { error, code } = await failureOf(options);
    expect(code).toBe(expected);
    expect(error.message).toMatch(named);
  });

  it('an unreachable server, soon and by its address', async () => {
    const { error, code } = await failureOf({
      url: 'immudb://immudb:immudb@127.0.0.1:9/x',
      timeoutMs: 2_000,
    });
    expect(['UNREACHABLE', 'DEADLINE_EXCEEDED']).toContain(code);
    expect(error.message).toContain('127.0.0.1:9');
  });
});

describeReal('what the server refuses', (server) => {
  let database: string;
  let directory: string;

  beforeAll(async () => {
    database = await createDatabase(server);
    directory = await mkdtemp(join(tmpdir(), 'immurepo-trust-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it('a wrong password, which is not repeated', async () => {
    const { error, code } = await failureOf({
      url: `immudb://immudb:hunter2secret@${server.address}/${database}`,
    });
    expect(code).toBe('INVALID_CREDENTIALS');
    expect(`${error.stack ?? ''}${JSON.stringify(error)}`).not.toContain('hunter2secret');
  });

  it('an unknown database, by its name and with the way to make it', async () => {
    const { error, code } = await failureOf({ url: `immudb://immudb:immudb@${server.address}/nowhere` });
    expect(code).toBe('DATABASE_NOT_FOUND');
    expect(error.message).toMatch(/nowhere/);
  });

  it('a foreign signing key, with nothing trusted', async () => {
    const store = new FileTrustStore({ directory: join(directory, 'foreign') });
    const foreign = (await import('node:crypto')).generateKeyPairSync('ec', {
      namedCurve: 'P-256',
    }).publicKey;
    const writer = await openLedger({
      url: `immudb://immudb:immudb@${server.address}/${database}`,
      entities: [Account],
      trust: { key: server.publicKeyPem, store, ledgerId: 'right' },
    });
    await writer.repository(Account).save(writer.repository(Account).create({ email: 'x', balance: 1n }));
    await writer.close();
    const { code } = await failureOf({
      url: `immudb://immudb:immudb@${server.address}/${database}`,
      trust: { key: foreign, store, ledgerId: 'wrong' },
    });
    expect(code).toBe('SIGNATURE_INVALID');
    expect(await store.load({ ledgerId: 'wrong', database })).toBeUndefined();
  });

  it('a damaged trust file, by its path and with the way out; nothing is begun anew', async () => {
    const where = join(directory, 'damaged');
    const store = new FileTrustStore({ directory: where });
    const open = {
      url: `immudb://immudb:immudb@${server.address}/${database}`,
      trust: { firstUse: true, store, ledgerId: 'damaged' } as const,
    };
    const ledger = await openLedger({ ...open, entities: [Account] });
    await ledger.repository(Account).save(ledger.repository(Account).create({ email: 'x', balance: 1n }));
    await ledger.close();
    const files = (await readdir(where, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    for (const { parentPath, name } of files) {
      const path = join(parentPath, name);
      const content = await readFile(path);
      await writeFile(
        path,
        content.fill(content[content.length >> 1]! ^ 1, content.length >> 1, (content.length >> 1) + 1),
      );
    }
    const { error, code } = await failureOf(open);
    expect(code).toBe('TRUST_CORRUPT');
    expect(error.message).toContain('immurepo trust recover');
    expect(error.message).toContain(where);
  });

  it('a missing record in production', async () => {
    const before = process.env.NODE_ENV;
    process.env.NODE_ENV = 'production';
    try {
      const { error, code } = await failureOf({
        url: `immudb://immudb:immudb@${server.address}/${database}`,
        trust: { firstUse: true, store: new FileTrustStore({ directory: join(directory, 'production') }) },
      });
      expect(code).toBe('TRUST_MISSING');
      expect(error.message).toContain('immurepo trust init');
    } finally {
      process.env.NODE_ENV = before;
    }
  });

  it('values and batches that are too large, before they are sent', async () => {
    const ledger = await openLedger({
      url: `immudb://immudb:immudb@${server.address}/${database}`,
      entities: [Account],
      trust: { key: server.publicKeyPem, store: new FileTrustStore({ directory }) },
    });
    const accounts = ledger.repository(Account);
    const before = await ledger.verifyState();
    const large = accounts.create({ email: 'x'.repeat(5 * 1024 * 1024), balance: 1n });
    await expect(accounts.save(large)).rejects.toMatchObject({ code: 'VALUE_TOO_LARGE' });
    const heavy = Array.from({ length: 12 }, () =>
      accounts.create({ email: 'x'.repeat(3 * 1024 * 1024), balance: 1n }),
    );
    await expect(accounts.insertMany(heavy)).rejects.toMatchObject({ code: 'BATCH_TOO_LARGE' });
    await expect(
      accounts.save(accounts.create({ id: 'x'.repeat(1100), email: '', balance: 1n })),
    ).rejects.toMatchObject({
      code: 'KEY_TOO_LARGE',
    });
    expect(await ledger.verifyState()).toEqual(before);
    await ledger.close();
  });

  it('a session that ended is opened again by itself', async () => {
    const ledger = await openLedger({
      url: `immudb://immudb:immudb@${server.address}/${database}`,
      entities: [Account],
      trust: { key: server.publicKeyPem, store: new FileTrustStore({ directory }), ledgerId: 'healing' },
    });
    const accounts = ledger.repository(Account);
    const { id } = await accounts.save(accounts.create({ email: 'x', balance: 1n }));
    // Behind the session's back: the server forgets it, the client does not know.
    await callService(
      ledger.client.connection,
      ImmuServiceDefinition.methods.closeSession,
      {},
      { kind: 'control' },
    );
    expect(await accounts.exists(id)).toBe(true);
    await ledger.close();
  });
});
