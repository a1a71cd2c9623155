// Whether the service can be reached: a bar that says so, counts down and tries again by itself.
import { fill, h, icon, place } from './dom.js';
import { counted } from './format.js';

const FIRST_WAIT_S = 1;
const LONGEST_WAIT_S = 10;

let waitS = FIRST_WAIT_S;
let waiting: Promise<void> | undefined;

/** What reading from the service tells, and waits for. */
export const connection = {
  /** An answer came: the bar goes. */
  found(): void {
    if (waitS === FIRST_WAIT_S) return;
    waitS = FIRST_WAIT_S;
    fill(place('outage'));
  },

  /** No answer came. Resolves when it is time to ask again; all who wait, wait together. @param signal ends the waiting */
  async lost(signal?: AbortSignal): Promise<void> {
    waiting ??= pause().finally(() => (waiting = undefined));
    await waiting;
    signal?.throwIfAborted();
  },
};

function pause(): Promise<void> {
  let left = waitS;
  waitS = Math.min(waitS * 2, LONGEST_WAIT_S);
  return new Promise((resolve) => {
    const countdown = h('span', { 'aria-hidden': 'true' });
    const tick = () => {
      countdown.textContent = left > 0 ? `Trying again in ${counted(left, 'second')}.` : 'Trying again…';
      if (left-- > 0) return;
      go();
    };
    const go = () => {
      clearInterval(timer);
      resolve();
    };
    const timer = setInterval(tick, 1000);
    show(countdown, go);
    tick();
  });
}

function show(countdown: HTMLElement, now: () => void): void {
  const bar = h(
    'div',
    { class: 'bar bar-outage' },
    icon('plug'),
    h(
      'p',
      {},
      h('strong', {}, 'The service cannot be reached.'),
      ' It is tried again by itself; nothing you see is newer than this. ',
      countdown,
    ),
    h('button', { type: 'button', class: 'button', onclick: now }, 'Try now'),
  );
  const outage = place('outage');
  // Said once, not at every attempt.
  if (outage.firstElementChild === null) fill(outage, bar);
  else {
    const hadFocus = outage.contains(document.activeElement);
    outage.firstElementChild.replaceWith(bar);
    if (hadFocus) bar.querySelector('button')?.focus();
  }
}
