// How an engine names itself: as immudb does, by an xid (time and chance in 20 characters).

import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghijklmnopqrstuv';

/**
 * A new name: 12 bytes in base32hex, lower case.
 *
 * @param seconds since 1970, the first 4 bytes
 */
export function newUuid(seconds: bigint): string {
  const bytes = randomBytes(12);
  bytes.writeUInt32BE(Number(BigInt.asUintN(32, seconds)));
  // 96 bits and four zeros make 20 characters of 5 bits.
  const bits = BigInt(`0x${bytes.toString('hex')}`) << 4n;
  return Array.from(
    { length: 20 },
    (_, place) => ALPHABET[Number((bits >> BigInt(95 - 5 * place)) & 31n)],
  ).join('');
}
