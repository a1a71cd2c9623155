// Asking once more before something is done to an order, with the reason where one is needed.
import { NoAnswer, Refusal, send } from './api.js';
import { fill, h } from './dom.js';
import { money } from './format.js';
import { complaint } from './notice.js';
import { nameOf, person } from './people.js';
import type { Action, OrderDetail } from './types.js';
import { written } from './written.js';

/** What is done with a button. */
export type Deed = Exclude<Action, 'edit'>;

/** How a deed is called. */
export interface Wording {
  readonly verb: string;
  readonly done: string;
  readonly explains: string;
  readonly icon: string;
  readonly needsReason?: boolean;
}

/** How the deeds are called. */
export const WORDING: Readonly<Record<Deed, Wording>> = {
  submit: {
    verb: 'Submit for approval',
    done: 'submitted',
    icon: 'send',
    explains: 'From then on it can only be approved or rejected, by somebody else.',
  },
  approve: {
    verb: 'Approve',
    done: 'approved',
    icon: 'thumb',
    explains: 'The amount is reserved in the budget of its cost centre.',
  },
  reject: {
    verb: 'Reject',
    done: 'rejected',
    icon: 'cross',
    explains: 'It goes back to whoever requested it, with your reason.',
    needsReason: true,
  },
  pay: {
    verb: 'Pay',
    done: 'paid',
    icon: 'coin',
    explains: 'A payment is written, and the reserved amount counts as spent.',
  },
  revise: {
    verb: 'Revise',
    done: 'made a draft again',
    icon: 'pencil',
    explains: 'It becomes a draft again and can be changed.',
  },
};

/** Opens the question. @param deed what is to be done @param detail of the order @param reload shows the order anew */
export function askFor(deed: Deed, detail: OrderDetail, reload: () => void): void {
  new Question(deed, detail.order, reload).open();
}

class Question {
  readonly #reason: HTMLTextAreaElement;
  readonly #go: HTMLButtonElement;
  readonly #trouble = h('div');
  /** The browser keeps the focus inside, and gives it back where it was. */
  readonly #dialog: HTMLDialogElement;

  constructor(
    readonly deed: Deed,
    readonly order: OrderDetail['order'],
    readonly reload: () => void,
  ) {
    const { verb, explains, needsReason = false } = WORDING[deed];
    this.#reason = h('textarea', { id: 'reason', rows: 3, required: needsReason, maxlength: 500 });
    this.#go = h('button', { type: 'submit', class: 'button primary' }, verb);
    const cancel = () => {
      this.#dialog.close();
    };
    const submitted = (event: Event) => {
      event.preventDefault();
      void this.#act();
    };
    const form = h(
      'form',
      { onsubmit: submitted },
      h('h2', { id: 'question' }, `${verb}: ${order.supplier}, ${money(order.total, order.currency)}?`),
      h('p', {}, `${explains} It is written under the name of ${nameOf(person())}.`),
      h('label', { for: 'reason' }, needsReason ? 'Reason (needed)' : 'Reason (may stay empty)'),
      this.#reason,
      this.#trouble,
      h(
        'div',
        { class: 'row end' },
        h('button', { type: 'button', class: 'button', onclick: cancel }, 'Cancel'),
        this.#go,
      ),
    );
    const closed = () => {
      this.#dialog.remove();
    };
    this.#dialog = h('dialog', { 'aria-labelledby': 'question', onclose: closed }, form);
  }

  open(): void {
    document.body.append(this.#dialog);
    this.#dialog.showModal();
    this.#reason.focus();
  }

  async #act(): Promise<void> {
    const { number, revision } = this.order;
    const reason = this.#reason.value.trim();
    this.#go.disabled = true;
    fill(this.#trouble);
    try {
      const path = `/orders/${encodeURIComponent(number)}/${this.deed}`;
      await send('POST', path, { revision, ...(reason === '' ? {} : { reason }) });
      this.#dialog.close();
      written(`Order ${number} ${WORDING[this.deed].done}.`);
    } catch (error) {
      this.#complain(error);
    }
  }

  #complain(error: unknown): void {
    const again = () => {
      this.#dialog.close();
      this.reload();
    };
    if (error instanceof Refusal && error.tampered) {
      again();
      return;
    }
    fill(this.#trouble, complaint(error, isToBeReloaded(error) ? again : undefined));
    // Nothing is done twice by an impatient click: only what was refused for its content may be sent once more.
    this.#go.disabled = !(error instanceof Refusal && [400, 422, 503].includes(error.status));
    this.#trouble.querySelector('button')?.focus();
  }
}

function isToBeReloaded(error: unknown): boolean {
  if (!(error instanceof Refusal)) return error instanceof NoAnswer;
  return error.status === 409 || error.problem.code === 'UNKNOWN_OUTCOME';
}
