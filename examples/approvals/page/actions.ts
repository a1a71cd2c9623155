// What the present person may do to an order.
import { askFor, type Deed, WORDING } from './action-dialog.js';
import { h, icon } from './dom.js';
import { nameOf, namesWith, person } from './people.js';
import { here, linkTo } from './navigate.js';
import type { OrderDetail, Status } from './types.js';

/** The buttons. @param detail of the order @param reload shows the order anew */
export function actionButtons(detail: OrderDetail, reload: () => void): HTMLElement {
  const { actions, order } = detail;
  if (actions.length === 0) return whoIsNext(order);
  const deeds = actions.filter((action) => action !== 'edit');
  const button = (deed: Deed, i: number) => {
    const { verb, icon: picture } = WORDING[deed];
    const asked = () => {
      askFor(deed, detail, reload);
    };
    const kind = i === 0 ? 'button primary' : 'button';
    return h('button', { type: 'button', class: kind, onclick: asked }, icon(picture), verb);
  };
  const edit = linkTo({ ...here(), view: { kind: 'edit', number: order.number } });
  return h(
    'div',
    { class: 'actions', role: 'group', 'aria-label': `What ${nameOf(person())} may do` },
    deeds.map(button),
    actions.includes('edit') && h('a', { class: 'button', href: edit }, icon('pencil'), 'Edit'),
  );
}

/** Who is next, since the one who asks is not. */
function whoIsNext({ status, requester }: OrderDetail['order']): HTMLElement {
  const me = nameOf(person());
  const names = WHO[status].flatMap((role) =>
    namesWith(role, status === 'submitted' ? requester : undefined),
  );
  const next = status === 'draft' || status === 'rejected' ? [nameOf(requester)] : names;
  const text =
    next.length === 0
      ? 'Nothing is left to be done.'
      : `${me} can do nothing here now. Next: ${next.join(' or ')}.`;
  return h('p', { class: 'actions-none' }, icon('info'), text);
}

const WHO: Readonly<Record<Status, readonly string[]>> = {
  draft: [],
  submitted: ['approver', 'director'],
  approved: ['treasurer'],
  rejected: [],
  paid: [],
};
