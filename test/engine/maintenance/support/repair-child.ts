// A repair in a process of its own, to be killed.
import { repairLedger } from '../../../../src/engine/maintenance/repair-ledger.js';

const [path = ''] = process.argv.slice(2);
process.stdout.write('started\n');
const { databases } = await repairLedger({ path });
process.stdout.write(
  `${JSON.stringify(databases.map(({ database, outcome }) => `${database} ${outcome}`))}\n`,
);
