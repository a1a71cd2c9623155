// What a ledger tells without being asked, besides what its client does.

import type { Provenance } from '../codec/revision-facts.js';
import type { ClientEvents } from '../client/index.js';
import type { CommittedWrite } from './write/prepared-write.js';

/** One revision of a commit. */
export interface CommittedEntity {
  /** The stored name of the entity. */
  readonly entity: string;
  /** The record key. */
  readonly key: Uint8Array;
  /** Its revision, 1n for the first. */
  readonly revision: bigint;
  /** Whether this revision deleted it. */
  readonly deleted: boolean;
  /** In whose name it was written, as stored. */
  readonly provenance: Provenance;
}

/** The events of the repositories of a ledger, by name. */
export interface RepositoryEvents {
  /**
   * Entities were written here, and their commit was proven. Once for each call that writes, and for each transaction; a
   * write that is repeated under its `idempotencyKey` is told again.
   */
  readonly committed: { readonly txId: bigint; readonly entities: readonly CommittedEntity[] };
  /** A hook failed after the commit: what was written is committed all the same. */
  readonly 'hook-failed': {
    readonly hook: 'afterSave';
    /** The plug-in it is part of; undefined for the entity's own. */
    readonly plugin: string | undefined;
    /** The stored name of the entity. */
    readonly entity: string;
    /** The record key. */
    readonly key: Uint8Array;
    readonly error: unknown;
  };
}

/** The events of a ledger, by name. */
export type LedgerEvents = ClientEvents & RepositoryEvents;

/** Whether an event is one of the repositories, and not of the client. */
export function isRepositoryEvent(name: keyof LedgerEvents): name is keyof RepositoryEvents {
  return name === 'committed' || name === 'hook-failed';
}

/** What is told of one commit. @param first one of the writes */
export function committedEvent(
  first: CommittedWrite,
  writes: readonly CommittedWrite[],
): RepositoryEvents['committed'] {
  const entities = writes.map(({ write, evidence, facts }) => {
    const { actor, reason, correlationId } = facts;
    return {
      entity: evidence.entity,
      key: evidence.key,
      revision: evidence.revision,
      deleted: write.entity === undefined,
      provenance: { actor, reason, correlationId },
    };
  });
  return { txId: first.evidence.txId, entities };
}
