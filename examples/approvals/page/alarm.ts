// The alarm: data that is not what was committed. Across the whole page, in plain words, with what to do.
import { fill, h, icon, place } from './dom.js';
import { counted, moment } from './format.js';
import { linkTo } from './navigate.js';
import type { Problem } from './types.js';

/** The ledger as a whole, among the things that can be tampered with. */
export const LEDGER = '';

const FAILED: Readonly<Record<string, string>> = {
  BINDING_MISMATCH:
    'What is stored now is not what was committed: its content and the fingerprint taken of it when it was written do not match.',
  PROOF_INVALID: 'The proof does not lead to the state of the ledger that this service had already checked.',
  MALFORMED_PROOF: 'The proof is damaged: it cannot be what the ledger gave out when this was written.',
  CHAIN_BROKEN: 'A revision in its history is missing or is not the one that the next revision names.',
  CHAIN_FORK: 'Two different histories of it exist.',
  FORK_DETECTED: 'The ledger shows a history other than the one this service has already checked.',
  ROLLBACK_DETECTED: 'The ledger was set back: it no longer has what this service has already checked.',
  OMISSION_DETECTED: 'Something that this service has already checked is now said not to exist.',
  STALE_READ: 'The ledger answers with something older than this service has already checked.',
  TOLD_OTHERWISE:
    'Your browser read and hashed what is stored, and it is not what the service told this page.',
  TRUST_LATCHED: 'An earlier check failed, and since then the service refuses to go on with this ledger.',
};
const OTHERWISE = 'The check of what is stored against the trusted state of the ledger failed.';

const found = new Map<string, Problem>();
let lastShown = '[]';

/** Raises the alarm. @param number of the order, or `LEDGER` @param problem what failed */
export function raise(number: string, problem: Problem): void {
  found.set(number, problem);
  show();
}

/** Whether the alarm is on for it. @param number of an order */
export function isRaised(number: string): boolean {
  return found.has(number);
}

/** Takes back what concerns one order: it was checked again, and now holds. @param number of the order */
export function withdraw(number: string): void {
  if (found.delete(number)) show();
}

function show(): void {
  const orders = [...found.keys()].filter((number) => number !== LEDGER).sort();
  // An alarm that is put up anew is read out anew, so it is only where it says something else. Orders say more than the
  // state of the whole ledger, which then adds nothing.
  const concerned = orders.length > 0 ? orders : [...found.keys()];
  const shown = JSON.stringify(concerned.map((number) => [number, found.get(number)?.code]));
  if (shown === lastShown) return;
  lastShown = shown;
  document.body.classList.toggle('is-tampered', found.size > 0);
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  if (link !== null) link.href = found.size > 0 ? '/assets/favicon-alarm.svg' : '/assets/favicon.svg';
  fill(place('alarm'), found.size > 0 && alarm(orders));
}

function alarm(orders: readonly string[]): HTMLElement {
  const problems = [...found]
    .filter(([number]) => orders.length === 0 || number !== LEDGER)
    .map(([, one]) => one);
  const codes = new Set(problems.map(({ code }) => code));
  const since = [...found.values()].find((problem) => problem.since !== undefined)?.since;
  return h(
    'div',
    { class: 'alarm', role: 'alert' },
    icon('alarm'),
    h(
      'div',
      {},
      h('h2', {}, title(orders)),
      h(
        'dl',
        { class: 'alarm-facts' },
        fact('What failed', [...codes].map((code) => FAILED[code] ?? OTHERWISE).join(' ')),
        fact('What it means', meaning(orders, problems)),
        fact(
          'What to do',
          'Stop. Do not approve or pay anything that depends on it. Do not restart or repair anything. Call the auditor (here: Finn Mayer), who compares the ledger with its backup.',
        ),
      ),
      orders.length > 0 &&
        h(
          'p',
          {},
          'Concerned: ',
          orders.flatMap((number, i) => [i > 0 && ', ', orderLink(number)]),
        ),
      h(
        'details',
        {},
        h('summary', {}, 'For the technician'),
        h(
          'ul',
          { class: 'plain' },
          problems.map(({ code, message }) => h('li', {}, h('code', {}, code), ` ${message}`)),
        ),
        since !== undefined &&
          h('p', {}, `Found on ${moment(since)}. It stays until the service is started again.`),
      ),
    ),
  );
}

function title(orders: readonly string[]): string {
  if (orders.length === 0) return 'This ledger has been tampered with';
  if (orders.length === 1) return `Order ${orders[0] ?? ''} has been tampered with`;
  return `${counted(orders.length, 'order')} have been tampered with`;
}

const SOMEBODY =
  'Somebody or something changed the stored data behind the service’s back, past everything that leaves a trace.';
/** After these the service has no state to check anything against. */
const OF_THE_WHOLE = ['CHAIN_FORK', 'FORK_DETECTED', 'ROLLBACK_DETECTED', 'TRUST_LATCHED'];

function meaning(orders: readonly string[], problems: readonly Problem[]): string {
  if (problems.some(({ code }) => code === 'TOLD_OTHERWISE'))
    return 'The service, or something between it and you, shows something that was never written, or not like this. Nothing it says of this order may be believed.';
  if (orders.length > 0)
    return `${SOMEBODY} What it says now must not be believed, so it is not shown. Every other order you see was checked on its own.`;
  if (problems.some(({ code }) => OF_THE_WHOLE.includes(code)))
    return `${SOMEBODY} Nothing in this ledger should be relied on.`;
  const since = problems.find((problem) => problem.since !== undefined)?.since;
  const when = since === undefined ? '' : ` on ${moment(since)}`;
  return `A check failed${when}: at that moment, what was stored was not what was committed. What you see now was checked, and holds. The service keeps the alarm until somebody starts it again, so that nobody overlooks it.`;
}

function fact(name: string, text: string): HTMLElement {
  return h('div', {}, h('dt', {}, name), h('dd', {}, text));
}

function orderLink(number: string): HTMLElement {
  return h('a', { href: linkTo({ view: { kind: 'order', number } }) }, number);
}
