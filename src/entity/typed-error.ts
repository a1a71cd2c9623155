// From a value that is not of its declared type to an error that names class and property.

import { ImmuError } from '../errors.js';
import { TypeMismatch } from './types/mismatch.js';

/** What was done with the value. */
export type Access = 'store' | 'read' | 'import';

/** Runs what may meet a value of another type. @throws ImmuError VALUE_REFUSED, UNREADABLE_RECORD */
export function namingProperty<R>(className: string, access: Access, run: () => R): R {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    const place = className + error.path;
    const { problem, cause } = error;
    if (access !== 'read')
      throw new ImmuError('VALUE_REFUSED', `${place} ${problem}.`, { cause, details: { place } });
    throw new ImmuError(
      'UNREADABLE_RECORD',
      `What is stored is not what is declared: ${place} ${problem}. If the declaration changed, read what was stored before ` +
        'it by an upcast: @Entity({ version, upcast }).',
      { cause, details: { place } },
    );
  }
}
