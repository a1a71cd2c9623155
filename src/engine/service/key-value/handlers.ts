// Everything the engine answers about keys, values and transactions.

import type { DatabaseHandler } from '../handler.js';
import { READ_HANDLERS } from './reads.js';
import { STREAM_HANDLERS } from './streams.js';
import { TRANSACTION_HANDLERS } from './transactions.js';
import { WRITE_HANDLERS } from './writes.js';

/** Handlers of all methods on the data of a database. */
export const KEY_VALUE_HANDLERS: readonly DatabaseHandler[] = [
  ...WRITE_HANDLERS,
  ...READ_HANDLERS,
  ...TRANSACTION_HANDLERS,
  ...STREAM_HANDLERS,
];
