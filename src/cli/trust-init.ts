// immurepo trust init: the first contact, made by a person rather than by a service that lost its record.

import { trustRecordJson } from '../trust/record-text.js';
import { exists } from '../trust/trust-errors.js';
import type { Command } from './command.js';
import { recordLines } from './record-report.js';
import { DIRECTORY_OPTION, storeOf } from './trust-place.js';
import { anchorOf, atServer, FOLDER_DATABASE_OPTION, LEDGER_OPTION, SERVER_OPTIONS } from './trust-server.js';

/** `immurepo trust init` */
export const trustInit: Command = {
  name: 'trust init',
  about: 'Begin to trust a server, or a ledger in a folder: by its signing key, or by what it shows now',
  details: [
    'Run it where the service runs, with the same trust directory. A ledger that is trusted already is left alone.',
    'A ledger in a folder (--path) must not be open elsewhere.',
  ],
  options: { ...SERVER_OPTIONS, ...FOLDER_DATABASE_OPTION, ...LEDGER_OPTION, ...DIRECTORY_OPTION },
  run: async (given, terminal) => {
    const store = storeOf(given);
    const ledgerId = given.text('ledger');
    const trust = { ...(await anchorOf(given)), store, ...(ledgerId !== undefined && { ledgerId }) };
    const record = await atServer(given, terminal, trust, async ({ id, prove }) => {
      if ((await store.load(id)) !== undefined) throw exists(id);
      return prove();
    });
    return { json: trustRecordJson(record), lines: recordLines(terminal, record) };
  },
};
