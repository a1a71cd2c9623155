// A process of its own that takes and gives back the lock of a folder, as it is told.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type ImmuError } from '../../../../src/errors.js';
import type { WriterLock } from '../../../../src/engine/storage/held-lock.js';
import { acquireWriterLock } from '../../../../src/engine/storage/writer-lock.js';

const [directory = ''] = process.argv.slice(2);
const tell = (answer: object) => void writeSync(1, `${JSON.stringify(answer)}\n`);
let lock: WriterLock | undefined;

tell({ pid: process.pid });
for await (const command of createInterface(process.stdin)) {
  try {
    if (command === 'take') lock = await acquireWriterLock(directory);
    else if (command === 'release') await lock?.release();
    else if (command === 'exit') process.exit();
    tell({ outcome: command, isHeld: lock?.isHeld });
  } catch (error) {
    const { code, message, details } = error as ImmuError;
    tell({ outcome: code, message, details });
  }
}
