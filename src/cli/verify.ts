// immurepo verify: a folder checked against itself, and against what is known of it elsewhere.

import type { Command } from './command.js';
import { knownStates } from './known-states.js';
import { DATABASE_OPTION, interruptible, patience, PATH_OPTION, TIMEOUT_OPTION } from './ledger-folder.js';
import { progressLine } from './progress-line.js';
import { FOLDER_DIRECTORY_OPTION } from './trust-place.js';
import { PIN_OPTIONS } from './trust-pinned.js';
import { isDamaged, verificationJson, verificationLines } from './verify-report.js';

/** `immurepo verify` */
export const verify: Command = {
  name: 'verify',
  about: 'Check everything in the folder of an embedded ledger',
  details: [
    'Computes every hash anew from what is stored, and reports every fault. Nothing is written, and the ledger may be in',
    'use meanwhile. What was found is compared with the trust records of the folder, and with --tx and --alh if given.',
    'Note the heads where those who can write to the folder cannot: nothing else helps against one who rewrites all of it.',
  ],
  options: {
    ...PATH_OPTION,
    ...DATABASE_OPTION,
    ...PIN_OPTIONS,
    ...FOLDER_DIRECTORY_OPTION,
    ...TIMEOUT_OPTION,
  },
  run: async (given, terminal) => {
    const path = given.required('path');
    const { verifyLedger } = await import('../engine/maintenance/verify-ledger.js');
    const known = await knownStates(given);
    const line = progressLine('Verifying', given, terminal);
    const database = given.text('database');
    const found = await interruptible((signal) =>
      verifyLedger({
        ...patience(given),
        path,
        database,
        expected: known.expected,
        signal,
        onProgress: line.show,
      }),
    ).finally(line.clear);
    const verification = { ...found, faults: [...found.faults, ...known.faults] };
    const damaged = isDamaged(verification);
    const advice = damaged
      ? [
          'Damaged. `immurepo repair --path` rebuilds what follows from the transactions; else restore a backup.',
        ]
      : [];
    return {
      json: { path, whole: !damaged, ...verificationJson(verification, known) },
      lines: [...verificationLines(terminal, verification, known), ...advice],
      damaged,
    };
  },
};
