// A hash that a person can read: short, in full at a click.
import { h } from './dom.js';
import { shortHash } from './format.js';

/** A button that shows a hash in short, and in full when pressed. @param hash hexadecimal */
export function hashText(hash: string): HTMLElement {
  let isFull = false;
  const text = h('code', {}, shortHash(hash));
  const button = h(
    'button',
    {
      type: 'button',
      class: 'hash',
      'aria-expanded': 'false',
      title: 'Show the whole hash',
      onclick: () => {
        isFull = !isFull;
        text.textContent = isFull ? hash : shortHash(hash);
        button.setAttribute('aria-expanded', String(isFull));
        button.title = isFull ? 'Show less of the hash' : 'Show the whole hash';
      },
    },
    text,
  );
  return button;
}
