// Records as repositories write them, written one by one: also such as no repository would write.

import { setTimeout } from 'node:timers/promises';
import { type LocalService, LocalTransport } from '../../../src/client/local-transport.js';
import { connect, type ImmuClient, MemoryTrustStore, type VerificationError } from 'immurepo/client';
import { NO_BYTES } from '../../../src/bytes.js';
import { encodeRecord, type StoredRecord } from '../../../src/codec/record.js';
import { type CommittedRevision, linkAfter } from '../../../src/codec/revision-chain.js';
import { extensionsOf, type RevisionFacts } from '../../../src/codec/revision-facts.js';
import { openEngine } from '../../../src/engine/engine.js';
import '../../../src/entity/symbol-metadata.js';
import { Entity, Id, Property } from '../../../src/entity/decorators.js';
import { schemaOf } from '../../../src/entity/entity-schema.js';
import { canonicalSuperjson } from '../../../src/codec/canonical-superjson.js';
import { LyingService } from '../../../src/testing/lying-service.js';

@Entity({ name: 'account' })
export class Account {
  @Id() id!: string;
  @Property() email!: string;
  @Property() balance!: bigint;
}

export const accountSchema = schemaOf(Account);
export const accountKey = (id: string): Uint8Array => accountSchema.keyFor(id);

const NO_FACTS: RevisionFacts = {
  actor: undefined,
  reason: undefined,
  correlationId: undefined,
  indexKeys: [],
  expiresAt: undefined,
};

/** What to write other than a repository would. */
export interface Oddities {
  readonly on?: CommittedRevision | undefined;
  readonly facts?: Partial<RevisionFacts>;
  readonly record?: Partial<StoredRecord>;
}

/** A written revision. */
export interface Written extends CommittedRevision {
  readonly id: string;
  /** undefined for a deletion. */
  readonly balance: bigint | undefined;
}

/** Writes accounts, each revision on the one before, and remembers all. */
export class AccountWriter {
  /** In the order of their transactions. */
  readonly written: Written[] = [];
  readonly #client: ImmuClient;

  constructor(client: ImmuClient) {
    this.#client = client;
  }

  /** Writes the next revision of an account. @param balance undefined to delete it */
  async write(id: string, balance: bigint | undefined, odd: Oddities = {}): Promise<Written> {
    const payload =
      balance === undefined ? NO_BYTES : canonicalSuperjson.encode({ id, email: `${id}@x`, balance });
    const record: StoredRecord = {
      ...linkAfter('on' in odd ? odd.on : this.latest(id)),
      tombstone: balance === undefined,
      codec: canonicalSuperjson.id,
      entityVersion: 1,
      writeId: new Uint8Array(16).fill(7),
      extensions: extensionsOf({ ...NO_FACTS, ...odd.facts }, []),
      payload,
      ...odd.record,
    };
    const value = encodeRecord(record);
    const { txId } = await this.#client.set(accountKey(id), value);
    const written = { id, balance, revision: record.revision, txId, value };
    this.written.push(written);
    return written;
  }

  /** What was written last of an account. */
  latest(id: string): Written | undefined {
    return this.at(id, Infinity);
  }

  /** What was written last of it in a transaction or before. */
  at(id: string, txId: bigint | number): Written | undefined {
    return this.written.findLast((written) => written.id === id && written.txId <= txId);
  }
}

/** What a test sets to make a ledger behave otherwise. */
export interface Settings {
  /** The server's clock, seconds since 1970. */
  now: bigint;
  /** How long each call takes. */
  delayMs: number;
}

/** A ledger in memory that can lie. */
export interface RecordLedger {
  readonly service: LyingService;
  readonly settings: Settings;
  /** Methods called since it was last emptied. */
  readonly calls: string[];
  /** A client with a trusted state of its own. */
  open(): Promise<ImmuClient>;
  close(): Promise<void>;
}

const DATABASE = 'ledger';

export async function recordLedger(): Promise<RecordLedger> {
  const settings: Settings = { now: 1_700_000_000n, delayMs: 0 };
  const calls: string[] = [];
  const clients: ImmuClient[] = [];
  const engine = await openEngine({ databases: [DATABASE], now: () => settings.now });
  const service = new LyingService(engine.service, DATABASE);
  const counting: LocalService = {
    uuid: service.uuid,
    stream: (call, requests) => service.stream(call, requests),
    unary: async (call, request) => {
      calls.push(call.path.split('/').at(-1)!);
      if (settings.delayMs > 0) await setTimeout(settings.delayMs);
      return service.unary(call, request);
    },
  };
  return {
    service,
    settings,
    calls,
    open: async () => {
      const client = await connect({
        ...engine.ownCredentials,
        database: DATABASE,
        trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'test' },
        transport: new LocalTransport(counting, { address: 'memory', close: () => Promise.resolve() }),
      });
      clients.push(client);
      return client;
    },
    close: async () => {
      for (const client of clients) await client.close();
      await engine.close();
    },
  };
}

/** The codes of contradictions that a client's listeners are told of, as they come. */
export function alarmsOf(client: ImmuClient): string[] {
  const alarms: string[] = [];
  client.on('tampered', ({ error }: { readonly error: VerificationError }) => alarms.push(error.code));
  return alarms;
}
