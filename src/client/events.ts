// What a client tells without being asked. Listeners run after the operation, so that one that throws cannot change it.

import { EventEmitter } from 'node:events';
import type { ImmuError, ImmuErrorCode, VerificationError } from '../errors.js';
import type { TrustOrigin } from '../trust/record.js';

/** What happens to the connections of a client, by name. Addresses are `host:port`. */
export interface ConnectionEvents {
  /** A session was opened: at the start, and again after one was lost. */
  readonly 'session-opened': { readonly address: string; readonly database: string };
  /** The server does not know the session any more; the next call opens another. */
  readonly 'session-lost': { readonly address: string; readonly database: string };
  /** A call failed and is made again. */
  readonly retry: {
    readonly rpc: string;
    readonly address: string;
    /** How often it was sent so far. */
    readonly attempts: number;
    readonly code: ImmuErrorCode;
  };
  /** The server was not reached several times in a row: calls are refused at once until it is back. */
  readonly unreachable: { readonly address: string; readonly error: ImmuError };
  /** The server answers again. */
  readonly reachable: { readonly address: string; readonly afterMs: number };
  /** A replica did not have what the trusted state or the caller knows of; the primary was asked instead. */
  readonly 'replica-behind': { readonly address: string; readonly operation: string; readonly error: Error };
}

const OF_CONNECTIONS: Readonly<Record<keyof ConnectionEvents, true>> = {
  'session-opened': true,
  'session-lost': true,
  retry: true,
  unreachable: true,
  reachable: true,
  'replica-behind': true,
};

/** Whether an event is one of the connections of a client. */
export function isConnectionEvent(name: keyof ClientEvents): name is keyof ConnectionEvents {
  return Object.hasOwn(OF_CONNECTIONS, name);
}

/** The events of a client and of a ledger, by name. */
export interface ClientEvents extends ConnectionEvents {
  /** Trust began: from here on this state is what everything is checked against. */
  readonly 'trust-initialised': {
    readonly ledgerId: string;
    readonly database: string;
    readonly origin: TrustOrigin;
    readonly txId: bigint;
    readonly alh: Uint8Array;
  };
  /** A check failed. The operation was refused with the same error. */
  readonly tampered: { readonly operation: string; readonly error: VerificationError };
  /**
   * A fork was proven, here or (TRUST_LATCHED) by another process: no verified work is done from here on. `storeError`
   * is set if only this process knows it.
   */
  readonly latched: { readonly error: VerificationError | ImmuError; readonly storeError: unknown };
}

/** Told of every event, of any kind: its name, and what listeners are given. */
export type Observe = (name: string, event: object) => void;

/** A typed emitter that never runs a listener inside the operation that caused the event. */
export class Events<All extends object = ClientEvents> {
  readonly #emitter = new EventEmitter();
  readonly #observe: Observe | undefined;

  /** @param observe told of every event, before the listeners; must not throw */
  constructor(observe?: Observe) {
    this.#observe = observe;
  }

  /**
   * Calls `listener` for every event of that name.
   *
   * @returns a function that stops it
   */
  on<Name extends keyof All & string>(name: Name, listener: (event: All[Name]) => void): () => void {
    this.#emitter.on(name, listener);
    return () => {
      this.#emitter.off(name, listener);
    };
  }

  /** Whether anybody listens. */
  isHeard(name: keyof All & string): boolean {
    return this.#emitter.listenerCount(name) > 0;
  }

  /** Tells the listeners, soon. */
  emit<Name extends keyof All & string>(name: Name, event: All[Name]): void {
    if (this.#observe === undefined && !this.isHeard(name)) return;
    queueMicrotask(() => {
      this.#observe?.(name, event as object);
      this.#emitter.emit(name, event);
    });
  }
}
