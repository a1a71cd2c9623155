// Expiry and visibility as programs have them: a Date where the wire wants seconds.

import type { KeyMetadata } from '../../proof/index.js';

/** What may be said of one write of a key. */
export interface KeyAttributes {
  /**
   * From when on the key is absent: a moment, or seconds since 1970. A Date within a second counts from the second's end. A
   * moment in the past is taken. Default: never.
   */
  readonly expiresAt?: Date | bigint | undefined;
  /** Written and provable, but found by its transaction only: no scan, no history and no plain read shows it. Default false. */
  readonly nonIndexable?: boolean | undefined;
  /** A tombstone: the key is absent from here on. Default false. */
  readonly deleted?: boolean | undefined;
}

/**
 * The metadata of an entry to write.
 *
 * @returns undefined where there is nothing to say
 * @throws TypeError for a Date that is none
 * @example
 * await client.verifiedSet([{ key, value, metadata: keyMetadata({ expiresAt: new Date(Date.now() + 60_000) }) }]);
 */
export function keyMetadata({
  expiresAt,
  nonIndexable = false,
  deleted = false,
}: KeyAttributes): KeyMetadata | undefined {
  if (expiresAt === undefined) return nonIndexable || deleted ? { deleted, nonIndexable } : undefined;
  return { deleted, expiresAt: secondsOf(expiresAt), nonIndexable };
}

function secondsOf(moment: Date | bigint): bigint {
  if (typeof moment === 'bigint') return moment;
  if (!(moment instanceof Date) || Number.isNaN(moment.getTime()))
    throw new TypeError('expiresAt must be a valid Date, or a bigint of seconds since 1970');
  return BigInt(Math.ceil(moment.getTime() / 1000));
}
