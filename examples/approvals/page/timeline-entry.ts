// One revision of an order: who, what, why, when, in which transaction, and field by field.
import { type Child, h, icon } from './dom.js';
import { grouped, initials, moment, STATUS } from './format.js';
import { hashText } from './hash-text.js';
import { nameOf } from './people.js';
import { linkTo } from './navigate.js';
import type { Shown } from './timeline.js';
import type { FieldChange, Status, TimelineEntry } from './types.js';

const DID: Readonly<Record<string, string>> = {
  drafted: 'drafted this order',
  imported: 'wrote this order, from a file',
  edited: 'changed the draft',
  submitted: 'submitted it for approval',
  approved: 'approved it',
  rejected: 'rejected it',
  revised: 'made it a draft again',
  paid: 'paid it',
  deleted: 'deleted it',
};

/**
 * What stands in the list.
 *
 * @param entry of the timeline
 * @param next what came after it; undefined for nothing
 * @param shown the order
 */
export function timelineEntry(
  entry: TimelineEntry,
  next: TimelineEntry | undefined,
  shown: Shown,
): readonly Child[] {
  const { at, reason, event, changes } = entry;
  const name = event === 'imported' ? 'The import' : (entry.actorName ?? nameOf(entry.actor));
  return [
    h('span', { class: 'avatar', 'aria-hidden': 'true' }, initials(name)),
    h(
      'div',
      {},
      h(
        'p',
        { class: 'event-head' },
        h('strong', {}, name),
        ` ${DID[event] ?? event} `,
        h('time', { datetime: at, class: 'note' }, moment(at)),
      ),
      typeof reason === 'string' && reason !== '' && h('blockquote', {}, reason),
      changes.length > 0 && changesOf(entry, `What ${name} changed in revision ${entry.revision}`),
      foot(entry, next, shown),
    ),
  ];
}

function foot(
  { revision, txId, alh, at }: TimelineEntry,
  next: TimelineEntry | undefined,
  shown: Shown,
): HTMLElement {
  // The ledger keeps seconds: of several revisions in one, only the last can be gone to.
  const isReachable = next !== undefined && next.at !== at && String(revision) !== shown.revision;
  const proof = {
    type: 'button',
    class: 'link',
    'aria-label': `Proof of revision ${revision}`,
    onclick: () => {
      shown.showPath(String(revision));
    },
  };
  const then = { class: 'link', 'aria-label': `Go there: everything as of revision ${revision}` };
  return h(
    'p',
    { class: 'event-foot note' },
    icon('shield'),
    `Revision ${revision}, verified, transaction ${grouped(txId)} `,
    hashText(alh),
    h('button', proof, 'Proof'),
    isReachable && h('a', { ...then, href: linkTo({ asOf: at, after: '' }) }, 'Go there'),
  );
}

/** Of the first revision everything is new, and the order says it already: it is there for those who ask. */
function changesOf({ changes, revision }: TimelineEntry, caption: string): HTMLElement {
  const isFirst = Number(revision) === 1;
  const columns = isFirst ? ['Field', 'Written'] : ['Field', 'Before', 'After'];
  const table = h(
    'table',
    { class: 'changes' },
    h('caption', { class: 'sr-only' }, caption),
    h('thead', { class: 'sr-only' }, h('tr', {}, ...columns.map((name) => h('th', { scope: 'col' }, name)))),
    h('tbody', {}, ...changes.map((change) => row(change, isFirst))),
  );
  return isFirst ? h('details', {}, h('summary', {}, 'Everything that was written'), table) : table;
}

function row({ property, label, before, after }: FieldChange, isFirst: boolean): HTMLElement {
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, label),
    !isFirst && h('td', { class: 'before' }, value(property, before)),
    h('td', { class: 'after' }, value(property, after)),
  );
}

function value(property: string, text: string | null): Node | string {
  if (text === null || text === '') return h('span', { class: 'note' }, 'nothing');
  if (property === 'status') return text in STATUS ? STATUS[text as Status].label : text;
  return property === 'requester' ? nameOf(text) : text;
}
