// Building elements. Text only ever enters the document as text: there is no way here to pass markup.

/** What may stand in an element. Nothing stands for nothing. */
export type Child = Node | string | undefined | false | readonly Child[];

/** Attributes, and listeners under names that begin with `on`. */
export type Props = Readonly<
  Record<string, string | number | boolean | undefined | ((event: Event) => void)>
>;

const SVG = 'http://www.w3.org/2000/svg';

/** Makes an HTML element. @param tag its name @param props attributes and listeners @param children its content */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), props, children);
}

/** Makes an SVG element. @param tag its name @param props attributes and listeners @param children its content */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  props: Props = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS(SVG, tag), props, children);
}

/** An icon of icons.svg, silent to screen readers: the words stand next to it. @param name its id there */
export function icon(name: string): SVGElement {
  return svg(
    'svg',
    { class: 'icon', 'aria-hidden': 'true' },
    svg('use', { href: `/assets/icons.svg#${name}` }),
  );
}

/** Fills a place of the page anew. @param place the element @param children its new content */
export function fill(place: Element, ...children: readonly Child[]): void {
  place.replaceChildren();
  append(place, children);
}

/** A place that index.html holds. @param id its id */
export function place(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`index.html has no #${id}`);
  return found;
}

/** Says something to screen readers, politely. @param text what changed */
export function announce(text: string): void {
  place('announcer').textContent = text;
}

function filled<E extends Element>(element: E, props: Props, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false)
      element.setAttribute(name, value === true ? '' : String(value));
  }
  append(element, children);
  return element;
}

function append(parent: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (Array.isArray(child)) append(parent, child as readonly Child[]);
    else if (child !== undefined && child !== false) parent.append(child as Node | string);
  }
}
