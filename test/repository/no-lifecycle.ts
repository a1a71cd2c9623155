// For tests of single reads: nothing is run around them.

import { Lifecycle } from '../../src/repository/lifecycle.js';

/** No hooks, no plug-ins, no validator. */
export const lifecycle = new Lifecycle({ plugins: [], validator: undefined });
