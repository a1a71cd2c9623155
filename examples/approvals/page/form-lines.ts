// The lines of an order form, and the sum while one types.
import { announce, h, icon } from './dom.js';
import type { Field } from './field.js';
import { FormLine } from './form-line.js';
import { amount } from './format.js';
import { Suggestions } from './suggest.js';
import type { OrderLine, Product } from './types.js';

/** The lines, at least one. */
export class OrderLines {
  /** All of them, with the sum. */
  readonly element: HTMLElement;
  readonly #lines: FormLine[] = [];
  readonly #rows = h('div', { class: 'form-lines' });
  readonly #sum = h('output', { class: 'sum' });
  readonly #prices = new Map<string, string>();
  readonly #products = new Suggestions<Product>('products', '/products', ({ name, unitPrice }) => {
    this.#prices.set(name, unitPrice);
    return { value: name, note: `€${amount(unitPrice)}` };
  });

  /** @param lines to begin with */
  constructor(lines: readonly OrderLine[]) {
    const another = () => {
      this.#add().product.control.focus();
    };
    const add = h(
      'button',
      { type: 'button', class: 'button', onclick: another },
      icon('plus'),
      'Add a line',
    );
    this.element = h(
      'fieldset',
      { class: 'lines-set' },
      h('legend', {}, 'What is ordered'),
      this.#rows,
      this.#products.element,
      h('div', { class: 'row between' }, add, h('p', {}, 'Total € ', this.#sum)),
    );
    for (const line of lines) this.#add(line);
    if (lines.length === 0) this.#add();
    this.#total();
  }

  /** All fields, in order. */
  get fields(): readonly Field[] {
    return this.#lines.flatMap(({ fields }) => fields);
  }

  /** What is sent. */
  get values(): readonly { product: string; quantity: number; unitPrice: string }[] {
    return this.#lines.map(({ product, quantity, unitPrice }) => ({
      product: product.text,
      quantity: Number(quantity.text),
      unitPrice: unitPrice.text,
    }));
  }

  #add(from?: OrderLine): FormLine {
    const line = new FormLine(from, {
      typed: () => {
        this.#price(line, true);
        this.#products.typed(line.product.text, () => {
          this.#price(line, false);
        });
      },
      changed: () => {
        this.#total();
      },
      removed: () => {
        this.#remove(line);
      },
    });
    this.#lines.push(line);
    this.#rows.append(line.element);
    this.#number();
    return line;
  }

  /** A product that is known brings its price. @param isChosen also over a price that is there */
  #price({ product, unitPrice }: FormLine, isChosen: boolean): void {
    const price = this.#prices.get(product.text);
    if (price !== undefined && (isChosen || unitPrice.text === '')) unitPrice.control.value = price;
    this.#total();
  }

  #remove(line: FormLine): void {
    if (this.#lines.length === 1) return;
    const at = this.#lines.indexOf(line);
    this.#lines.splice(at, 1);
    line.element.remove();
    this.#number();
    this.#total();
    this.#lines[Math.max(at - 1, 0)]?.product.control.focus();
    announce('Line removed.');
  }

  /** Fields are known by the place of their line. */
  #number(): void {
    for (const [i, line] of this.#lines.entries()) line.number(i);
  }

  #total(): void {
    const cents = this.#lines.reduce((sum, line) => sum + line.cents, 0n);
    this.#sum.textContent = amount(`${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`);
  }
}
