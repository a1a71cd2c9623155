// The records of one ledger on disk, and the log beside them.

import { join } from 'node:path';
import { syncDirectory } from '../durable-files.js';
import { appendLine } from './disk.js';
import { onDisk } from './disk-errors.js';
import { FLOORS, numberOf, RECORDS, RECOVERY_LOG } from './file-layout.js';
import { NumberedFiles } from './numbered-files.js';
import { MAX_RECORD_BYTES } from './record-text.js';
import { corrupt } from './trust-errors.js';

/** What a directory holds. */
export interface Listing {
  /** The epochs, newest first. */
  readonly epochs: readonly number[];
  /** Whether anything shows that a record exists or once did. */
  readonly anyTrace: boolean;
}

/** The directory of one ledger and database. */
export class RecordDirectory extends NumberedFiles {
  /** @param path absolute; need not exist */
  constructor(path: string) {
    super(path, { ...RECORDS, maxBytes: MAX_RECORD_BYTES, damaged: corrupt });
  }

  /** What is there now. A directory that does not exist is one without a trace. */
  async list(): Promise<Listing> {
    const names = await this.names();
    const epochs = this.numbersIn(names);
    // Floors are kept with a record, never without one.
    const isTrace = (name: string) => name === RECOVERY_LOG || numberOf(FLOORS, name) !== undefined;
    return { epochs, anyTrace: epochs.length > 0 || names.some(isTrace) };
  }

  /** Notes a recovery, durably. */
  async log(line: string): Promise<void> {
    const file = join(this.path, RECOVERY_LOG);
    await onDisk('write', file, () => appendLine(file, line));
    await onDisk('sync', this.path, () => syncDirectory(this.path));
  }
}
