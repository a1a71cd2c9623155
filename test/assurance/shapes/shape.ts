// The operations that are attacked: what each asks of the server, and how honest data for it comes about.

import type { UnaryName } from '../../support/lying-proxy.js';
import type { Subject } from '../subject.js';

/** An operation that is ready to be called again and again. */
export interface Prepared {
  readonly run: () => Promise<unknown>;
  /** The key it is about, where it is one. */
  readonly key?: Uint8Array;
  /** Another key, of the same database. */
  readonly otherKey?: Uint8Array;
  /** An earlier transaction that wrote `key`. */
  readonly earlierTx?: bigint;
}

/** An operation of the client or of a repository. */
export interface Shape {
  readonly name: string;
  readonly level: 'client' | 'repository';
  /** What it asks the server, in order. */
  readonly rpcs: readonly UnaryName[];
  /** Whether something is proven, and the trusted state may honestly move, before its last call is answered. */
  readonly inSteps?: boolean;
  /** Writes: each attack needs one of its own. */
  readonly writes?: boolean;
  /** Reads of what is proven already. */
  readonly warm?: boolean;
  /** Makes data the subject has not seen, which reads move its state to. */
  readonly prepare: (subject: Subject) => Promise<Prepared>;
}
