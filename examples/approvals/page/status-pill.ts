// A status as an icon and a word in one.
import { h, icon } from './dom.js';
import { STATUS } from './format.js';
import type { Status } from './types.js';

/** The pill of a status. @param status of an order */
export function statusPill(status: Status): HTMLElement {
  const { label, icon: picture } = STATUS[status];
  return h('span', { class: `pill is-${status}` }, icon(picture), label);
}
