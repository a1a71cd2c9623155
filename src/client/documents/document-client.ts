// Documents: collections, searches, and documents with their proof. What is given is taken at the call, documents and queries are
// checked as well; what does the work is loaded when it is first needed, as most programs never do.

import type { DocumentObject } from '../../proof/index.js';
import type { OperationOptions } from '../call-scope.js';
import type { Connection } from '../connection.js';
import { assertTxId, assertWholeNumber } from '../limits.js';
import { OnFirstUse } from '../on-first-use.js';
import { taken } from '../taken.js';
import type { BeginVerified } from '../verified/operation.js';
import type { AuditOptions } from './audit.js';
import { assertCollectionName } from './collection-names.js';
import type * as collections from './collections.js';
import { documentsToSend, documentToSend } from './document-content.js';
import { OneAtATime } from './one-at-a-time.js';
import { type CollectionPin, CollectionPins } from './pins.js';
import {
  changeToSend,
  type DocumentChange,
  type DocumentQuery,
  type DocumentSearch,
  queryToSend,
} from './query.js';
import type { SearchOptions } from './search.js';
import type {
  UnverifiedDocument,
  UnverifiedDocumentRevision,
  UnverifiedDocumentWrite,
} from './unverified-documents.js';
import type { VerifiedDocument } from './verified-document.js';
import type { UnverifiedInsert } from './writes.js';

const topic = new OnFirstUse(() => import('./work.js'));

/** Options of {@link DocumentClient.verifiedGet}. */
export interface VerifiedDocumentOptions extends OperationOptions {
  /** The document as this transaction wrote it, deleted since or not. Default: the latest, by the server's word. */
  readonly atTx?: bigint | undefined;
}

/**
 * Documents in collections. They hold what JSON holds, with numbers as doubles. Methods named `verified…` return only what
 * was proven; the others return what the server says.
 */
export class DocumentClient {
  readonly #connection: Connection;
  readonly #begin: BeginVerified;
  readonly #pins = new CollectionPins();
  readonly #searches = new OneAtATime();

  /**
   * @param connection its calls go over
   * @param begin begins its verified operations
   */
  constructor(connection: Connection, begin: BeginVerified) {
    this.#connection = connection;
    this.#begin = begin;
  }

