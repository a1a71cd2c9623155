// immurepo trust show: what is trusted, from the files alone.

import { ImmuError } from '../errors.js';
import { printable } from '../client/printable.js';
import type { FileTrustStore } from '../trust/file-store.js';
import { trustRecordJson } from '../trust/record-text.js';
import type { TrustId } from '../trust/store.js';
import { missing } from '../trust/trust-errors.js';
import type { Command, Report } from './command.js';
import { PATH_OPTION } from './ledger-folder.js';
import { nameLine, recordLines } from './record-report.js';
import { type Terminal, toned } from './terminal.js';
import { chosenIds, DIRECTORY_OPTION, RECORD_OPTIONS, storeOf } from './trust-place.js';

/** `immurepo trust show` */
export const trustShow: Command = {
  name: 'trust show',
  about: 'Show which states are trusted, and since when',
  details: [
    'Reads the records on this disk and asks no server. A head shown here can be pinned elsewhere:',
    'trust: { pin: { txId, alh } }.',
  ],
  options: { ...PATH_OPTION, ...DIRECTORY_OPTION, ...RECORD_OPTIONS },
  run: async (given, terminal) => {
    const store = storeOf(given);
    const reports: Report[] = [];
    for (const id of await chosenIds(given, store)) reports.push(await showOne(store, id, terminal));
    const lines = reports.flatMap(({ lines }, index) => (index === 0 ? lines : ['', ...lines]));
    return {
      json: { directory: store.directory, records: reports.map(({ json }) => json) },
      lines: lines.length > 0 ? lines : [`There are no trust records in ${store.directory}.`],
      failed: reports.some(({ failed }) => failed),
    };
  },
};

/** One record; a damaged one must not hide the others. */
async function showOne(store: FileTrustStore, id: TrustId, terminal: Terminal): Promise<Report> {
  try {
    const record = await store.load(id);
    if (record === undefined) throw missing(id);
    return { json: trustRecordJson(record), lines: recordLines(terminal, record) };
  } catch (error) {
    if (!(error instanceof ImmuError)) throw error;
    const { code, message } = error;
    return {
      json: { ...id, error: { code, message } },
      lines: [nameLine(terminal, id), `  ${toned(terminal, 'bad', `${code}:`)} ${printable(message, 4000)}`],
      failed: true,
    };
  }
}
