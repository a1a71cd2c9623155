// Streams: values larger than memory need to be held.

import type { Connection } from '../connection.js';
import type { BeginVerified } from '../verified/operation.js';

/** Streams: values larger than memory need to be held. */
export class StreamClient {
  readonly #connection: Connection;
  readonly #begin: BeginVerified;

  /**
   * @param connection its calls go over
   * @param begin begins its verified operations
   */
  constructor(connection: Connection, begin: BeginVerified) {
    this.#connection = connection;
    this.#begin = begin;
  }
}
