// A client's events, told to its logger and to `node:diagnostics_channel`.

import type { Observe } from '../events.js';
import { EVENTS, type EventTrace } from './channels.js';
import { logEvent, type Logger } from './logger.js';

/**
 * What passes a client's events on.
 *
 * @param logger undefined for none
 */
export function observer(logger: Logger | undefined): Observe {
  return (name, event) => {
    if (logger !== undefined) logEvent(logger, name, event);
    if (EVENTS.hasSubscribers) EVENTS.publish({ name, event } satisfies EventTrace);
  };
}
