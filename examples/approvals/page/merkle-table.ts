// The Merkle path as a table, for those to whom a picture says nothing.
import { h, icon } from './dom.js';
import type { PathNode, PathStage } from './path-nodes.js';

/** The table. @param stages from the bottom up */
export function merkleTable(stages: readonly PathStage[]): HTMLElement {
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Hashes of the path' },
    h(
      'table',
      { class: 'lines hashes' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, 'Hash of'),
          h('th', { scope: 'col' }, 'From'),
          h('th', { scope: 'col' }, 'SHA-256'),
        ),
      ),
      stages.map(({ title, levels }) =>
        h(
          'tbody',
          {},
          h('tr', {}, h('th', { scope: 'rowgroup', colspan: 3, class: 'group' }, title)),
          levels.flatMap(({ node, sibling }) => [
            row(node),
            sibling !== undefined && row(sibling, sibling.side),
          ]),
        ),
      ),
    ),
  );
}

function row({ says, hash, kind }: PathNode, side?: string): HTMLElement {
  const from = kind === 'given' ? `the service, joined on the ${side ?? ''}` : 'computed here';
  return h(
    'tr',
    {},
    h('td', {}, says),
    h('td', {}, kind !== 'given' && icon('check'), from),
    h('td', {}, h('code', { class: 'whole' }, hash)),
  );
}
