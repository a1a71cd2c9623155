// Changes bytes of a file where they are, without anybody's help: not that of the database, nor that of the service.

import { open } from 'node:fs/promises';

/**
 * Puts other bytes in the place of some, wherever they stand: a database that copies what it changes may have left the same
 * bytes in places it does not use any more.
 *
 * @param before and `after` of the same length
 * @returns in how many places
 */
export async function patchFile(path: string, before: Buffer, after: Buffer): Promise<number> {
  if (before.length !== after.length) throw new RangeError('The file must stay as long as it is.');
  const file = await open(path, 'r+');
  try {
    const content = await file.readFile();
    let places = 0;
    for (let at = content.indexOf(before); at >= 0; at = content.indexOf(before, at + 1)) {
      await file.write(after, 0, after.length, at);
      places++;
    }
    await file.sync();
    return places;
  } finally {
    await file.close();
  }
}
