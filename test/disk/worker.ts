// The processes of the disk tests: `node worker.mjs MODE …`. What they were told is so they tell at once.
import { createInterface } from 'node:readline';
import { checkLedger } from './modes/check-ledger.js';
import { holdLedger } from './modes/hold-ledger.js';
import { shareRecord } from './modes/share-record.js';
import { keepTrust } from './modes/keep-trust.js';
import { writeLedger } from './modes/write-ledger.js';

/** What a mode does, given its arguments and what it is sent. */
export type Mode = (args: readonly string[], orders: AsyncIterable<string>) => Promise<void>;

const MODES: Readonly<Record<string, Mode>> = {
  'write-ledger': writeLedger,
  'check-ledger': checkLedger,
  'hold-ledger': holdLedger,
  'share-record': shareRecord,
  'keep-trust': keepTrust,
};

const [mode = '', ...args] = process.argv.slice(2);
await MODES[mode]?.(args, createInterface(process.stdin));
process.exit();
