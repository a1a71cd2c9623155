// The address after `#` says what is shown, so that an address can be sent to somebody.

/** What the main part of the page shows. */
export type View =
  | { readonly kind: 'home' | 'new' | 'import' }
  | { readonly kind: 'edit'; readonly number: string }
  | { readonly kind: 'order'; readonly number: string };

/** Which orders the list shows. Empty text for no restriction. */
export interface Filters {
  readonly status: string;
  readonly search: string;
  readonly after: string;
}

/** Everything an address says. */
export interface Route extends Filters {
  readonly view: View;
  /** The time as of which everything is shown; empty for now. */
  readonly asOf: string;
}

/** Reads an address. @param hash `location.hash`; what it does not understand is the start page */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?');
  const asked = new URLSearchParams(query);
  const text = (name: string) => asked.get(name) ?? '';
  const asOf = Number.isNaN(Date.parse(text('asOf'))) ? '' : text('asOf');
  return {
    view: parseView(path),
    status: text('status'),
    search: text('search'),
    after: text('after'),
    asOf,
  };
}

/** The address of a route: `#/orders/PO-000123?status=paid`. @param route what it says */
export function addressOf({ view, status, search, after, asOf }: Route): string {
  const query = new URLSearchParams(
    Object.entries({ status, search, after, asOf }).filter(([, value]) => value !== ''),
  ).toString();
  return `#${pathOf(view)}${query === '' ? '' : `?${query}`}`;
}

function parseView(path: string): View {
  const [, part = '', encoded = '', rest = ''] = path.split('/');
  if (part === 'new' || part === 'import') return { kind: part };
  if (part !== 'orders' || encoded === '') return { kind: 'home' };
  return { kind: rest === 'edit' ? 'edit' : 'order', number: decoded(encoded) };
}

function pathOf(view: View): string {
  if (view.kind === 'home') return '/';
  if (!('number' in view)) return `/${view.kind}`;
  return `/orders/${encodeURIComponent(view.number)}${view.kind === 'edit' ? '/edit' : ''}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
