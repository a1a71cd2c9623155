// The last revision of a chain before a line: found by what the server lists where that holds, else by following the
// chain.

import { isLinkAfter } from '../../codec/revision-chain.js';
import type { OperationOptions } from '../../client/index.js';
import type { BoundaryHint } from './boundary-hint.js';
import { type ChainedEntry, type ChainOf, isMissingTx, predecessorOf, reported, writtenIn } from './chain.js';
import { chainFork, sharesPredecessor } from './chain-errors.js';
import type { TimeLeft } from './time-left.js';

/** A line through a chain of revisions: all up to some one are before it, all others after it. */
export interface Line {
  /** Whether a revision, of which no more may be known than this, is after it. */
  isAfter(revision: { readonly revision: bigint; readonly txId: bigint }): boolean;
  /** Where it falls among a key's writes, as the server lists them; undefined where that cannot be had. */
  hint(latest: ChainedEntry): Promise<BoundaryHint | undefined>;
}

/**
 * Finds the last revision that is not after a line. The next one is proven to name it.
 *
 * @returns undefined if the first is after it
 * @throws VerificationError CHAIN_BROKEN · ChainForkError
 */
export async function lastBefore(
  chain: ChainOf,
  latest: ChainedEntry,
  line: Line,
  left: TimeLeft,
): Promise<ChainedEntry | undefined> {
  if (!line.isAfter(latest)) return latest;
  const { revision, prevTx } = latest.record;
  if (!line.isAfter({ revision: revision - 1n, txId: prevTx })) return predecessorOf(chain, latest, left());
  const hint = await line.hint(latest);
  if (hint !== undefined) {
    const [before, after] = await Promise.all([
      hint.before === 0n ? undefined : shownIn(chain, hint.before, left()),
      hint.after === latest.txId ? latest : shownIn(chain, hint.after, left()),
    ]);
    if (before !== undefined && after !== undefined && sharesPredecessor(before, after))
      throw reported(chain, chainFork(chain.schema, chain.key, before, after));
    if (after !== undefined && liesBetween(line, before, after) && isLinkAfter(after.record, before))
      return before;
  }
  // The list is nobody's commitment: what the revisions themselves say is followed, however many there are.
  return walkBack(chain, latest, line, left);
}

function liesBetween(line: Line, before: ChainedEntry | undefined, after: ChainedEntry): boolean {
  return line.isAfter(after) && (before === undefined || !line.isAfter(before));
}

/** What the list claims to be there may not be. */
async function shownIn(
  chain: ChainOf,
  txId: bigint,
  options: OperationOptions,
): Promise<ChainedEntry | undefined> {
  try {
    return await writtenIn(chain, txId, options);
  } catch (error) {
    if (isMissingTx(error)) return undefined;
    throw error;
  }
}

async function walkBack(
  chain: ChainOf,
  from: ChainedEntry,
  line: Line,
  left: TimeLeft,
): Promise<ChainedEntry | undefined> {
  let revision: ChainedEntry | undefined = from;
  while (revision !== undefined && line.isAfter(revision))
    revision = await predecessorOf(chain, revision, left());
  return revision;
}
