// What the stored bytes say, read from the very bytes that were hashed: for whoever would rather see than believe.
import { totalOf } from './compare-stored.js';
import { type Child, h } from './dom.js';
import { counted } from './format.js';
import type { StoredRecord } from './stored-order.js';

/** The bytes behind a summary: their members, and their text to the letter. @param record read from them @param hex the bytes */
export function storedBytes({ order, actor, reason, text }: StoredRecord, hex: string): HTMLElement {
  return h(
    'details',
    { class: 'stored' },
    h('summary', {}, `The stored bytes: ${counted(hex.length / 2, 'byte')}`),
    order === undefined
      ? h('p', {}, 'They say that the order was deleted.')
      : h(
          'dl',
          { class: 'facts' },
          fact('Supplier', order.supplier),
          fact('Total, summed up here', totalOf(order)),
          fact('Status', order.status),
          fact('Written by', actor),
          fact('Reason', reason),
        ),
    text !== '' && h('p', { class: 'note' }, 'The order, as it was hashed:'),
    text !== '' && h('pre', { class: 'stored-text' }, h('code', {}, text)),
  );
}

function fact(name: string, value: string | undefined): Child {
  return value !== undefined && h('div', {}, h('dt', {}, name), h('dd', {}, value));
}
