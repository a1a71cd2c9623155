// The badge of one order: what was checked, against which state, and what that does not say.
import { h, icon } from './dom.js';
import { grouped, moment, transaction } from './format.js';
import { hashText } from './hash-text.js';
import type { Verification } from './types.js';

const WHOSE_WORD =
  'All this is the service’s word. What your browser finds out by itself stands under “How do we know?”: it hashes the stored bytes, follows the hashes, and compares the order with what those bytes say. It does not check the names of people and cost centres, the budget, the list, the changes in the timeline, nor which state is the trusted one.';

/** The badge, and behind it the explanation. @param number of the order @param verification of what is shown */
export function verifiedBadge(number: string, verification: Verification): HTMLElement {
  const { revision, txId, alh, committedAt, checkedAgainst, ledgerId, database } = verification;
  return h(
    'section',
    { class: 'verified', 'aria-label': 'Verification' },
    icon('shield'),
    h(
      'div',
      {},
      h(
        'p',
        {},
        h('strong', {}, 'Verified.'),
        ` Exactly what was written on ${moment(committedAt)}, checked against ${transaction(checkedAgainst.txId)}, hash `,
        hashText(checkedAgainst.alh),
        '.',
      ),
      h(
        'details',
        {},
        h('summary', {}, 'What was checked?'),
        h(
          'ul',
          {},
          h(
            'li',
            {},
            `That revision ${revision} of order ${number} is, to the last letter, what ${transaction(txId)} wrote. Its hash is `,
            hashText(alh),
            '.',
          ),
          h(
            'li',
            {},
            `That ${transaction(txId)} is part of the ledger whose transaction ${grouped(checkedAgainst.txId)} this service trusts. Nobody can change the order without that hash becoming another one.`,
          ),
          h(
            'li',
            {},
            'Not checked, because no ledger can: that what was written is true, that the clock was right, or that nobody has written something newer a moment ago.',
          ),
        ),
        h('p', {}, WHOSE_WORD),
        h('p', { class: 'note' }, `Ledger ${ledgerId}, database ${database}.`),
      ),
    ),
  );
}
