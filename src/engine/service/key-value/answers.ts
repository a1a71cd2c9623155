// What the database found, as messages. Bytes are copied where the engine keeps them: an answer may be changed by who
// gets it.

import type { KeyMetadata } from '../../../proof/layout/kv-metadata.js';
import type { TxHeader } from '../../../proof/layout/tx-header.js';
import { NO_BYTES } from '../../../bytes.js';
import type { KVMetadata } from '../../../wire/immudb/schema/metadata.js';
import type { DualProof as DualProofMessage } from '../../../wire/immudb/schema/proof.js';
import type { Entry, Reference } from '../../../wire/immudb/schema/kv.js';
import type { ZEntry } from '../../../wire/immudb/schema/sorted-set.js';
import type { Tx, TxEntry, TxHeader as TxHeaderMessage } from '../../../wire/immudb/schema/tx.js';
import type { FoundEntry, FoundReference } from '../../database/read-entry.js';
import type { ShownEntry, ShownTx, UnresolvedReference } from '../../database/read-tx.js';
import type { FoundRevision } from '../../database/scan.js';
import type { FoundMember } from '../../database/sorted-set.js';
import type { DualProof } from '../../tree/dual-proof.js';

const copies = (hashes: readonly Uint8Array[]) => hashes.map((hash) => hash.slice());

/** Metadata of an entry; absent where there is none. */
export function metadataMessage(metadata: KeyMetadata | undefined): KVMetadata | undefined {
  if (metadata === undefined) return undefined;
  const { deleted, expiresAt, nonIndexable } = metadata;
  return { deleted, nonIndexable, expiration: expiresAt === undefined ? undefined : { expiresAt } };
}

/**
 * A header. Its metadata is a message of its own even where it is empty, unless the header is the one a proof starts from.
 */
export function headerMessage(header: TxHeader, isStart = false): TxHeaderMessage {
  const { id, prevAlh, ts, nentries, eH, blTxId, blRoot, version, metadata } = header;
  return {
    id,
    prevAlh: prevAlh.slice(),
    ts,
    nentries,
    eH: eH.slice(),
    blTxId,
    blRoot: blRoot.slice(),
    version,
    metadata:
      isStart && metadata.truncatedTxId === undefined && metadata.extra === undefined
        ? undefined
        : { truncatedTxID: metadata.truncatedTxId ?? 0n, extra: metadata.extra?.slice() ?? NO_BYTES },
  };
}

/** An entry as it is hashed. */
export function txEntryMessage({ key, hValue, valueLength, metadata, value }: ShownEntry): TxEntry {
  return { key, hValue, vLen: valueLength, metadata: metadataMessage(metadata), value: value ?? NO_BYTES };
}

/** A transaction in the shape that was asked for. */
export function txMessage({ header, entries, keys, members }: ShownTx): Tx {
  return {
    header: headerMessage(header),
    entries: entries.map(txEntryMessage),
    kvEntries: keys.map(entryMessage),
    zEntries: members.map(memberMessage),
  };
}

/** A key with its value, or the reference it is. */
export function entryMessage(entry: FoundEntry | UnresolvedReference): Entry {
  const { txId, key, value, metadata, revision, referencedBy } = entry;
  return {
    tx: txId,
    key,
    value: value ?? NO_BYTES,
    referencedBy: referencedBy === undefined ? undefined : referenceMessage(referencedBy),
    metadata: metadataMessage(metadata),
    expired: false,
    revision,
  };
}

function referenceMessage({ txId, key, atTx, metadata, revision }: FoundReference): Reference {
  return { tx: txId, key, atTx, metadata: metadataMessage(metadata), revision };
}

/** A revision of a key. @param key as it was asked for */
export function revisionMessage(key: Uint8Array, found: FoundRevision): Entry {
  const { txId, value, metadata, expired, revision } = found;
  return {
    tx: txId,
    key: key.slice(),
    value,
    referencedBy: undefined,
    metadata: metadataMessage(metadata),
    expired,
    revision,
  };
}

/** A member of a sorted set. */
export function memberMessage({ set, key, entry, score, atTx }: FoundMember): ZEntry {
  return { set, key, entry: entry === undefined ? undefined : entryMessage(entry), score, atTx };
}

/**
 * A dual proof. It never needs the part about a long chain outside of the tree.
 *
 * @param sinceTx the transaction the caller asked to start from, or 0
 * @param txId the transaction that is proven
 */
export function dualProofMessage(proof: DualProof, txId: bigint, sinceTx: bigint): DualProofMessage {
  const { source, target, linear } = proof;
  return {
    sourceTxHeader: headerMessage(source, sinceTx > 0n && sinceTx <= txId),
    targetTxHeader: headerMessage(target, sinceTx > txId),
    inclusionProof: copies(proof.inclusion),
    consistencyProof: copies(proof.consistency),
    targetBlTxAlh: proof.targetBlTxAlh.slice(),
    lastInclusionProof: copies(proof.lastInclusion),
    linearProof: { sourceTxId: linear.source, TargetTxId: linear.target, terms: copies(linear.terms) },
    LinearAdvanceProof: undefined,
  };
}
