// The administrator of a ledger in a folder, as its catalog has them: who they are, and which password they have.

import { resolve } from 'node:path';
import { isPassword, hashPassword, STORED_COST } from '../access/password.js';
import type { User } from '../access/user.js';
import type { CatalogValue } from '../catalog.js';
import { catalogJson } from '../parse-catalog.js';
import { writeCatalog } from '../storage/catalog-file.js';
import { damaged } from '../storage/storage-errors.js';
import { acquireWriterLock } from '../storage/writer-lock.js';
import { catalogOf } from './folders.js';

/** An administrator of a folder. */
export interface Administrator {
  readonly name: string;
  /** Whether this is their password. Takes some 50 ms. */
  readonly hasPassword: (password: string) => Promise<boolean>;
}

/** The administrator of a ledger. @throws ImmuError LEDGER_MISSING, LEDGER_DAMAGED */
export async function administratorOf(path: string): Promise<Administrator> {
  const { name, password: kept } = find(await catalogOf(resolve(path)), path);
  return { name, hasPassword: (password) => isPassword(kept, new TextEncoder().encode(password)) };
}

/**
 * Gives the administrator another password.
 *
 * @param password 1 to 72 bytes
 * @throws ImmuError LEDGER_LOCKED while somebody has the ledger open; LEDGER_MISSING, LEDGER_DAMAGED, LEDGER_STORAGE_FAILED
 */
export async function setAdministratorPassword(path: string, password: string): Promise<void> {
  const folder = resolve(path);
  // Nothing is made where no ledger is.
  await catalogOf(folder);
  const lock = await acquireWriterLock(folder);
  try {
    const catalog = await catalogOf(folder);
    const { name } = find(catalog, path);
    const hash = await hashPassword(new TextEncoder().encode(password), STORED_COST);
    const users = catalog.users.map((user) => (user.name === name ? { ...user, password: hash } : user));
    await writeCatalog(folder, catalogJson({ ...catalog, users }));
  } finally {
    await lock.release();
  }
}

function find({ users }: CatalogValue, path: string): User {
  const administrator = users.find((user) => user.administrator);
  if (administrator === undefined) throw damaged('The catalog has no administrator', path);
  return administrator;
}
