// What happened to an order, revision by revision.
import { get } from './api.js';
import { fill, h } from './dom.js';
import { complaint, loading } from './notice.js';
import { here } from './navigate.js';
import { timelineEntry } from './timeline-entry.js';
import type { TimelineEntry } from './types.js';

/** What the timeline needs to know of the order that is shown. */
export interface Shown {
  readonly number: string;
  /** The revision that is shown. */
  readonly revision: string;
  /** Shows the proof of a revision. */
  readonly showPath: (revision: string) => void;
}

/** The timeline, which fills itself. @param shown the order @param signal ends it */
export function timelineSection(shown: Shown, signal: AbortSignal): HTMLElement {
  const body = h('div', {}, loading('what happened'));
  const load = async () => {
    const path = `/orders/${encodeURIComponent(shown.number)}/timeline`;
    try {
      const { entries } = await get<{ entries: readonly TimelineEntry[] }>(path, signal);
      fill(body, ...content(entries, shown));
    } catch (error) {
      const again = () => void load();
      if (!signal.aborted) fill(body, complaint(error, again));
    }
  };
  void load();
  const title = h('h3', { id: 'timeline-title' }, 'What happened');
  return h('section', { 'aria-labelledby': 'timeline-title' }, title, body);
}

function content(entries: readonly TimelineEntry[], shown: Shown): HTMLElement[] {
  const isPast = here().asOf !== '';
  const seen = entries.filter(({ revision }) => !isPast || BigInt(revision) <= BigInt(shown.revision));
  const later = entries.length - seen.length;
  const items = seen.map((entry) =>
    h(
      'li',
      { class: `event is-${entry.event}` },
      timelineEntry(entry, entries[entries.indexOf(entry) + 1], shown),
    ),
  );
  const list = h('ol', { class: 'timeline' }, items);
  if (later === 0) return [list];
  return [
    list,
    h('p', { class: 'note' }, `What came later is left out, as you look at the past: ${later} more.`),
  ];
}
