// A Merkle path computed again by whoever is shown it, written from what its fields say and sharing no line with the code
// under test.

import type { HashedTransaction, KeyMetadata, MerkleStep, ProvenPath } from '../../src/proof/index.js';
import { be, h } from './naive-ledger.js';

/** What does not lead to where the path says. @returns undefined where everything does */
export function firstError(path: ProvenPath): string | undefined {
  const { entry, entrySteps, entriesRoot, transaction, chain, trusted } = path;
  const { header } = transaction;
  if (!same(entry.storedKey, Buffer.concat([be(0, 1), entry.key]))) return 'stored key';
  if (!same(entry.digest, digestOf(header.version, path))) return 'digest of the entry';
  if (!same(entry.leaf, h(be(0, 1), entry.digest))) return 'leaf of the entry';
  if (!same(climbed(entry.leaf, entrySteps), entriesRoot)) return 'root of the entries';
  if (!same(entriesRoot, header.eH)) return 'root of the entries in the header';
  if (transaction.txId !== header.id || !isHashed(transaction)) return 'hash of the transaction';
  if (chain.kind === 'same') {
    return trusted.txId === header.id && same(trusted.alh, transaction.alh) ? undefined : 'trusted state';
  }
  const { treeSize, leaf, steps, root, target } = chain;
  if (!same(leaf, h(be(0, 1), transaction.alh))) return 'leaf of the transaction';
  if (!same(climbed(leaf, steps), root)) return 'root of the transactions';
  if (!same(root, target.header.blRoot)) return 'root of the transactions in the header';
  if (treeSize !== target.header.blTxId) return 'size of the tree';
  if (!isHashed(target)) return 'hash of the trusted transaction';
  return trusted.txId === target.header.id && same(trusted.alh, target.alh) ? undefined : 'trusted state';
}

/** Where steps lead from a node; no step may say another hash on the way. */
function climbed(node: Uint8Array, steps: readonly MerkleStep[]): Uint8Array | undefined {
  let at: Uint8Array = node;
  for (const { side, sibling, hash } of steps) {
    at = side === 'left' ? h(be(1, 1), sibling, at) : h(be(1, 1), at, sibling);
    if (!same(at, hash)) return undefined;
  }
  return at;
}

function isHashed({ header, innerHash, alh }: HashedTransaction): boolean {
  const { ts, version, nentries, eH, blTxId, blRoot, metadata } = header;
  const { truncatedTxId, extra } = metadata;
  const md = Buffer.concat([
    ...(truncatedTxId === undefined ? [] : [be(0, 1), be(truncatedTxId, 8)]),
    ...(extra === undefined ? [] : [be(1, 1), be(extra.length, 2), extra]),
  ]);
  const counted = version === 0 ? [be(nentries, 2)] : [be(md.length, 2), md, be(nentries, 4)];
  const inner = h(be(ts, 8), be(version, 2), ...counted, eH, be(blTxId, 8), blRoot);
  return same(inner, innerHash) && same(h(be(header.id, 8), header.prevAlh, inner), alh);
}

function digestOf(version: number, { entry }: ProvenPath): Uint8Array {
  const { storedKey, valueHash, metadata } = entry;
  if (version === 0) return h(storedKey, valueHash);
  const md = metadataBytes(metadata);
  return h(be(md.length, 2), md, be(storedKey.length, 2), storedKey, valueHash);
}

function metadataBytes(metadata: KeyMetadata | undefined): Uint8Array {
  return Buffer.concat([
    ...(metadata?.deleted === true ? [be(0, 1)] : []),
    ...(metadata?.expiresAt === undefined ? [] : [be(1, 1), be(metadata.expiresAt, 8)]),
    ...(metadata?.nonIndexable === true ? [be(2, 1)] : []),
  ]);
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;
}
