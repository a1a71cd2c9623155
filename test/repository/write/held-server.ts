// A server in this process whose answers can be held back, so that what usually is a matter of luck happens in a test.

import { type Ledger, MemoryTrustStore, openLedger } from 'immurepo';
import type { EntityClass } from 'immurepo/extend';
import { equalBytes } from '../../../src/bytes.js';
import { LocalTransport } from '../../../src/client/local-transport.js';
import { type Engine, openEngine } from '../../../src/engine/engine.js';

/** A call that is held. */
export interface Held {
  /** Resolves when the server has answered it. */
  readonly answered: Promise<void>;
  /** Lets the answer through. */
  readonly release: () => void;
}

interface Hold {
  readonly matches: (method: string, request: unknown) => boolean;
  readonly answered: () => void;
  readonly released: Promise<void>;
}

const DATABASE = 'ledger';

/** A server, and ledgers on it: those that are told so wait for what is held. */
export class HeldServer {
  readonly #engine: Engine;
  readonly #entities: readonly EntityClass[];
  readonly #holds: Hold[] = [];
  /** The methods called by ledgers that wait, and how often. */
  readonly calls: string[] = [];
  /** Called before each call of such a ledger; what it resolves to is asked instead. */
  before: (method: string, request: unknown) => Promise<unknown> = (_, request) => Promise.resolve(request);

  private constructor(engine: Engine, entities: readonly EntityClass[]) {
    this.#engine = engine;
    this.#entities = entities;
  }

  static async start(entities: readonly EntityClass[]): Promise<HeldServer> {
    return new HeldServer(await openEngine({ databases: [DATABASE] }), entities);
  }

  /** @param waits whether its answers can be held */
  open(waits: boolean): Promise<Ledger> {
    const { service } = this.#engine;
    const unary: typeof service.unary = async (call, request) => {
      const method = call.path.split('/').at(-1)!;
      this.calls.push(method);
      const at = this.#holds.findIndex(({ matches }) => matches(method, request));
      const [hold] = at === -1 ? [] : this.#holds.splice(at, 1);
      const asked = await this.before(method, request);
      try {
        return await service.unary(call, asked);
      } finally {
        // A refusal is an answer, too.
        hold?.answered();
        await hold?.released;
      }
    };
    const chosen = waits ? { uuid: service.uuid, unary, stream: service.stream.bind(service) } : service;
    return openLedger({
      ...this.#engine.ownCredentials,
      database: DATABASE,
      entities: this.#entities,
      transport: new LocalTransport(chosen, { address: 'held', close: () => Promise.resolve() }),
      trust: { firstUse: true, store: new MemoryTrustStore(), ledgerId: 'test' },
    });
  }

  /** Holds the next answer to a read of this one key. */
  holdRead(key: Uint8Array): Held {
    return this.#hold((_, request) => {
      const { key: plain, keyRequest } = request as { key?: Uint8Array; keyRequest?: { key: Uint8Array } };
      const asked = keyRequest?.key ?? plain;
      return asked !== undefined && equalBytes(asked, key);
    });
  }

  /** Holds the next answer of a method. */
  holdMethod(name: string): Held {
    return this.#hold((method) => method === name);
  }

  close(): Promise<void> {
    return this.#engine.close();
  }

  #hold(matches: Hold['matches']): Held {
    const [answered, released] = [signal(), signal()];
    this.#holds.push({ matches, answered: answered.give, released: released.given });
    return { answered: answered.given, release: released.give };
  }
}

function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => (give = resolve));
  return {
    given,
    give: () => {
      give();
    },
  };
}
