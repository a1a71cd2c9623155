// One line of an order form: product, quantity and price.
import { h, icon } from './dom.js';
import { Field } from './field.js';
import type { OrderLine } from './types.js';

/** What a line tells. */
export interface LineEvents {
  /** Something was typed as a product. */
  readonly typed: () => void;
  /** Something else was changed. */
  readonly changed: () => void;
  /** It is to go. */
  readonly removed: () => void;
}

/** A line with its fields. */
export class FormLine {
  readonly element: HTMLElement;
  readonly product: Field;
  readonly quantity: Field;
  readonly unitPrice: Field;

  /** @param from what it begins with; undefined for an empty one @param events what it tells */
  constructor(from: OrderLine | undefined, { typed, changed, removed }: LineEvents) {
    const { product = '', quantity = 1, unitPrice = '' } = from ?? {};
    const what = { list: 'products', autocomplete: 'off', value: product, oninput: typed };
    const many = { type: 'number', min: 1, step: 1, inputmode: 'numeric', value: quantity, oninput: changed };
    const price = { inputmode: 'decimal', class: 'number', value: unitPrice, oninput: changed };
    this.product = new Field('', 'Product', h('input', what));
    this.quantity = new Field('', 'Quantity', h('input', many));
    this.unitPrice = new Field('', 'Unit price €', h('input', price));
    const remove = h(
      'button',
      { type: 'button', class: 'button quiet', onclick: removed },
      icon('cross'),
      h('span', { class: 'sr-only' }, 'Remove this line'),
    );
    const elements = this.fields.map(({ element }) => element);
    this.element = h('div', { class: 'form-line', role: 'group' }, elements, remove);
  }

  /** Its fields, in order. */
  get fields(): readonly Field[] {
    return [this.product, this.quantity, this.unitPrice];
  }

  /** What it costs; nothing while it makes no sense. */
  get cents(): bigint {
    const [, whole, part = ''] = /^(\d{1,12})(?:\.(\d{1,2}))?$/.exec(this.unitPrice.text) ?? [];
    if (whole === undefined || !/^\d{1,9}$/.test(this.quantity.text)) return 0n;
    return (BigInt(whole) * 100n + BigInt(part.padEnd(2, '0'))) * BigInt(this.quantity.text);
  }

  /** Says which line it is. @param i from 0 */
  number(i: number): void {
    this.element.setAttribute('aria-label', `Line ${i + 1}`);
    this.product.path = `lines[${i}].product`;
    this.quantity.path = `lines[${i}].quantity`;
    this.unitPrice.path = `lines[${i}].unitPrice`;
    for (const { control, path } of this.fields) control.name = path;
  }
}
