// One entry of a transaction with proof, and every hash by which the trusted state commits to it. The answer is checked as
// any other; then the way is computed hash by hash, and must end where the check did.

import { equalBytes } from '../../bytes.js';
import { kvKey } from '../layout/entry.js';
import type { KeyMetadata } from '../layout/kv-metadata.js';
import type { LedgerState } from '../layout/ledger-state.js';
import { chainHash, innerHash } from '../layout/tx-header.js';
import { parseDualProof } from './dual-proof.js';
import { failure, withContext } from './failure.js';
import { type Climb, climb, siblingsAmong } from './merkle-steps.js';
import type { HashedHeader } from './parse-header.js';
import type { ProvenEntries, ProvenTxEntry } from './proven.js';
import type { HashedTransaction, PathChain, PathEntry, ProvenPath } from './proven-path.js';
import type { RawVerifiableTx } from './raw.js';
import { requireKey } from './request-fields.js';
import type { VerificationPolicy } from './signature.js';
import { verifyTx } from './verify-tx.js';

/** Which write to show the path of. */
export interface PathRequest {
  /** The key, without immudb's prefix; not empty. */
  readonly key: Uint8Array;
  /** The transaction that wrote it, ≥ 1. */
  readonly txId: bigint;
}

/** A proven transaction, and the path of one of its entries. */
export interface ProvenEntryPath extends ProvenEntries {
  /** undefined where the transaction did not write the key: its entries are all known. */
  readonly path: ProvenPath | undefined;
}

/**
 * Checks the answer to a verifiable transaction request without `entriesSpec`, as `verifyTx` does, and lays open how the
 * trusted state commits to one entry of it: a value, a reference, or a deletion.
 *
 * @param response untrusted; of the answer to a verifiable get it is the `verifiableTx`
 * @param trusted undefined on first contact
 * @throws VerificationError with the code of the check that failed
 */
export function verifyPath(
  { key, txId }: PathRequest,
  response: RawVerifiableTx | undefined,
  trusted: LedgerState | undefined,
  policy: VerificationPolicy,
): ProvenEntryPath {
  requireKey(key, 'key');
  const proven = verifyTx({ txId }, response, trusted, policy);
  return withContext({ trusted, evidence: response }, () => ({
    ...proven,
    path: pathOf(key, proven, response, policy),
  }));
}

function pathOf(
  key: Uint8Array,
  proven: ProvenEntries,
  response: RawVerifiableTx | undefined,
  policy: VerificationPolicy,
): ProvenPath | undefined {
  const { header, alh, entries, state } = proven;
  const stored = kvKey(key);
  const index = entries.findIndex((entry) => equalBytes(entry.key, stored));
  const entry = entries[index];
  if (entry === undefined) return undefined;
  const digests = entries.map(({ digest }) => digest);
  const place = { payload: entry.digest, index: BigInt(index), size: BigInt(header.nentries) };
  const inTx = climb(place, siblingsAmong(digests, index));
  requireSame(inTx.root, header.eH, 'root of the path of an entry', header.id);
  return {
    entry: entryOf(key, entry, index, inTx),
    entrySteps: inTx.steps,
    entriesRoot: inTx.root,
    transaction: { txId: header.id, ...transactionOf({ header, alh }) },
    chain: chainOf(proven, response, policy),
    trusted: { txId: state.txId, alh: new Uint8Array(state.alh) },
  };
}

function entryOf(
  key: Uint8Array,
  { key: storedKey, metadata, hValue, digest }: ProvenTxEntry,
  index: number,
  { leaf }: Climb,
): PathEntry {
  return {
    key: new Uint8Array(key),
    storedKey: new Uint8Array(storedKey),
    valueHash: new Uint8Array(hValue),
    ...given(metadata),
    index,
    digest: new Uint8Array(digest),
    leaf,
  };
}

function given(metadata: KeyMetadata | undefined): { readonly metadata?: KeyMetadata } {
  return metadata === undefined ? {} : { metadata: { ...metadata } };
}

function transactionOf({ header, alh }: HashedHeader): HashedTransaction {
  const inner = innerHash(header);
  const found = chainHash(header.id, header.prevAlh, inner);
  requireSame(found, alh, 'alh of a transaction of a path', header.id);
  return { header: structuredClone(header), innerHash: inner, alh: found };
}

/**
 * From the transaction to the trusted state. Where that is a later one, its tree holds the transaction, whatever the policy
 * accepts of trees that lag behind: a proof of what stands between tree and target is refused where proofs are checked. The
 * last leaf has its path in a field of its own.
 */
function chainOf(
  { header, alh, state }: ProvenEntries,
  response: RawVerifiableTx | undefined,
  { linearAdvance }: VerificationPolicy,
): PathChain {
  const { target, inclusion, lastInclusion } = parseDualProof(response?.dualProof, linearAdvance);
  requireSame(target.alh, state.alh, 'end of the path of a transaction', state.txId);
  if (header.id === state.txId) {
    requireSame(alh, state.alh, 'transaction at the end of its path', header.id);
    return { kind: 'same' };
  }
  const { blTxId: treeSize, blRoot } = target.header;
  const place = { payload: alh, index: header.id - 1n, size: treeSize };
  const { leaf, steps, root } = climb(place, header.id === treeSize ? lastInclusion : inclusion);
  requireSame(root, blRoot, 'root of the path of a transaction', state.txId);
  return { kind: 'tree', treeSize, leaf, steps, root, target: transactionOf(target) };
}

function requireSame(found: Uint8Array, expected: Uint8Array, check: string, txId: bigint): void {
  if (!equalBytes(found, expected)) throw failure('PROOF_INVALID', { check, txId, expected, found });
}
