// How one knows: the Merkle path of a revision, computed again by this browser, as a picture and as a list.
import { raise } from './alarm.js';
import { get } from './api.js';
import { announce, fill, h, icon } from './dom.js';
import { counted, grouped, shortHash, transaction } from './format.js';
import { merklePicture } from './merkle-picture.js';
import { merkleTable } from './merkle-table.js';
import { complaint, loading } from './notice.js';
import { contradictions } from './path-contradictions.js';
import { recompute } from './path-hashes.js';
import { pathNodes } from './path-nodes.js';
import type { MerklePath } from './path-types.js';
import { storedBytes } from './stored-bytes.js';
import { readStored } from './stored-order.js';
import type { OrderDetail } from './types.js';

/** The section and how to make it show another revision. */
export interface PathSection {
  readonly element: HTMLElement;
  /** Shows the path of a revision and goes there. @param revision of the order */
  readonly show: (revision: string) => void;
}

/**
 * The section of an order.
 *
 * @param detail what is shown of it
 * @param doubt called where what the service told is contradicted
 * @param signal ends it
 */
export function pathSection(detail: OrderDetail, doubt: () => void, signal: AbortSignal): PathSection {
  const { number } = detail.order;
  const shown = String(detail.order.revision);
  const body = h('div', { class: 'path-body' });
  const title = h('h3', { id: 'path-title', tabindex: -1 }, 'How do we know?');
  const load = async (revision: string) => {
    fill(body, loading(`the proof of revision ${revision}`));
    try {
      const path = await get<MerklePath>(
        `/orders/${encodeURIComponent(number)}/path?revision=${encodeURIComponent(revision)}`,
        signal,
      );
      const { hashes, mismatches } = await recompute(path);
      signal.throwIfAborted();
      const untrue = [...mismatches, ...contradictions(path, revision, detail)];
      if (untrue.length === 0) {
        fill(body, ...proof(path, hashes, revision === shown));
        return;
      }
      raise(number, { code: 'TOLD_OTHERWISE', message: `Found by this browser: ${untrue.join('; ')}.` });
      doubt();
      fill(body, refutation(hashes, mismatches.length > 0, untrue));
    } catch (error) {
      if (!signal.aborted)
        fill(
          body,
          complaint(error, () => void load(revision)),
        );
    }
  };
  void load(shown);
  return {
    element: h('section', { 'aria-labelledby': 'path-title', class: 'path-section' }, title, body),
    show: (revision) => {
      title.focus();
      title.scrollIntoView({ block: 'start' });
      void load(revision);
    },
  };
}

function refutation(hashes: number, isOfHashes: boolean, untrue: readonly string[]): HTMLElement {
  const verdict = isOfHashes
    ? `${recomputed(hashes)}: they do not match.`
    : `${recomputed(hashes)}: they match, but not what this page was told.`;
  return h(
    'div',
    { class: 'verdict is-wrong', role: 'alert' },
    icon('alarm'),
    h(
      'div',
      {},
      h('p', {}, h('strong', {}, verdict)),
      h(
        'ul',
        {},
        untrue.map((one) => h('li', {}, one)),
      ),
    ),
  );
}

function proof(path: MerklePath, hashes: number, isShown: boolean): Node[] {
  const { trusted, revision, storedValue } = path;
  const verdict = `${recomputed(hashes)}: they match.`;
  announce(verdict);
  const nodes = pathNodes(path);
  const end = `${transaction(trusted.txId)}, ${shortHash(trusted.alh)}`;
  return [
    h('p', {}, sentence(path)),
    h(
      'div',
      { class: 'verdict is-right' },
      icon('check'),
      h(
        'div',
        {},
        h(
          'p',
          {},
          h('strong', {}, verdict),
          ` They lead from the stored bytes of revision ${revision} to ${end}.`,
          isShown && ' The order as shown above is what these bytes say.',
        ),
        h('p', { class: 'note' }, NOT_COMPUTED),
      ),
    ),
    ...(storedValue === undefined ? [] : [storedBytes(readStored(storedValue), storedValue)]),
    merklePicture(nodes),
    h('details', {}, h('summary', {}, 'The same as a table'), merkleTable(nodes)),
  ];
}

const NOT_COMPUTED =
  'Which state is trusted is the service’s word. To check that as well, compare its hash with one that somebody else keeps.';

function recomputed(hashes: number): string {
  return `Your browser recomputed ${counted(hashes, 'hash', 'hashes')}`;
}

function sentence({ transaction: { txId }, trusted, chain, entrySteps }: MerklePath): string {
  const join =
    'Read it from the bottom up. A hash is a fingerprint of data: change one letter, and it is another.';
  const inside =
    entrySteps.length === 0
      ? ''
      : ` The fingerprint of this revision is joined with that of what was written with it, up to the one fingerprint of ${transaction(txId)}.`;
  if (chain.kind === 'same') return `${join}${inside} That transaction is the very one this service trusts.`;
  return `${join}${inside} That is joined with those of its neighbours, up to the one fingerprint of all ${grouped(chain.treeSize)} transactions, which ${transaction(trusted.txId)} carries and this service trusts. Whoever changes this revision arrives at another.`;
}
