// Which number a collection has. A document is proven under a number; that the number is the collection's is the server's
// word the first time, and held against it ever after.

import { VerificationError } from '../../errors.js';

/** What a collection's documents are proven under. */
export interface CollectionPin {
  /** The collection's number in its database, ≥ 1. */
  readonly collectionId: number;
  /** What its documents call the field of their id. */
  readonly idField: string;
}

/** The pins of a client. */
export class CollectionPins {
  readonly #pins = new Map<string, CollectionPin>();

  /** The pin of a collection, if it has one. */
  get(collection: string): CollectionPin | undefined {
    return this.#pins.get(collection);
  }

  /** Pins a collection, over what it was pinned to before. */
  set(collection: string, { collectionId, idField }: CollectionPin): void {
    this.#pins.set(collection, { collectionId, idField });
  }

  /**
   * Holds what was proven against the pin there is by now: another answer may have brought it meanwhile.
   *
   * @throws VerificationError BINDING_MISMATCH
   */
  require(collection: string, { collectionId, idField }: CollectionPin): void {
    const pin = this.#pins.get(collection);
    if (pin === undefined || (pin.collectionId === collectionId && pin.idField === idField)) return;
    throw new VerificationError(
      'BINDING_MISMATCH',
      `The server proved a document of collection "${collection}" as one of collection ${collectionId} with the id field "${idField}", and ` +
        `another as one of collection ${pin.collectionId} with "${pin.idField}". The answer is refused. If the collection was deleted and created ` +
        'anew, or its id field renamed, tell the client: documents.forgetCollection.',
      { details: { collection, expected: pin, found: { collectionId, idField } } },
    );
  }

  /** Pins a collection that is not pinned. Only for what was proven. @throws VerificationError as {@link require} */
  learn(collection: string, pin: CollectionPin): void {
    this.require(collection, pin);
    if (!this.#pins.has(collection)) this.set(collection, pin);
  }

  /** Forgets what a collection was pinned to. */
  forget(collection: string): void {
    this.#pins.delete(collection);
  }
}
