// How passwords are kept: never themselves, always salted and slow to guess (scrypt).

import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** What is kept of a password. */
export interface PasswordHash {
  /** scrypt's N, a power of two: how slow. */
  readonly cost: number;
  /** 16 bytes, hexadecimal. */
  readonly salt: string;
  /** 32 bytes, hexadecimal. */
  readonly hash: string;
}

/** As slow to guess as immudb's own hashes: some 50 ms a try. */
export const STORED_COST = 2 ** 14;

/** For hashes that never leave the memory of a process, where nobody can try them offline. */
export const MEMORY_COST = 2 ** 7;

const SALT_BYTES = 16;
const HASH_BYTES = 32;
const BLOCK_SIZE = 8;

function derive(password: Uint8Array, salt: Uint8Array, cost: number): Promise<Buffer> {
  const options = { N: cost, r: BLOCK_SIZE, p: 1, maxmem: 2 * 128 * cost * BLOCK_SIZE };
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, options, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

/**
 * Hashes a password with a salt of its own.
 *
 * @param cost `STORED_COST` or `MEMORY_COST`
 */
export async function hashPassword(password: Uint8Array, cost: number): Promise<PasswordHash> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, cost);
  return { cost, salt: salt.toString('hex'), hash: hash.toString('hex') };
}

/** Whether this is the password that was hashed. Takes as long whether it is or not. */
export async function isPassword(kept: PasswordHash, password: Uint8Array): Promise<boolean> {
  const given = await derive(password, Buffer.from(kept.salt, 'hex'), kept.cost);
  return timingSafeEqual(given, Buffer.from(kept.hash, 'hex'));
}
