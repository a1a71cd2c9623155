// SQL: statements, queries, interactive transactions, and rows with their proof.

import type { Connection } from '../connection.js';
import type { BeginVerified } from '../verified/operation.js';

/** SQL: statements, queries, interactive transactions, and rows with their proof. */
export class SqlClient {
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
