// immurepo trust pin: hold a server to a state noted earlier.

import { trustRecordJson } from '../trust/record-text.js';
import { UsageError } from './arguments.js';
import type { Command } from './command.js';
import { recordLines } from './record-report.js';
import { PIN_OPTIONS, pinOf } from './trust-pinned.js';
import { DIRECTORY_OPTION, storeOf } from './trust-place.js';
import { atServer, FOLDER_DATABASE_OPTION, keyOf, LEDGER_OPTION, SERVER_OPTIONS } from './trust-server.js';

const { empty: _, ...serverOptions } = SERVER_OPTIONS;

/** `immurepo trust pin` */
export const trustPin: Command = {
  name: 'trust pin',
  about: 'Prove that a state you noted is part of the history, and begin or go on from there',
  details: [
    'The state should come from where the operator of the server cannot change it. If the ledger is trusted by its',
    'first word so far, it counts as pinned afterwards.',
  ],
  options: {
    ...PIN_OPTIONS,
    ...serverOptions,
    ...FOLDER_DATABASE_OPTION,
    ...LEDGER_OPTION,
    ...DIRECTORY_OPTION,
  },
  run: async (given, terminal) => {
    const pin = pinOf(given);
    if (pin === undefined) throw new UsageError('--tx and --alh are missing');
    const store = storeOf(given);
    const ledgerId = given.text('ledger');
    const trust = { ...(await keyOf(given)), pin, store, ...(ledgerId !== undefined && { ledgerId }) };
    const record = await atServer(given, terminal, trust, async ({ id, prove }) => {
      const proven = await prove();
      if (proven.origin === 'pinned') return proven;
      return store.replace(id, proven.epoch, { ...proven, origin: 'pinned' });
    });
    return { json: trustRecordJson(record), lines: recordLines(terminal, record) };
  },
};
