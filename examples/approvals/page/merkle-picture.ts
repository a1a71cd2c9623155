// The Merkle path as a picture, from this order at the bottom to the trusted state at the top. One stop for the keyboard;
// the arrow keys go from hash to hash, and each is named in words.
import { h, svg } from './dom.js';
import { shortHash } from './format.js';
import { hashAt, type Placed, placed, type Plan } from './merkle-plan.js';
import type { PathNode, PathStage } from './path-nodes.js';

/** The picture. @param stages from the bottom up */
export function merklePicture(stages: readonly PathStage[]): HTMLElement {
  const readout = h(
    'p',
    { class: 'readout', 'aria-hidden': 'true' },
    'Point at a hash, or go there with the arrow keys, to see all of it.',
  );
  const frame = h('div', { class: 'picture' });
  const narrow = matchMedia('(max-width: 40rem)');
  const paint = () => {
    frame.replaceChildren(draw(placed(stages, narrow.matches), readout));
  };
  paint();
  narrow.addEventListener('change', paint);
  return h('figure', { class: 'merkle' }, frame, h('figcaption', {}, legend(), readout));
}

function draw(plan: Plan, readout: HTMLElement): SVGElement {
  const marks = plan.nodes.map((node, i) => mark(node, i === 0, plan.isNarrow));
  const show = (i: number) => {
    const node = plan.nodes[i]?.node;
    if (node !== undefined) readout.replaceChildren(`${node.says} `, h('code', {}, node.hash));
  };
  const step = (event: Event) => {
    const { key } = event as KeyboardEvent;
    const from = marks.findIndex((one) => one === document.activeElement);
    const to = hashAt(plan.nodes, from, key);
    if (to === undefined) return;
    event.preventDefault();
    for (const [i, one] of marks.entries()) one.setAttribute('tabindex', i === to ? '0' : '-1');
    marks[to]?.focus();
  };
  for (const [i, one] of marks.entries()) {
    for (const event of ['focus', 'pointerenter'])
      one.addEventListener(event, () => {
        show(i);
      });
  }
  const { width, height } = plan;
  return svg(
    'svg',
    {
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'group',
      class: plan.isNarrow ? 'is-narrow' : undefined,
      'aria-label': 'Picture of the path. Use the arrow keys.',
      onkeydown: step,
    },
    plan.stages.map(({ title, y, height }) =>
      svg(
        'g',
        { class: 'stage', 'aria-hidden': 'true' },
        svg('rect', { x: 1, y, width: width - 2, height, rx: 14 }),
        svg('text', { x: 18, y: y + 24 }, title),
      ),
    ),
    svg(
      'g',
      { 'aria-hidden': 'true' },
      plan.lines.map(({ d, kind }) => svg('path', { d, class: `line is-${kind}` })),
      plan.joins.map(({ x, y }) => svg('circle', { cx: x, cy: y, r: 4, class: 'join' })),
      plan.notes.map(({ x, y, text }) => svg('text', { x, y, class: 'via' }, text)),
    ),
    marks,
  );
}

function mark({ x, y, width, height, node }: Placed, isFirst: boolean, isNarrow: boolean): SVGGElement {
  const middle = y + height / 2;
  const group = svg(
    'g',
    {
      class: `node is-${node.kind}`,
      role: 'img',
      tabindex: isFirst ? 0 : -1,
      'aria-label': `${node.says} Hash ${node.hash.slice(0, 8)}.`,
    },
    svg('rect', { x: x - width / 2, y, width, height, rx: 9 }),
    node.label !== '' && svg('text', { x, y: middle - 4, class: 'label' }, node.label),
    svg('text', { x, y: node.label === '' ? middle + 4 : middle + 12, class: 'short' }, shortHash(node.hash)),
    badge(node, x - width / 2, y, isNarrow),
  );
  return group;
}

/** A tick on what was computed, a little tree on what stands for many. */
function badge(
  { kind, isSubtree = false }: PathNode,
  x: number,
  y: number,
  isNarrow: boolean,
): SVGElement | false {
  if (kind !== 'given') {
    return svg(
      'g',
      { class: 'tick' },
      svg('circle', { cx: x, cy: y, r: 8 }),
      svg('path', { d: `M${x - 3.5} ${y} l2.5 2.8 l4.6 -5.4` }),
    );
  }
  return isSubtree && !isNarrow && svg('path', { class: 'subtree', d: `M${x + 14} ${y + 10} l6 11 h-12 z` });
}

function legend(): HTMLElement {
  return h(
    'ul',
    { class: 'legend' },
    h('li', { class: 'is-computed' }, 'Computed by your browser'),
    h('li', { class: 'is-given' }, 'A neighbour’s hash, given by the service'),
    h('li', { class: 'is-trusted' }, 'The trusted state'),
  );
}
