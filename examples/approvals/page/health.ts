// How the ledger is, for the whole page: asked at regular times, shown in the header.
import { LEDGER, raise } from './alarm.js';
import { get } from './api.js';
import { fill, h, icon, place } from './dom.js';
import { grouped, shortHash, transaction } from './format.js';
import { hashText } from './hash-text.js';
import type { LedgerHealth } from './types.js';

const EVERY_MS = 10_000;

let isAsking = false;
let lastShown = '';

/** Asks at regular times from now on. */
export function watchHealth(): void {
  void askHealth();
  setInterval(() => void askHealth(), EVERY_MS);
}

/** Asks now, as something was written or a check failed. */
export async function askHealth(): Promise<void> {
  if (isAsking) return;
  isAsking = true;
  try {
    const health = await get<LedgerHealth>('/state');
    if (health.status === 'tampered')
      raise(LEDGER, health.problem ?? { code: '', message: 'The service says that a check failed.' });
    show(health);
  } catch {
    // A service that answers, but not this: the list and the order say what is wrong.
  } finally {
    isAsking = false;
  }
}

function show(health: LedgerHealth): void {
  const shown = JSON.stringify(health);
  // Rebuilding would close what a reader has opened.
  if (shown === lastShown) return;
  lastShown = shown;
  const { status, txId, alh } = health;
  const panel = h('details', { class: `ledger-badge is-${status}` });
  panel.append(
    h(
      'summary',
      {},
      icon(ICON[status]),
      h('span', {}, WORD[status]),
      status !== 'tampered' && txId !== '' && h('span', { class: 'note' }, ` up to ${transaction(txId)}`),
    ),
    h(
      'div',
      { class: 'popover' },
      h('p', {}, MEANING[status]),
      txId !== '' && h('p', {}, `Trusted state: transaction ${grouped(txId)}, hash `, hashText(alh)),
      h(
        'p',
        { class: 'note' },
        `Ledger ${health.ledgerId}, database ${health.database}, trusted since: ${origin(health.origin)}.`,
      ),
    ),
  );
  const badge = place('ledger');
  fill(badge, panel);
  badge.title = status === 'tampered' ? WORD.tampered : `${WORD[status]}: ${shortHash(alh)}`;
}

const ICON = { up: 'shield', down: 'plug', tampered: 'alarm' } as const;
const WORD = { up: 'Verified', down: 'Not reachable', tampered: 'Tampered' } as const;
const MEANING = {
  up: 'The service keeps the fingerprint of the last state of the ledger it has checked. Everything on this page was checked against it, or against a later one that provably continues it.',
  down: 'The service runs, but cannot reach its ledger. Nothing can be read or written until it can.',
  tampered:
    'At least one check has failed since the service was started. The alarm at the top of the page says which.',
} as const;

function origin(origin: string): string {
  if (origin === 'first-use') return 'the first time it was opened';
  if (origin === 'key') return 'signed by the expected key';
  if (origin === 'pin') return 'a state that was given to the service';
  return origin;
}
