// Administration: databases, users, replication.

import type { Connection } from '../connection.js';
import type { BeginVerified } from '../verified/operation.js';

/** Administration: databases, users, replication. */
export class AdminClient {
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
