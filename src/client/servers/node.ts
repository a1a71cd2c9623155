// One server, as one connection sees it: what carries calls to it, and the session on its database there.

import type { Circuit } from './circuit.js';
import type { Session } from '../session.js';
import type { Transport } from '../transport.js';

/** One server: shared by the connections of one client. */
export interface ServerLink {
  /** Where it is: `host:port`. */
  readonly address: string;
  /** Carries the calls, through the circuit if there is one. */
  readonly transport: Transport;
  /** Undefined where calls are never refused because it is away. */
  readonly circuit: Circuit | undefined;
}

/** A server with the session of one connection. */
export class Node {
  /** Where it is: `host:port`. */
  readonly address: string;
  /** Carries the calls. */
  readonly transport: Transport;
  /** The connection's session there. */
  readonly session: Session;
  /** The one that takes writes and has the last word. */
  readonly isPrimary: boolean;

  /** @param session on the connection's database there */
  constructor({ address, transport }: ServerLink, session: Session, isPrimary: boolean) {
    this.address = address;
    this.transport = transport;
    this.session = session;
    this.isPrimary = isPrimary;
  }
}

const SHORTEST_REST_MS = 500;
const LONGEST_REST_MS = 30_000;

/** A server that follows the primary: it answers reads, as far as it has got. */
export class Replica extends Node {
  readonly #circuit: Circuit | undefined;
  #restsUntil = 0;
  #rests = 0;
  /** The newest transaction it said to have, when it was asked last. */
  #known = 0n;

  /** @param session on the connection's database there */
  constructor(link: ServerLink, session: Session) {
    super(link, session, false);
    this.#circuit = link.circuit;
  }

  /** Whether reads may be sent to it now. */
  get isHealthy(): boolean {
    return this.#circuit?.isOpen !== true && performance.now() >= this.#restsUntil;
  }

  /** Whether it said that it has this transaction. */
  has(txId: bigint): boolean {
    return this.#known >= txId;
  }

  /** Takes note of its newest transaction, as it says. */
  noteState(txId: bigint): void {
    this.#known = txId;
  }

  /** Sends it no reads for a while, longer each time in a row. What it has is asked anew then: it may have been restored. */
  rest(): void {
    this.#known = 0n;
    const bound = Math.min(LONGEST_REST_MS, SHORTEST_REST_MS * 2 ** Math.min(this.#rests++, 16));
    this.#restsUntil = performance.now() + bound * (0.5 + Math.random() / 2);
  }

  /** It answered: the next rest is a short one again. */
  answered(): void {
    this.#rests = 0;
  }
}
