// A library for the tests of queries: books that are found in many ways, on an embedded ledger that can be made to lie, or
// on any other.

import {
  Entity,
  Id,
  type IdProps,
  type Ledger,
  MemoryTrustStore,
  openLedger,
  Property,
  type Repository,
} from 'immurepo';
import { LocalTransport } from '../../../src/client/local-transport.js';
import { type Engine, openEngine } from '../../../src/engine/engine.js';
import { entitySchemas } from '../../../src/entity/entity-set.js';
import type { EntityClass } from '../../../src/entity/entity-types.js';
import { Index } from '../../../src/entity/index-decorator.js';
import type { IndexProps } from '../../../src/entity/where-types.js';
import { openIndexes } from '../../../src/repository/index-states.js';
import type { QuerySource } from '../../../src/repository/query/source.js';
import { lifecycle } from '../no-lifecycle.js';

@Entity({ name: 'book' })
@Index({ name: 'by-author-year', on: ['author', 'year'] })
@Index({ name: 'by-place', on: ['shelf', 'place'], unique: true })
export class Book {
  declare [IndexProps]?: 'isbn' | 'author' | 'year' | 'shelf' | 'place' | 'initial';
  @Id() id!: string;
  @Index({ unique: true }) isbn?: string;
  @Index() author?: string | null;
  @Property() year?: number;
  @Property() shelf?: bigint;
  @Property() place?: number;
  @Property() tags?: Set<string>;

  @Index() get initial(): string | undefined {
    return this.author?.[0];
  }
}

/** An id of two parts, the second of which sorts otherwise than its text. */
@Entity({ name: 'copy' })
export class Copy {
  declare [IdProps]?: 'book' | 'number';
  declare [IndexProps]?: 'due';
  @Id() book!: string;
  @Id() number!: number;
  @Index() due?: Date;
}

const CLASSES: EntityClass[] = [Book, Copy];

/** What the tests work on. */
export interface Library {
  readonly ledger: Ledger;
  readonly books: Repository<Book>;
  readonly copies: Repository<Copy>;
  readonly source: QuerySource<Book>;
  readonly copySource: QuerySource<Copy>;
}

/** The library of an open ledger. */
export async function libraryOn(ledger: Ledger): Promise<Library> {
  const entities = entitySchemas(CLASSES);
  const { client } = ledger;
  const context = { client, lifecycle, indexes: await openIndexes(client, entities, {}) };
  return {
    ledger,
    books: ledger.repository(Book),
    copies: ledger.repository(Copy),
    source: { context, schema: entities.of(Book) },
    copySource: { context, schema: entities.of(Copy) },
  };
}

/** Answers a call otherwise. `ask` gets the honest answer to any request of the same method. */
export type Answer = (request: never, ask: (request: unknown) => Promise<unknown>) => Promise<unknown>;

/** A server in this process: what it was asked, and what it lies about. */
export class Server {
  readonly engine: Engine;
  /** Names of methods, as called. */
  calls: string[] = [];
  /** Answers by method name. */
  readonly lies = new Map<string, Answer>();

  private constructor(engine: Engine) {
    this.engine = engine;
  }

  static async start(): Promise<Server> {
    return new Server(await openEngine({ databases: ['ledger'] }));
  }

  /** A library of its own on the one database, with a trusted state of its own. */
  async open(timeoutMs = 10_000): Promise<Library> {
    const { engine } = this;
    const service = {
      uuid: engine.uuid,
      stream: engine.service.stream.bind(engine.service),
      unary: async (call: Parameters<typeof engine.service.unary>[0], request: unknown) => {
        const name = call.path.split('/').at(-1)!;
        this.calls.push(name);
        const ask = (other: unknown) => engine.service.unary(call, other);
        return this.lies.get(name)?.(request as never, ask) ?? ask(request);
      },
    };
    const ledger = await openLedger({
      ...engine.ownCredentials,
      database: 'ledger',
      entities: CLASSES,
      timeoutMs,
      transport: new LocalTransport(service, { address: 'library', close: () => Promise.resolve() }),
      trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'test' },
    });
    return libraryOn(ledger);
  }

  close(): Promise<void> {
    return this.engine.close();
  }
}

/** The entity classes of the library. */
export const LIBRARY_CLASSES = CLASSES;
