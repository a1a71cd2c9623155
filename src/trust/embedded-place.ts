// Where the record of an embedded ledger is, and what it is called: one place for those who open a folder and those who
// look after it.

import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** The folder of the records inside of a ledger's folder. */
export function trustFolderOf(path: string): string {
  return join(path, 'trust');
}

/**
 * The ledger's name on this side. A record inside of the folder moves with it; one elsewhere tells folders apart by where
 * they are.
 *
 * @param path of the ledger's folder, absolute
 * @param inside whether the record is in it
 */
export function embeddedLedgerId(path: string, inside: boolean): string {
  return inside ? 'embedded' : pathToFileURL(path).href;
}
