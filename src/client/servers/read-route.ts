// Which server answers a read: one of the replicas, or the primary. An operation of several calls stays on the server it
// began with; what a replica does not answer goes to the primary, which has all that any replica has, and stays there.

import { CallScope } from '../call-scope.js';
import type { Node, Replica } from './node.js';

/** The way of one operation that only reads. */
export class ReadRoute {
  /** The replica it began with, if any. */
  readonly replica: Replica | undefined;
  readonly #primary: Node;
  readonly #floor: () => bigint;
  #left = false;
  #answered = false;

  /**
   * @param replica undefined where none is healthy: then everything goes to the primary
   * @param floor the newest transaction known here: a replica without it is behind
   */
  constructor(primary: Node, replica: Replica | undefined, floor: () => bigint) {
    this.#primary = primary;
    this.replica = replica;
    this.#floor = floor;
  }

  /** Where the next call goes to. */
  get node(): Node {
    return this.#left ? this.#primary : (this.replica ?? this.#primary);
  }

  /** The replica, if anything the operation works with may be its answer. */
  get answeredBy(): Replica | undefined {
    return this.#answered ? this.replica : undefined;
  }

  /** The newest transaction known on this side. */
  get floor(): bigint {
    return this.#floor();
  }

  /** Takes note that the replica answered a call. */
  answered(): void {
    this.#answered = true;
  }

  /** Sends the rest of the operation to the primary. */
  toPrimary(): void {
    this.#left = true;
  }

  /** Begins the operation again, at the primary alone. */
  restart(): void {
    this.#left = true;
    this.#answered = false;
  }
}

/** Bounds of an operation that only reads, with the way its calls take. */
export class RoutedScope extends CallScope {
  /** The way of all its calls. */
  readonly route: ReadRoute;

  /** @param bounds as those of {@link CallScope} */
  constructor(route: ReadRoute, ...bounds: ConstructorParameters<typeof CallScope>) {
    super(...bounds);
    this.route = route;
  }
}

/** The way an operation's calls take; undefined where they all go to the primary. */
export function routeOf(scope: CallScope): ReadRoute | undefined {
  return scope instanceof RoutedScope ? scope.route : undefined;
}
