// What the cases of the page have in common: one service, its windows, and the order whose life is told.
import type { Approvals } from '../approvals.js';
import type { Desk, DeskOptions } from './desk.js';

/** Asked for while a case runs: before that nothing of it is there. */
export interface Setting {
  /** Opens a window. */
  readonly open: (hash?: string, options?: DeskOptions) => Promise<Desk>;
  readonly service: () => Approvals;
  /** The number of the order. */
  readonly number: () => string;
}
