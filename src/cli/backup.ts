// immurepo backup: a folder copied while it is in use.

import { resolve } from 'node:path';
import { toHex } from '../bytes.js';
import { printable } from '../client/printable.js';
import type { Fault } from '../engine/maintenance/faults.js';
import type { ExpectedState } from '../engine/maintenance/verify-rows.js';
import { stateJson } from '../trust/record-text.js';
import type { Command } from './command.js';
import { copyTrust } from './copy-trust.js';
import { knownStates } from './known-states.js';
import { trustFolderOf } from '../trust/embedded-place.js';
import { interruptible, patience, PATH_OPTION, TIMEOUT_OPTION } from './ledger-folder.js';
import { progressLine } from './progress-line.js';
import { toned } from './terminal.js';
import { counted } from './verify-report.js';

/** `immurepo backup` */
export const backup: Command = {
  name: 'backup',
  about: 'Copy an embedded ledger while it is in use',
  details: [
    'Copies the trust records, the catalog and every database to another folder, each as of one moment, and checks the',
    'copy. It is a ledger like the one it was made of: to restore it, put it in the place of the other. A copy that fails',
    'half way, or turns out to be damaged, is removed.',
  ],
  options: {
    ...PATH_OPTION,
    to: { value: 'DIR', about: 'the folder of the copy: new, or empty' },
    'no-verify': { about: 'do not check the copy' },
    ...TIMEOUT_OPTION,
  },
  run: async (given, terminal) => {
    const path = given.required('path');
    const to = resolve(given.required('to'));
    const { backupLedger } = await import('../engine/maintenance/backup-ledger.js');
    const line = progressLine('Copying', given, terminal);
    const expected = new Map<string, readonly ExpectedState[]>();
    const faults: Fault[] = [];
    const first = async () => {
      await copyTrust(trustFolderOf(resolve(path)), trustFolderOf(to));
      // What was copied, and not what the ledger has come to trust meanwhile.
      const known = await knownStates(given, to);
      for (const [database, states] of known.expected) expected.set(database, states);
      faults.push(...known.faults);
    };
    const made = await interruptible((signal) =>
      backupLedger({
        ...patience(given),
        ...{ path, to, first, expected, signal },
        verify: !given.has('no-verify'),
        onProgress: line.show,
      }),
    ).finally(line.clear);
    const verified = made.verification?.databases;
    return {
      json: {
        ...{ path, to, uuid: made.uuid, verified: verified !== undefined },
        faults: faults.map(({ message }) => message),
        databases:
          verified?.map(({ database, state }) => ({ database, state: state && stateJson(state) })) ??
          made.databases.map((database) => ({ database })),
      },
      lines: [
        `Copied to ${printable(to, 4000)}${verified === undefined ? ', not checked' : `, ${toned(terminal, 'good', 'whole')}`}.`,
        ...(verified ?? []).map(({ database, transactions, state }) => {
          const head = state === undefined || transactions === 0n ? '' : `, alh ${toHex(state.alh)}`;
          return `  ${toned(terminal, 'strong', database)}: ${counted(transactions, 'transaction')}${head}`;
        }),
        ...faults.map(
          ({ message }) =>
            `${toned(terminal, 'bad', 'beware:')} copied as it is: ${printable(message, 4000)}`,
        ),
      ],
      damaged: faults.length > 0,
    };
  },
};
