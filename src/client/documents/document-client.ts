// Documents: collections, searches, and documents with their proof.

import type { Connection } from '../connection.js';
import type { BeginVerified } from '../verified/operation.js';

/** Documents: collections, searches, and documents with their proof. */
export class DocumentClient {
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
