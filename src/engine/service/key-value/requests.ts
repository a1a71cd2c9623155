// Requests as the database takes them. Bytes that wait for their commit are copied here, unless they are copied at once
// (keys and values of a set are, to get their prefix bytes): the caller may change his.

import type { KeyMetadata } from '../../../proof/layout/kv-metadata.js';
import type { KVMetadata } from '../../../wire/immudb/schema/metadata.js';
import type { Op } from '../../../wire/immudb/schema/exec-all.js';
import type { KeyValue } from '../../../wire/immudb/schema/kv.js';
import type { ReferenceRequest } from '../../../wire/immudb/schema/reference.js';
import type { ZAddRequest } from '../../../wire/immudb/schema/sorted-set.js';
import type { Precondition as PreconditionMessage } from '../../../wire/immudb/schema/precondition.js';
import {
  EntryTypeAction,
  type EntriesSpec as EntriesSpecMessage,
  type EntryTypeSpec,
} from '../../../wire/immudb/schema/tx.js';
import type { Operation } from '../../database/exec-all.js';
import type { Precondition } from '../../database/preconditions.js';
import type { EntriesSpec, EntryAction } from '../../database/read-tx.js';
import type { MemberWrite } from '../../database/sorted-set.js';
import type { KeyWrite } from '../../database/write-keys.js';
import type { ReferenceWrite } from '../../database/write-reference.js';

/** Attributes of a write. */
function metadataOf(metadata: KVMetadata | undefined): KeyMetadata | undefined {
  if (metadata === undefined) return undefined;
  const { deleted, expiration, nonIndexable } = metadata;
  return { deleted, nonIndexable, ...(expiration === undefined ? {} : { expiresAt: expiration.expiresAt }) };
}

/** A key to be written. */
export function keyWrite({ key, value, metadata }: KeyValue): KeyWrite {
  return { key, value, metadata: metadataOf(metadata) };
}

/** A reference to be set. */
export function referenceWrite({ key, referencedKey, atTx, boundRef }: ReferenceRequest): ReferenceWrite {
  return { key: key.slice(), referencedKey: referencedKey.slice(), atTx, boundRef };
}

/** A member to be added to a sorted set. */
export function memberWrite({ set, score, key, atTx, boundRef }: ZAddRequest): MemberWrite {
  return { set: set.slice(), score, key: key.slice(), atTx, boundRef };
}

/** A condition; `undefined` where the message says nothing. */
export function precondition({ precondition: condition }: PreconditionMessage): Precondition {
  switch (condition?.$case) {
    case 'keyMustExist':
      return { kind: 'mustExist', key: condition.value.key.slice() };
    case 'keyMustNotExist':
      return { kind: 'mustNotExist', key: condition.value.key.slice() };
    case 'keyNotModifiedAfterTX':
      return {
        kind: 'notModifiedAfter',
        key: condition.value.key.slice(),
        txId: condition.value.txID,
      };
    case undefined:
      return undefined;
  }
}

/** One of several operations; `undefined` where the message says nothing. */
export function operation({ operation: asked }: Op): Operation {
  switch (asked?.$case) {
    case 'kv': {
      const { key, value, metadata } = keyWrite(asked.value);
      return { kind: 'set', write: { key: key.slice(), value: value.slice(), metadata } };
    }
    case 'ref':
      return { kind: 'reference', write: referenceWrite(asked.value) };
    case 'zAdd':
      return { kind: 'member', write: memberWrite(asked.value) };
    case undefined:
      return undefined;
  }
}

const ACTIONS: Readonly<Record<EntryTypeAction, EntryAction>> = {
  [EntryTypeAction.EXCLUDE]: 'exclude',
  [EntryTypeAction.ONLY_DIGEST]: 'digest',
  [EntryTypeAction.RAW_VALUE]: 'raw',
  [EntryTypeAction.RESOLVE]: 'resolve',
};

const actionOf = (spec: EntryTypeSpec | undefined): EntryAction =>
  spec === undefined ? 'exclude' : ACTIONS[spec.action];

/** How entries of a transaction are shown. There are none of SQL. */
export function entriesSpec(spec: EntriesSpecMessage | undefined): EntriesSpec | undefined {
  if (spec === undefined) return undefined;
  return { kv: actionOf(spec.kvEntriesSpec), sortedSet: actionOf(spec.zEntriesSpec) };
}
