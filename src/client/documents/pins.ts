// Which number a collection has. A document is proven under a number; that the number is the collection's is the server's
// word the first time, and held against it ever after.

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

  /** Pins a collection unless it is pinned. Only for what was proven. */
  learn(collection: string, pin: CollectionPin): void {
    if (!this.#pins.has(collection)) this.set(collection, pin);
  }

  /** Forgets what a collection was pinned to. */
  forget(collection: string): void {
    this.#pins.delete(collection);
  }
}
