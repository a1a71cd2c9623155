// The one small file of a ledger's folder that says what is in it: a JSON value, readable, with its hash below.
//
//   { … }                       canonical: keys in order, two spaces
//   sha256:<64 hex digits>      of everything above, the line break before it included

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { fromUtf8, utf8 } from '../../bytes.js';
import { makeDirectory } from '../../durable-files.js';
import { readFileIfThere, replaceFile } from './whole-files.js';
import { damaged, onDisk } from './storage-errors.js';

/** The name of the file. */
export const CATALOG_FILE = 'ledger.json';

/** The file before the last change. */
export const PREVIOUS_CATALOG_FILE = 'ledger.json.previous';

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * Reads the catalog of a folder.
 *
 * @param directory of the ledger
 * @param parse makes of the value what it should be; what it throws is passed on
 * @returns undefined where there is none
 * @throws ImmuError LEDGER_DAMAGED if it is not as it was written, or lost while the one before is there;
 *   LEDGER_STORAGE_FAILED
 */
export async function readCatalog<T>(directory: string, parse: (value: Json) => T): Promise<T | undefined> {
  const path = join(directory, CATALOG_FILE);
  const previous = join(directory, PREVIOUS_CATALOG_FILE);
  const bytes = await onDisk('read', path, () => readFileIfThere(path));
  const before = await onDisk('read', previous, () => readFileIfThere(previous));
  const hint = before ? `; ${previous} holds what it was before the last change` : '';
  if (bytes === undefined) {
    if (before) throw damaged(`The file ${CATALOG_FILE} is missing${hint}`, path);
    return undefined;
  }
  const text = signedText(bytes);
  if (text === undefined) throw damaged(`The file ${CATALOG_FILE} does not match its hash${hint}`, path);
  return parse(JSON.parse(text) as Json);
}

/**
 * Writes the catalog of a folder: entirely or not at all, and durably. The one before stays as `ledger.json.previous`,
 * if it was whole. The folder is made if need be.
 *
 * @throws ImmuError LEDGER_STORAGE_FAILED
 */
export async function writeCatalog(directory: string, value: Json): Promise<void> {
  const path = join(directory, CATALOG_FILE);
  const text = `${JSON.stringify(ordered(value), undefined, 2)}\n`;
  await onDisk('write', path, async () => {
    await makeDirectory(directory);
    const before = await readFileIfThere(path);
    if (before && signedText(before) !== undefined)
      await replaceFile(join(directory, PREVIOUS_CATALOG_FILE), before);
    await replaceFile(path, utf8(text + hashLine(text)));
  });
}

/** The text above the hash, or `undefined` if it is not the one that was hashed. */
function signedText(bytes: Uint8Array): string | undefined {
  const text = fromUtf8(bytes);
  const end = text?.lastIndexOf('sha256:') ?? -1;
  const signed = text?.slice(0, Math.max(end, 0));
  return signed !== undefined && text === signed + hashLine(signed) ? signed : undefined;
}

function hashLine(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}\n`;
}

/** The value with the names of each object in order. */
function ordered(value: Json): Json {
  if (Array.isArray(value)) return value.map((item: Json) => ordered(item));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, item]) => [name, ordered(item)]));
}
