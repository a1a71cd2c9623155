// The Merkle path as what is drawn and listed: stages from the bottom up, with a name in plain words for every hash.
import { counted, grouped, transaction } from './format.js';
import { siblingRanges, type SiblingRange } from './path-ranges.js';
import type { MerklePath, PathStep } from './path-types.js';

/** One hash of the picture. */
export interface PathNode {
  /** A few words, drawn. */
  readonly label: string;
  /** A sentence, read out. */
  readonly says: string;
  readonly hash: string;
  /** Computed by the browser, or given by the service as a neighbour's. */
  readonly kind: 'computed' | 'given' | 'trusted';
  /** Whether it stands for several leaves. */
  readonly isSubtree?: boolean;
}

/** One level: the node of the path, and the sibling it was joined with to make it, one level below. */
export interface PathLevel {
  readonly node: PathNode;
  /** What stands beside this node, on the way to the next; none where it moves up alone. */
  readonly sibling?: PathNode & { readonly side: 'left' | 'right' };
  /** What else goes into the node above; none where that is the sibling alone. */
  readonly via?: string;
}

/** A part of the picture. */
export interface PathStage {
  readonly title: string;
  /** From the bottom up. */
  readonly levels: readonly PathLevel[];
}

/** What is drawn. @param path recomputed and found to match */
export function pathNodes(path: MerklePath): readonly PathStage[] {
  const { entry, entrySteps, chain, transaction: tx, trusted, number, revision } = path;
  const { nentries } = tx.header;
  const start: PathNode = {
    label: `${number}, revision ${revision}`,
    says: `The fingerprint of revision ${revision} of order ${number}.`,
    hash: entry.leaf,
    kind: 'computed',
  };
  const inTx = climb(start, entrySteps, siblingRanges(entry.index, nentries), {
    one: 'written with it',
    range: ({ from, to }) => counted(to - from + 1, 'entry', 'entries'),
    what: (n) =>
      n === 1
        ? 'One other entry written in the same transaction'
        : `${n} other entries written in the same transaction`,
    top: nentries === 1 ? 'alone in its transaction' : `all ${grouped(nentries)} entries`,
    topSays: `Everything that was written in ${transaction(tx.txId)}.`,
  });
  const isTrusted = chain.kind === 'same';
  const alh: PathNode = {
    label: `Transaction ${grouped(tx.txId)}`,
    says: isTrusted
      ? `The fingerprint of ${transaction(tx.txId)}: the trusted state.`
      : `The fingerprint of ${transaction(tx.txId)} with its time and its predecessor.`,
    hash: tx.alh,
    kind: isTrusted ? 'trusted' : 'computed',
  };
  const own: PathStage = {
    title: `Inside transaction ${grouped(tx.txId)}`,
    levels: [...withVia(inTx, 'with its time and its predecessor'), { node: alh }],
  };
  if (isTrusted) return [own];
  const leaf: PathNode = {
    label: `leaf ${grouped(tx.txId)}`,
    says: `The leaf of ${transaction(tx.txId)} in the ledger's tree.`,
    hash: chain.leaf,
    kind: 'computed',
  };
  const size = Number(chain.treeSize);
  const inLedger = climb(leaf, chain.steps, siblingRanges(Number(tx.txId) - 1, size), {
    one: '',
    range: ({ from, to }) =>
      from === to ? `transaction ${grouped(from + 1)}` : `${grouped(from + 1)} – ${grouped(to + 1)}`,
    what: (n, { from, to }) =>
      n === 1
        ? `Transaction ${grouped(from + 1)}`
        : `Transactions ${grouped(from + 1)} to ${grouped(to + 1)} together`,
    top: size === 1 ? 'the only one so far' : `all ${grouped(size)} transactions`,
    topSays: `Every transaction from 1 to ${grouped(size)}.`,
  });
  const state: PathNode = {
    label: `Transaction ${grouped(trusted.txId)}`,
    says: `The trusted state: ${transaction(trusted.txId)}, which carries the fingerprint of all before it.`,
    hash: trusted.alh,
    kind: 'trusted',
  };
  return [
    own,
    {
      title: `The ledger's tree of ${counted(size, 'transaction')}`,
      levels: withVia(inLedger, 'carried by'),
    },
    { title: 'Trusted state', levels: [{ node: state }] },
  ];
}

interface Words {
  readonly one: string;
  readonly range: (range: SiblingRange) => string;
  readonly what: (n: number, range: SiblingRange) => string;
  readonly top: string;
  readonly topSays: string;
}

function climb(
  start: PathNode,
  steps: readonly PathStep[],
  ranges: readonly SiblingRange[],
  words: Words,
): PathLevel[] {
  const levels: PathLevel[] = [];
  let node = start;
  for (const [i, { side, sibling, hash }] of steps.entries()) {
    const range = ranges[i];
    if (range === undefined) break;
    const n = range.to - range.from + 1;
    const label = n === 1 && words.one !== '' ? words.one : words.range(range);
    levels.push({
      node,
      sibling: {
        side,
        label,
        says: `${words.what(n, range)}, as told by the service.`,
        hash: sibling,
        kind: 'given',
        isSubtree: n > 1,
      },
    });
    const isTop = i === steps.length - 1;
    node = {
      label: isTop ? words.top : '',
      says: isTop ? words.topSays : `Step ${i + 1}: both together.`,
      hash,
      kind: 'computed',
    };
  }
  return [...levels, { node }];
}

function withVia(levels: readonly PathLevel[], via: string): PathLevel[] {
  return levels.map((level, i) => (i === levels.length - 1 ? { ...level, via } : level));
}
