// immurepo repair: what follows from the transactions of a folder, made anew.

import { toHex } from '../bytes.js';
import { printable } from '../client/printable.js';
import type { CatalogRepair } from '../engine/maintenance/repair-catalog.js';
import type { DatabaseRepair } from '../engine/maintenance/repair-database.js';
import { stateJson } from '../trust/record-text.js';
import type { Command } from './command.js';
import { knownStates } from './known-states.js';
import { DATABASE_OPTION, interruptible, patience, PATH_OPTION, TIMEOUT_OPTION } from './ledger-folder.js';
import { bytesText, progressLine } from './progress-line.js';
import { type Terminal, toned } from './terminal.js';
import { FOLDER_DIRECTORY_OPTION } from './trust-place.js';
import { counted } from './verify-report.js';

/** `immurepo repair` */
export const repair: Command = {
  name: 'repair',
  about: 'Rebuild what is damaged of an embedded ledger from its transactions',
  details: [
    'For what `immurepo verify` finds. The tree and the index are made anew beside the old ones, checked, and put in their',
    'place; the damaged ones are kept. A damaged ledger.json is replaced by the one before its last change. What was',
    'committed cannot be made up: if a transaction is not whole, nothing is changed, and a backup must be restored.',
    'The ledger must not be open elsewhere.',
  ],
  options: { ...PATH_OPTION, ...DATABASE_OPTION, ...FOLDER_DIRECTORY_OPTION, ...TIMEOUT_OPTION },
  run: async (given, terminal) => {
    const path = given.required('path');
    const { repairLedger } = await import('../engine/maintenance/repair-ledger.js');
    const { expected } = await knownStates(given);
    const line = progressLine('Repairing', given, terminal);
    const database = given.text('database');
    const { catalog, databases } = await interruptible((signal) =>
      repairLedger({ ...patience(given), path, database, expected, signal, onProgress: line.show }),
    ).finally(line.clear);
    return {
      json: { path, catalog, databases: databases.map(databaseJson) },
      lines: [
        ...catalogLines(catalog),
        ...databases.flatMap((repaired) => databaseLines(terminal, repaired)),
      ],
      damaged: databases.some(({ outcome }) => outcome === 'refused'),
    };
  },
};

function databaseJson(repaired: DatabaseRepair): object {
  const { database, outcome } = repaired;
  switch (repaired.outcome) {
    case 'whole':
      return { database, outcome, state: repaired.state && stateJson(repaired.state) };
    case 'rebuilt': {
      const { state, before, kept, headLost } = repaired;
      return { database, outcome, state: stateJson(state), faultCount: before.faultCount, kept, headLost };
    }
    case 'refused':
      return { database, outcome, reason: repaired.reason, faultCount: repaired.before.faultCount };
  }
}

function catalogLines({ restored, kept, added, marked }: CatalogRepair): string[] {
  return [
    ...(restored
      ? [
          'ledger.json: restored as it was before its last change. Check users, passwords and settings: the last change ' +
            `of one of them is undone.${kept === undefined ? '' : ` The damaged one is kept as ${kept}.`}`,
        ]
      : []),
    ...(added.length > 0
      ? [
          `ledger.json: databases that it did not know are in it now, with default settings: ${added.join(', ')}.`,
        ]
      : []),
    ...(marked.length > 0
      ? [`ledger.json: databases marked as used, since they have rows: ${marked.join(', ')}.`]
      : []),
  ];
}

function databaseLines(terminal: Terminal, repaired: DatabaseRepair): string[] {
  const name = toned(terminal, 'strong', printable(repaired.database));
  switch (repaired.outcome) {
    case 'whole':
      return [`${name}: ${toned(terminal, 'good', 'whole')}, nothing to do`];
    case 'rebuilt': {
      const { state, before, kept, headLost } = repaired;
      return [
        `${name}: ${toned(terminal, 'good', 'rebuilt')} from ${counted(state.txId, 'transaction')}; there were ` +
          counted(BigInt(before.faultCount), 'fault'),
        `  ${toned(terminal, 'quiet', 'head     ')} transaction ${String(state.txId)}, alh ${toHex(state.alh)}`,
        `  ${toned(terminal, 'quiet', 'kept     ')} the damaged one (${bytesText(BigInt(kept.bytes))}) in ${kept.path}: delete it ` +
          'when you no longer need it',
        ...(headLost
          ? [
              `  ${toned(terminal, 'bad', 'beware')}    the file "head" could not be read, so that nothing in the folder tells ` +
                'whether newer transactions were lost: compare the head with one that was noted elsewhere',
            ]
          : []),
      ];
    }
    case 'refused':
      return [`${name}: ${toned(terminal, 'bad', 'not repaired')}. ${printable(repaired.reason, 4000)}`];
  }
}
