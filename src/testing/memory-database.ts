// A database in memory with any number of ledgers on it: the embedded engine, the client's own transport, and between
// them what can lie.

import { connect, type ImmuClient, MemoryTrustStore, type TrustOption } from '../client/index.js';
import { LocalTransport } from '../client/local-transport.js';
import { type Engine, openEngine } from '../engine/engine.js';
import { entitySchemas } from '../entity/entity-set.js';
import type { Ledger } from '../repository/ledger.js';
import { bindCodecs } from '../repository/payload-codecs.js';
import { openRepositories, rulesOf } from '../repository/open-repositories.js';
import { verifyValidators } from '../repository/validation/verify-validators.js';
import { LyingService } from './lying-service.js';
import { clockOf, databaseOf, type MemoryLedgerOptions, type MemoryServerOptions } from './options.js';
import { letTamper } from './tamperable.js';
import { Tampering } from './tampering.js';
import { ReadingClock, TrueLedger } from './true-ledger.js';

/** What errors call the server. */
const ADDRESS = 'memory';

/** The name under which a ledger's trust record is kept. */
const LEDGER_ID = 'memory';

/** There is no server's limit to heed. */
const WRITES_IN_FLIGHT = 1000;
/** Tests may open ledgers by the hundred, and stand still in a debugger. */
const SESSIONS = { maxSessions: 100_000, sessionTimeoutMs: 0 };

/** One database. */
export class MemoryDatabase {
  /** Its name. */
  readonly name: string;
  /** Lies to all its ledgers. */
  readonly tampering: Tampering;
  readonly #engine: Engine;
  readonly #truth: TrueLedger;
  readonly #service: LyingService;

  private constructor(engine: Engine, truth: TrueLedger) {
    this.name = truth.database;
    this.#engine = engine;
    this.#truth = truth;
    this.#service = new LyingService(engine.service, truth.database);
    this.tampering = new Tampering(this.#service, truth);
  }

  /** Makes an empty one. @throws TypeError for wrong options */
  static async make(options: MemoryServerOptions): Promise<MemoryDatabase> {
    const { signingKey } = options;
    const database = databaseOf(options);
    const clock = new ReadingClock(clockOf(options));
    const engine = await openEngine({
      ...SESSIONS,
      now: clock.now,
      databases: [database],
      ...(signingKey === undefined ? {} : { signingKey }),
    });
    return new MemoryDatabase(engine, new TrueLedger({ engine, database, clock, signingKey }));
  }

  /**
   * Opens a ledger on it.
   *
   * @param onClosed told when it is closed, or could not be opened
   */
  async open(
    { entities, trust, memory, timeoutMs, ...given }: MemoryLedgerOptions,
    onClosed: () => Promise<void>,
  ): Promise<Ledger> {
    const service = new LyingService(this.#service, this.name);
    const transport = new LocalTransport(service, { address: ADDRESS, close: onClosed });
    let client: ImmuClient | undefined;
    try {
      // A mistake in the code is told before anything else.
      const rules = rulesOf(given);
      const schemas = entitySchemas(entities, rules);
      verifyValidators(schemas);
      bindCodecs(schemas.schemas, rules);
      for (const codec of [rules.codec, ...(rules.codecs ?? [])])
        if (codec !== undefined) this.#truth.codecs.set(codec.id, codec);
      for (const hydrator of rules.hydrators ?? []) this.#truth.hydrators.set(hydrator.name, hydrator);
      client = await connect({
        ...(memory === undefined ? {} : { memory }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
        ...this.#engine.ownCredentials,
        database: this.name,
        trust: trustOf(trust),
        created: await this.#engine.isEmpty(this.name),
        transport,
        maxWritesInFlight: WRITES_IN_FLIGHT,
      });
      await client.openTrust();
      const ledger = await openRepositories(client, schemas, rules, {});
      letTamper(ledger, new Tampering(service, this.#truth));
      return ledger;
    } catch (error) {
      await client?.close();
      await transport.close();
      throw error;
    }
  }

  /** Ends it, with all its data. No ledger is open. */
  async end(): Promise<void> {
    await this.#truth.close();
    await this.#engine.close();
  }
}

/** What the application says, and for the rest: this process made the server, and remembers it for as long as it runs. */
function trustOf(given: TrustOption = {}): TrustOption {
  const place = { store: given.store ?? new MemoryTrustStore(), ledgerId: given.ledgerId ?? LEDGER_ID };
  const anchored = given.key !== undefined || given.pin !== undefined;
  return { ...(anchored ? given : { ...given, firstUse: true }), ...place };
}
