// A server that lies to a repository: what it forges is refused, or, where the protocol cannot prove it, typed so.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ChainForkError,
  ConflictError,
  evidenceOf,
  ImmuError,
  type Ledger,
  MemoryTrustStore,
  type Repository,
  VerificationError,
} from 'immurepo';
import { describeReal } from '../support/describe-real.js';
import { ImmuServiceDefinition } from '../../src/wire/immudb/schema/service.js';
import { LyingProxy } from '../support/lying-proxy.js';
import { RawClient } from '../support/raw-client.js';
import { Account } from './entities.js';
import { createDatabase, openReal } from './open-real.js';

const { methods } = ImmuServiceDefinition;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** The same bytes with one bit turned. */
function flipped(bytes: Uint8Array, at = bytes.length - 1): Uint8Array {
  return bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));
}

describeReal('a server that lies to a repository', (server) => {
  let proxy: LyingProxy;
  let database: string;
  let honest: Ledger;
  let ledger: Ledger;
  let accounts: Repository<Account>;
  let store: MemoryTrustStore;
  let alarms: string[];

  const trusted = async () => {
    const record = await store.load({ ledgerId: 'test', database });
    return { txId: record!.head.txId, alh: hex(record!.head.alh) };
  };

  /** The operation is refused with one of the codes, an alarm is raised, and the trusted state stays as it was. */
  async function refused(operation: () => Promise<unknown>, ...codes: string[]): Promise<void> {
    const before = await trusted();
    const failure = await operation().then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(VerificationError);
    expect(codes).toContain((failure as VerificationError).code);
    expect(await trusted()).toEqual(before);
    expect(alarms).toContain((failure as VerificationError).code);
  }

  beforeAll(async () => {
    proxy = await LyingProxy.start(server.address);
    database = await createDatabase(server);
    honest = await openReal(server, database);
    await honest
      .repository(Account)
      .insert(honest.repository(Account).create({ email: 'first', balance: 0n }));
  });
  beforeEach(async () => {
    store = new MemoryTrustStore();
    ledger = await openReal(server, database, { address: proxy.address, store });
    accounts = ledger.repository(Account);
    alarms = [];
    ledger.on('tampered', ({ error }) => alarms.push(error.code));
  });
  afterEach(async () => {
    proxy.clear();
    await ledger.close();
  });
  afterAll(async () => {
    await honest.close();
    await proxy.close();
  });

  /** An account the lied-to ledger has never seen. */
  const unseen = async (balance = 10n): Promise<Account> => {
    const others = honest.repository(Account);
    return others.insert(others.create({ email: 'ada', balance }));
  };

  describe('about one entity', () => {
    it.each<[string, Parameters<typeof lieAboutGet>[0]]>([
      ['another value', (entry) => (entry.value = flipped(entry.value))],
      ['a value of another length', (entry) => (entry.value = entry.value.subarray(1))],
      ['another key', (entry) => (entry.key = flipped(entry.key))],
      [
        'an expiry',
        (entry) => (entry.metadata = { deleted: false, nonIndexable: false, expiration: { expiresAt: 9n } }),
      ],
      ['another transaction', (entry) => (entry.tx -= 1n)],
    ])('%s', async (_, forge) => {
      const { id } = await unseen();
      lieAboutGet(forge);
      await refused(() => accounts.find(id), 'PROOF_INVALID', 'BINDING_MISMATCH', 'MALFORMED_PROOF');
      proxy.clear();
      expect((await accounts.find(id))?.balance).toBe(10n);
    });

    function lieAboutGet(
      forge: (entry: { key: Uint8Array; value: Uint8Array; tx: bigint; metadata: unknown }) => unknown,
    ): void {
      proxy.lie('VerifiableGet', ({ response }) => {
        forge(response.entry!);
        return response;
      });
    }

    it('a forged header, a forged proof, or a missing signature', async () => {
      const { id } = await unseen();
      const forgeries: (() => void)[] = [
        () => {
          proxy.lie('VerifiableGet', ({ response }) => {
            const header = response.verifiableTx!.dualProof!.targetTxHeader!;
            header.ts += 1n;
            return response;
          });
        },
        () => {
          proxy.lie('VerifiableGet', ({ response }) => {
            const proof = response.verifiableTx!.dualProof!;
            proof.consistencyProof = proof.consistencyProof.map((term) => flipped(term));
            proof.linearProof!.terms = proof.linearProof!.terms.map((term) => flipped(term));
            return response;
          });
        },
        () => {
          proxy.lie('VerifiableGet', ({ response }) => {
            response.verifiableTx!.signature = undefined;
            return response;
          });
        },
      ];
      for (const forge of forgeries) {
        forge();
        await refused(
          () => accounts.find(id),
          'PROOF_INVALID',
          'BINDING_MISMATCH',
          'MALFORMED_PROOF',
          'SIGNATURE_MISSING',
          'SIGNATURE_INVALID',
        );
        proxy.clear();
      }
      expect(await accounts.exists(id)).toBe(true);
    });

    it('the answer for another entity', async () => {
      const [mine, theirs] = [await unseen(1n), await unseen(2n)];
      const key = evidenceOf(theirs).key;
      proxy.swap('VerifiableGet', (request) => ({ ...request, keyRequest: { ...request.keyRequest!, key } }));
      await refused(() => accounts.find(mine.id), 'PROOF_INVALID', 'BINDING_MISMATCH');
    });

    it('the answer of another database', async () => {
      const elsewhere = await createDatabase(server);
      const other = await openReal(server, elsewhere);
      const twin = await other
        .repository(Account)
        .insert(other.repository(Account).create({ email: 'x', balance: 666n }));
      const { id } = await unseen();
      const entry = await other.client.verifiedGet(evidenceOf(twin).key);
      expect(entry).toBeDefined();
      const raw = await RawClient.open(server.address, elsewhere);
      proxy.lie('VerifiableGet', ({ request }) =>
        raw.call(methods.verifiableGet, {
          ...request,
          keyRequest: { ...request.keyRequest!, key: evidenceOf(twin).key },
          proveSinceTx: 0n,
        }),
      );
      await refused(
        () => accounts.find(id),
        'PROOF_INVALID',
        'BINDING_MISMATCH',
        'SIGNATURE_INVALID',
        'FORK_DETECTED',
      );
      await raw.close();
      await other.close();
    });

    it('an older revision, once a newer one was seen here', async () => {
      const account = await accounts.insert(accounts.create({ email: 'ada', balance: 1n }));
      const { key, txId } = evidenceOf(account);
      account.deposit(1n);
      await accounts.save(account);
      proxy.swap('Get', (request) => ({ ...request, key, atTx: txId }));
      proxy.swap('VerifiableGet', (request) => ({
        ...request,
        keyRequest: { ...request.keyRequest!, key, atTx: txId },
      }));
      await refused(() => accounts.find(account.id), 'STALE_READ');
    });

    it('that an entity written here does not exist', async () => {
      const account = await accounts.insert(accounts.create({ email: 'ada', balance: 1n }));
      for (const method of ['Get', 'VerifiableGet', 'History'] as const)
        proxy.fail(method, 2, 'tbtree: key not found');
      await refused(() => accounts.find(account.id), 'OMISSION_DETECTED');
    });

    it('what nobody can prove: an unseen entity that is withheld, or an older revision of it', async () => {
      const account = await unseen();
      const { key, txId } = evidenceOf(account);
      account.deposit(5n);
      await honest.repository(Account).save(account);
      proxy.swap(
        'VerifiableGet',
        (request) => ({ ...request, keyRequest: { ...request.keyRequest!, key, atTx: txId } }),
        {
          times: 1,
        },
      );
      expect((await accounts.findOrFail(account.id)).balance).toBe(10n);
      const hidden = await unseen();
      proxy.fail('VerifiableGet', 2, 'tbtree: key not found', { times: 1 });
      expect(await accounts.find(hidden.id)).toBeUndefined();
      expect(alarms).toEqual([]);
    });
  });

  describe('about many', () => {
    it('a forged value among honest ones', async () => {
      const all = [await unseen(1n), await unseen(2n), await unseen(3n)];
      proxy.lie('GetAll', ({ response }) => {
        response.entries[1]!.value = flipped(response.entries[1]!.value);
        return response;
      });
      await refused(() => accounts.findMany(all.map(({ id }) => id)), 'BINDING_MISMATCH', 'PROOF_INVALID');
    });

    it('two values swapped between their keys', async () => {
      const all = [await unseen(1n), await unseen(2n)];
      proxy.lie('GetAll', ({ response }) => {
        const [a, b] = response.entries;
        [a!.value, b!.value] = [b!.value, a!.value];
        return response;
      });
      await refused(() => accounts.findMany(all.map(({ id }) => id)), 'BINDING_MISMATCH', 'PROOF_INVALID');
    });

    it('an entity that was written here left out', async () => {
      const account = await accounts.insert(accounts.create({ email: 'ada', balance: 1n }));
      proxy.lie('GetAll', ({ response }) => ({ ...response, entries: [] }));
      proxy.fail('History', 2, 'tbtree: key not found');
      await refused(() => accounts.findMany([account.id, 'nobody']), 'OMISSION_DETECTED');
    });
  });

  describe('about history', () => {
    it('a revision left out, repeated, or out of order', async () => {
      const account = await unseen();
      for (let i = 0; i < 3; i++) {
        account.deposit(1n);
        await honest.repository(Account).save(account);
      }
      const cases: readonly (readonly number[])[] = [
        [0, 2, 3],
        [1, 2, 3],
        [0, 1, 1, 2, 3],
        [3, 2, 1, 0],
      ];
      for (const kept of cases) {
        proxy.lie('History', ({ response }) => ({ entries: kept.map((index) => response.entries[index]!) }));
        const failure = await accounts.history(account.id).then(
          () => undefined,
          (error: unknown) => error,
        );
        expect(failure).toBeInstanceOf(VerificationError);
        expect(['CHAIN_BROKEN', 'BINDING_MISMATCH']).toContain((failure as VerificationError).code);
        proxy.clear();
      }
      expect(await accounts.history(account.id)).toHaveLength(4);
    });
  });

  describe('about a write', () => {
    it('that was not made: an older transaction is shown instead', async () => {
      const account = accounts.create({ email: 'ada', balance: 1n });
      const raw = await RawClient.open(server.address, database);
      proxy.lie('VerifiableSet', () => raw.call(methods.verifiableTxById, { tx: 1n, proveSinceTx: 1n }));
      await refused(() => accounts.insert(account), 'BINDING_MISMATCH', 'PROOF_INVALID', 'MALFORMED_PROOF');
      await raw.close();
      expect(() => evidenceOf(account)).toThrow();
    });

    it('with other bytes than were asked for', async () => {
      proxy.swap('VerifiableSet', (request) => ({
        ...request,
        setRequest: {
          ...request.setRequest!,
          KVs: request.setRequest!.KVs.map((entry) => ({ ...entry, value: flipped(entry.value) })),
        },
      }));
      await refused(
        () => accounts.insert(accounts.create({ email: 'ada', balance: 1n })),
        'BINDING_MISMATCH',
        'PROOF_INVALID',
      );
    });

    it('whose precondition was ignored: two revisions with one predecessor are found by history', async () => {
      const theirs = await unseen();
      const mine = await accounts.findOrFail(theirs.id);
      theirs.deposit(1n);
      await honest.repository(Account).save(theirs);
      proxy.swap('VerifiableSet', (request) => ({
        ...request,
        setRequest: { ...request.setRequest!, preconditions: [] },
      }));
      mine.deposit(2n);
      await accounts.save(mine); // nobody can prove that the precondition was evaluated
      await expect(accounts.history(mine.id)).rejects.toBeInstanceOf(ChainForkError);
      await expect(honest.repository(Account).history(mine.id)).rejects.toMatchObject({ code: 'CHAIN_FORK' });
      expect(alarms).toEqual(['CHAIN_FORK']);
    });

    it('with its answer lost: it is settled as committed, once', async () => {
      proxy.drop('VerifiableSet', 'after', { times: 1 });
      const account = await accounts.insert(accounts.create({ email: 'ada', balance: 1n }));
      expect(evidenceOf(account).revision).toBe(1n);
      expect(await honest.repository(Account).history(account.id)).toHaveLength(1);
    });

    it('with its answer lost, and another writer first: a conflict', async () => {
      const account = await unseen();
      const mine = await accounts.findOrFail(account.id);
      mine.deposit(1n);
      account.deposit(2n);
      proxy.drop('VerifiableSet', 'before', { times: 1 });
      await honest.repository(Account).save(account);
      await expect(accounts.save(mine)).rejects.toBeInstanceOf(ConflictError);
      expect(await honest.repository(Account).history(account.id)).toHaveLength(2);
    });
  });

  it('is told apart from one that cannot be reached', async () => {
    proxy.fail('VerifiableGet', 14, 'connection refused');
    const failure = await accounts.find('x', { timeoutMs: 1_000 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ImmuError);
    expect((failure as ImmuError).retryable).toBe(true);
    expect(alarms).toEqual([]);
  });
});
