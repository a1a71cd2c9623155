// A process that imports a file into a folder, and tells how far it is: to be killed, or to be short of memory.

import { openLedger } from 'immurepo';
import { importEntities } from '../../src/import/index.js';
import { Entry } from './entities.js';

const [path = '', file = '', batch = '', mode = ''] = process.argv.slice(2);

const ledger = await openLedger({ path, entities: [Entry] });
const report = await importEntities(ledger, Entry, file, {
  batch: Number(batch),
  check: mode === 'check',
  onProgress: ({ phase, done }) => {
    if (phase === 'writing') process.stdout.write(`${JSON.stringify({ done })}\n`);
  },
});
process.stdout.write(`${JSON.stringify(report)}\n`);
await ledger.close();