  /** Creates a collection. @throws ImmuError COLLECTION_EXISTS, INVALID_ARGUMENT, PERMISSION_DENIED */
  async createCollection(name: string, options: collections.CreateCollectionOptions = {}): Promise<void> {
    const asked = taken(options);
    await topic.run((work) => work.createCollection(this.#connection, name, asked));
    this.#pins.forget(name);
  }

  /** Describes a collection, as the server says. @throws ImmuError COLLECTION_NOT_FOUND */
  async getCollection(name: string, options: OperationOptions = {}): Promise<collections.CollectionInfo> {
    const asked = taken(options);
    return topic.run((work) => work.getCollection(this.#connection, name, asked));
  }

  /** Describes all collections of the database, as the server says. */
  async listCollections(options: OperationOptions = {}): Promise<collections.CollectionInfo[]> {
    const asked = taken(options);
    return topic.run((work) => work.listCollections(this.#connection, asked));
  }

  /** Renames the field of the id. Documents stored before keep the old one in what they hold. */
  async updateCollection(
    name: string,
    { idField, ...options }: OperationOptions & { readonly idField: string },
  ): Promise<void> {
    const change = topic.run((work) => work.updateCollection(this.#connection, name, idField, options));
    await this.#changing(name, change);
  }

  /** Deletes a collection with its documents; their history stays in the ledger. @throws ImmuError COLLECTION_NOT_FOUND */
  async deleteCollection(name: string, options: OperationOptions = {}): Promise<void> {
    const asked = taken(options);
    const change = topic.run((work) => work.deleteCollection(this.#connection, name, asked));
    await this.#changing(name, change);
  }

  /** Declares a field, so that searches can name it. Documents stored before are not found by it. */
  async addField(
    collection: string,
    field: collections.DocumentField,
    options: OperationOptions = {},
  ): Promise<void> {
    const [declared, asked] = [taken(field), taken(options)];
    return topic.run((work) => work.addField(this.#connection, collection, declared, asked));
  }

  /** Takes back the declaration of a field; an index over it must be deleted first. Documents keep it. */
  async removeField(collection: string, field: string, options: OperationOptions = {}): Promise<void> {
    const asked = taken(options);
    return topic.run((work) => work.removeField(this.#connection, collection, field, asked));
  }

  /** Creates an index over declared fields. */
  async createIndex(
    collection: string,
    index: collections.DocumentIndex,
    options: OperationOptions = {},
  ): Promise<void> {
    const [wanted, asked] = [taken(index), taken(options)];
    return topic.run((work) => work.createIndex(this.#connection, collection, wanted, asked));
  }

  /** Deletes the index over exactly these fields. */
  async deleteIndex(
    collection: string,
    fields: readonly string[],
    options: OperationOptions = {},
  ): Promise<void> {
    const [names, asked] = [taken(fields), taken(options)];
    return topic.run((work) => work.deleteIndex(this.#connection, collection, names, asked));
  }

  /**
   * Inserts documents in one transaction, all or none. The server gives each an id.
   *
   * @param documents without the field of the id
   * @throws ImmuError VALUE_REFUSED naming the field that cannot be stored as it is; COLLECTION_NOT_FOUND; CONFLICT where a
   *   unique index has the values already
   * @throws UnknownOutcomeError if the answer was lost: inserting again may insert twice
   */
  async insert(
    collection: string,
    documents: readonly DocumentObject[],
    options: OperationOptions = {},
  ): Promise<UnverifiedInsert> {
    assertCollectionName(collection);
    const [sent, bounds] = [documentsToSend(documents), taken(options)];
    return topic.run((work) => work.insertAll(this.#connection, collection, sent, bounds));
  }

  /**
   * Replaces every document that fits by one, in one transaction.
   *
   * @param query `where: { _id: id }` for a single one
   * @returns what was replaced; empty where nothing fits: nothing is then inserted
   * @throws ImmuError VALUE_REFUSED, CONFLICT where another write was first
   */
  async replace(
    collection: string,
    query: DocumentChange,
    document: DocumentObject,
    options: OperationOptions = {},
  ): Promise<UnverifiedDocumentWrite[]> {
    const asked = changeToSend(collection, query);
    const [sent, bounds] = [documentToSend(document), taken(options)];
    return topic.run((work) => work.replaceAll(this.#connection, asked, sent, bounds));
  }

  /** Deletes every document that fits, in one transaction. Their history stays. The server does not say how many. */
  async delete(collection: string, query: DocumentChange, options: OperationOptions = {}): Promise<void> {
    const asked = changeToSend(collection, query);
    const bounds = taken(options);
    return topic.run((work) => work.deleteAll(this.#connection, asked, bounds));
  }

  /**
   * Gives the documents that fit as the server says, all as of one moment. Any number of searches may go on at once.
   *
   * One page costs one call; more pages cost a session of their own, which lasts as long as the iteration. If it is lost,
   * the iteration ends with SESSION_EXPIRED, as its moment is lost with it.
   *
   * @throws ImmuError COLLECTION_NOT_FOUND, INVALID_ARGUMENT for a field that is not declared, SESSION_EXPIRED
   */
  search(
    collection: string,
    query: DocumentSearch = {},
    options: SearchOptions = {},
  ): AsyncGenerator<UnverifiedDocument, void, undefined> {
    const [given, bounds] = [taken(query), taken(options)];
    return topic.each((work) =>
      work.search(this.#connection, this.#searches, queryToSend(collection, given), bounds),
    );
  }

  /** Counts the documents that fit, up to the query's limit, as the server says. */
  async count(
    collection: string,
    query: DocumentQuery = {},
    options: OperationOptions = {},
  ): Promise<bigint> {
    const asked = queryToSend(collection, query);
    const bounds = taken(options);
    return topic.run((work) => work.count(this.#connection, asked, bounds));
  }

  /**
   * Gives the revisions of a document as the server says, oldest first, deletions included.
   *
   * @throws ImmuError DOCUMENT_NOT_FOUND
   */
  audit(
    collection: string,
    id: string,
    options: AuditOptions = {},
  ): AsyncGenerator<UnverifiedDocumentRevision, void, undefined> {
    const asked = taken(options);
    return topic.each((work) => work.audit(this.#connection, collection, id, asked));
  }

  /**
   * Reads one document and proves that exactly this was written under its id.
   *
   * A proof names the collection by its number. Which number that is, the server is believed once and held to it as long as
   * this client lives; {@link pinCollection} holds it to what is known from elsewhere.
   *
   * @param id hexadecimal, as `insert` gave it
   * @returns undefined if the server says there is none, which cannot be proven
   * @throws VerificationError; nothing of the answer was returned
   */
  async verifiedGet(
    collection: string,
    id: string,
    options: VerifiedDocumentOptions = {},
  ): Promise<VerifiedDocument | undefined> {
    assertCollectionName(collection);
    const { atTx } = options;
    if (atTx !== undefined) assertTxId('atTx', atTx);
    const bounds = taken(options);
    return topic.run(async (work) => {
      work.requireDocumentId(id);
      const { context, scope } = await this.#begin('documents.verifiedGet', bounds);
      return work.verifiedDocument(context, this.#pins, { collection, id, atTx }, scope);
    });
  }

  /**
   * Inserts documents in one transaction and proves that exactly these were committed, and nothing else.
   *
   * Not proven: that no document had one of the ids before. The server chooses them; that one of them was replaced shows
   * only where an entry of an index was taken back for it, which is refused.
   *
   * @returns in the order of `documents`
   * @throws as {@link insert}. An ImmuError with `details.executed` "yes" came after the write: it was committed
   * @throws VerificationError; nothing of the answer was returned
   */
  async verifiedInsert(
    collection: string,
    documents: readonly DocumentObject[],
    options: OperationOptions = {},
  ): Promise<VerifiedDocument[]> {
    assertCollectionName(collection);
    const [sent, bounds] = [documentsToSend(documents), taken(options)];
    return topic.run(async (work) => {
      const { context, scope } = await this.#begin('documents.verifiedInsert', bounds);
      return work.verifiedInsert(context, this.#pins, collection, sent, scope);
    });
  }

  /**
   * Replaces every document that fits by one, and proves that exactly this was committed: to documents that `where` names,
   * where it names them by their ids. Not proven: that all that fit were replaced, nor that others fit or were there.
   *
   * @returns the documents that were replaced, as they are now
   * @throws as {@link replace}. An ImmuError with `details.executed` "yes" came after the write: it was committed
   * @throws VerificationError; nothing of the answer was returned
   */
  async verifiedReplace(
    collection: string,
    query: DocumentChange,
    document: DocumentObject,
    options: OperationOptions = {},
  ): Promise<VerifiedDocument[]> {
    const asked = changeToSend(collection, query);
    const [sent, bounds] = [documentToSend(document), taken(options)];
    return topic.run(async (work) => {
      const { context, scope } = await this.#begin('documents.verifiedReplace', bounds);
      return work.verifiedReplace(context, this.#pins, asked, sent, scope);
    });
  }

  /** What the proofs of a collection are held to, to be kept and pinned later; undefined before the first one. */
  collectionPin(collection: string): CollectionPin | undefined {
    return this.#pins.get(collection);
  }

  /** Holds the proofs of a collection to what is known from elsewhere, instead of to the server's first word. */
  pinCollection(collection: string, pin: CollectionPin): void {
    assertCollectionName(collection);
    assertWholeNumber('collectionId', pin.collectionId, 1, 0xffff_ffff);
    this.#pins.set(collection, pin);
  }

  /** Believes the server's next word on a collection: it was deleted and created anew elsewhere, or its id field renamed. */
  forgetCollection(collection: string): void {
    this.#pins.forget(collection);
  }

  async #changing(collection: string, change: Promise<void>): Promise<void> {
    try {
      await change;
    } finally {
      // Whatever became of it, the collection may be another one now.
      this.#pins.forget(collection);
    }
  }
}
