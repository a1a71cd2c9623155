// How an import went: how many rows, and which lines were refused for what reason.
import { h } from './dom.js';
import { counted, grouped } from './format.js';
import type { ImportProgress } from './types.js';

/** How many of what. @param progress so far */
export function counts({ rows, written, unchanged, refusedCount }: ImportProgress): string {
  return `${counted(rows, 'row')}, ${grouped(written)} written, ${grouped(unchanged)} there already, ${grouped(refusedCount)} refused`;
}

/** How it ended. @param progress at the end */
export function summary(progress: ImportProgress): HTMLElement {
  const { state, error, rows, refused, refusedCount } = progress;
  const isOfNoUse = state === 'failed' && rows === 0;
  const more = refusedCount - refused.length;
  return h(
    'section',
    { class: 'panel', 'aria-labelledby': isOfNoUse ? undefined : 'refused-title' },
    state === 'failed' &&
      h(
        'p',
        { class: 'problem', role: 'alert' },
        h('strong', {}, 'The import stopped. '),
        error ?? 'The service did not say why.',
        !isOfNoUse && ' What was written before stays; import the file again to go on.',
      ),
    !isOfNoUse &&
      h(
        'h3',
        { id: 'refused-title' },
        refusedCount === 0
          ? 'No line was refused'
          : `${counted(refusedCount, 'line was', 'lines were')} refused`,
      ),
    refused.length > 0 &&
      h(
        'table',
        { class: 'lines' },
        h(
          'thead',
          {},
          h('tr', {}, h('th', { scope: 'col', class: 'number' }, 'Line'), h('th', { scope: 'col' }, 'Why')),
        ),
        h(
          'tbody',
          {},
          refused.map(({ line, why }) =>
            h('tr', {}, h('td', { class: 'number' }, grouped(line)), h('td', {}, why)),
          ),
        ),
      ),
    more > 0 && h('p', { class: 'note' }, `And ${counted(more, 'line')} more.`),
  );
}
