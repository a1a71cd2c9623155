// Writing a new order, or changing a draft.
import { get, Refusal, send } from './api.js';
import { fill, h, icon, place } from './dom.js';
import { Field, missing, showIssues } from './field.js';
import { OrderLines } from './form-lines.js';
import { complaint, loading } from './notice.js';
import { nameOf, person } from './people.js';
import { goTo, here, linkTo } from './navigate.js';
import { Suggestions } from './suggest.js';
import type { Budget, OrderDetail } from './types.js';
import { written } from './written.js';

/** Shows the form in the main part. @param number of the draft to change; undefined for a new order @param signal ends it */
export async function showForm(number: string | undefined, signal: AbortSignal): Promise<void> {
  const main = place('main');
  fill(main, loading('what can be chosen'));
  try {
    const [budgets, draft] = await Promise.all([
      get<readonly Budget[]>('/budgets', signal),
      number === undefined ? undefined : get<OrderDetail>(`/orders/${encodeURIComponent(number)}`, signal),
    ]);
    signal.throwIfAborted();
    const form = new OrderForm(budgets, draft?.order);
    fill(main, ...heading(draft?.order), form.element);
  } catch (error) {
    const again = () => void showForm(number, signal);
    if (!signal.aborted) fill(main, complaint(error, again));
  }
}

function heading(order: OrderDetail['order'] | undefined): HTMLElement[] {
  const back =
    order === undefined ? ({ kind: 'home' } as const) : ({ kind: 'order', number: order.number } as const);
  const whereTo = order === undefined ? 'All orders' : `Order ${order.number}`;
  const title = order === undefined ? 'New order' : `Change order ${order.number}`;
  return [
    h('a', { class: 'back', href: linkTo({ ...here(), view: back }) }, icon('back'), whereTo),
    h('h2', { tabindex: -1, id: 'title' }, title),
    h(
      'p',
      { class: 'note' },
      `Written under the name of ${nameOf(person())}. A draft can be changed until it is submitted; every version of it stays in the timeline.`,
    ),
  ];
}

class OrderForm {
  readonly element: HTMLFormElement;
  readonly #supplier: Field;
  readonly #costCentre: Field;
  readonly #note: Field;
  readonly #lines: OrderLines;
  readonly #trouble = h('div');
  readonly #save = h('button', { type: 'submit', class: 'button primary' }, icon('check'), 'Save the draft');

  constructor(
    budgets: readonly Budget[],
    readonly order: OrderDetail['order'] | undefined,
  ) {
    const suppliers = new Suggestions<string>('suppliers', '/suppliers', (value) => ({ value }));
    const supplier = h('input', { list: 'suppliers', autocomplete: 'off', value: order?.supplier ?? '' });
    supplier.addEventListener('input', () => {
      suppliers.typed(supplier.value);
    });
    const choices = budgets.map(({ costCentre, name }) =>
      h('option', { value: costCentre, selected: costCentre === order?.costCentre }, name ?? costCentre),
    );
    const costCentre = h('select', {}, h('option', { value: '' }, 'Choose…'), choices);
    const note = h('textarea', { rows: 2, maxlength: 1000 }, order?.note ?? '');
    this.#supplier = new Field('supplier', 'Supplier', supplier);
    this.#costCentre = new Field('costCentre', 'Cost centre', costCentre);
    this.#note = new Field('note', 'Note (may stay empty)', note);
    this.#lines = new OrderLines(order?.lines ?? []);
    const submitted = (event: Event) => {
      event.preventDefault();
      void this.#write();
    };
    this.element = h(
      'form',
      { class: 'panel order-form', novalidate: true, onsubmit: submitted },
      h('div', { class: 'columns' }, this.#supplier.element, this.#costCentre.element),
      suppliers.element,
      this.#lines.element,
      this.#note.element,
      this.#trouble,
      h('div', { class: 'row end' }, this.#save),
    );
  }

  async #write(): Promise<void> {
    const needed = [this.#supplier, this.#costCentre, ...this.#lines.fields];
    const fields = [...needed, this.#note];
    const empty = missing(needed);
    showIssues(fields, empty);
    if (empty.length > 0) return;
    this.#save.disabled = true;
    fill(this.#trouble);
    try {
      const { order } = await this.#send();
      written(`Order ${order.number} saved.`);
      goTo({ view: { kind: 'order', number: order.number } });
    } catch (error) {
      const issues = error instanceof Refusal ? error.issues : [];
      const left = showIssues(fields, issues);
      if (issues.length === 0 || left.length > 0) fill(this.#trouble, complaint(error));
    } finally {
      this.#save.disabled = false;
    }
  }

  #send(): Promise<OrderDetail> {
    const { order } = this;
    const note = this.#note.text;
    const body = {
      supplier: this.#supplier.text,
      costCentre: this.#costCentre.text,
      lines: this.#lines.values,
      ...(note === '' && order === undefined ? {} : { note }),
    };
    if (order === undefined) return send('POST', '/orders', body);
    return send('PATCH', `/orders/${encodeURIComponent(order.number)}`, {
      ...body,
      revision: order.revision,
    });
  }
}
