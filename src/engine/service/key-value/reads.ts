// Reads of keys, sets and states. Rows are there as soon as they are committed, so that no read ever waits.

import { equalBytes } from '../../../bytes.js';
import { entryDigest, kvKey } from '../../../proof/layout/entry.js';
import { ImmuServiceDefinition } from '../../../wire/immudb/schema/service.js';
import type { Entry, HistoryRequest, KeyRequest, ScanRequest } from '../../../wire/immudb/schema/kv.js';
import type { ZEntry, ZScanRequest } from '../../../wire/immudb/schema/sorted-set.js';
import type { VerifiableEntry, VerifiableGetRequest } from '../../../wire/immudb/schema/verifiable.js';
import type { Database } from '../../database/database.js';
import { readEntries } from '../../database/log.js';
import { type FoundEntry, readKey, readNewest } from '../../database/read-entry.js';
import { isKeyNotFound } from '../../database/refusals.js';
import { damaged } from '../../database/rows.js';
import { countKeys, readHistory, scanKeys } from '../../database/scan.js';
import { scanMembers } from '../../database/sorted-set.js';
import { illegalArguments } from '../../service-failure.js';
import { entryPath } from '../../tree/entry-tree.js';
import { type DatabaseHandler, type HandlerContext, unaryHandler } from '../handler.js';
import { dualProofMessage, entryMessage, memberMessage, revisionMessage, txMessage } from './answers.js';

const { methods } = ImmuServiceDefinition;

function getAll({ database }: HandlerContext, keys: readonly Uint8Array[], sinceTx: bigint): Entry[] {
  database.assertReached(sinceTx);
  const view = database.view();
  return keys.flatMap((key) => {
    try {
      return [entryMessage(readNewest(view, kvKey(key)))];
    } catch (error) {
      if (isKeyNotFound(error)) return [];
      throw error;
    }
  });
}

/** An entry, the transaction it is in, and the proof that leads there from where the caller stands. */
export function verifiableGet(context: HandlerContext, request: VerifiableGetRequest): VerifiableEntry {
  const { keyRequest, proveSinceTx } = request;
  const { database } = context;
  database.assertProvable(proveSinceTx);
  if (keyRequest === undefined) throw illegalArguments('empty request');
  const found = readKey(database.view(), keyRequest);
  const { txId, key } = found.referencedBy ?? found;
  const link = database.link(txId);
  const entries = readEntries(database.store, link);
  const stored = kvKey(key);
  const leaf = entries.findIndex((entry) => equalBytes(entry.key, stored));
  if (leaf < 0) throw damaged(`The list of entries of transaction ${String(txId)}`);
  const { version } = link.header;
  const digests = entries.map((entry) => entryDigest(version, entry.key, entry.metadata, entry.hValue));
  const proof = database.prove(txId, proveSinceTx);
  const target = proveSinceTx > txId ? database.link(proveSinceTx) : link;
  return {
    entry: entryMessage(found),
    verifiableTx: {
      tx: txMessage({ ...link, entries, keys: [], members: [] }),
      dualProof: dualProofMessage(proof, txId, proveSinceTx),
      signature: context.sign({ txId: target.header.id, alh: target.alh }),
    },
    inclusionProof: { leaf, width: entries.length, terms: entryPath(digests, leaf) },
  };
}

/** One key. */
export function get({ database }: HandlerContext, request: KeyRequest): FoundEntry {
  return readKey(database.view(), request);
}

/** A page of keys. */
export function scan({ database }: { readonly database: Database }, request: ScanRequest): Entry[] {
  return scanKeys(database.store, database.view(), request).map(entryMessage);
}

/** A page of a key's history. */
export function history({ database }: { readonly database: Database }, request: HistoryRequest): Entry[] {
  return readHistory(database.view(), request).map((found) => revisionMessage(request.key, found));
}

/** A page of a sorted set. */
export function zScan({ database }: { readonly database: Database }, request: ZScanRequest): ZEntry[] {
  const { minScore, maxScore } = request;
  const range = { ...request, minScore: minScore?.score, maxScore: maxScore?.score };
  return scanMembers(database.store, database.view(), range).map(memberMessage);
}

/** Handlers of all reads of keys but streamed ones. */
export const READ_HANDLERS: readonly DatabaseHandler[] = [
  unaryHandler(methods.get, 'read', (context, request) => entryMessage(get(context, request))),
  unaryHandler(methods.verifiableGet, 'read', verifiableGet),
  unaryHandler(methods.getAll, 'write', (context, { keys, sinceTx }) => ({
    entries: getAll(context, keys, sinceTx),
  })),
  unaryHandler(methods.scan, 'read', (context, request) => ({ entries: scan(context, request) })),
  unaryHandler(methods.history, 'read', (context, request) => ({ entries: history(context, request) })),
  unaryHandler(methods.zScan, 'read', (context, request) => ({ entries: zScan(context, request) })),
  unaryHandler(methods.count, 'read', ({ database }, { prefix }) => ({
    count: countKeys(database.store, prefix),
  })),
  unaryHandler(methods.countAll, 'read', ({ database }) => ({
    count: countKeys(database.store, new Uint8Array(0)),
  })),
  unaryHandler(methods.currentState, 'read', (context) => {
    const { database } = context;
    const { txId, alh } = database.state;
    return {
      db: database.name,
      txId,
      txHash: alh.slice(),
      signature: context.sign({ txId, alh }),
      precommittedTxId: txId,
      precommittedTxHash: alh.slice(),
    };
  }),
];
