// A moment as SQL stores it: microseconds since 1970, of which a Date holds the milliseconds.

const MAX_I64 = 2n ** 63n - 1n;

/**
 * A TIMESTAMP: a Date that keeps the microseconds it cannot show. {@link microseconds} is the whole value; the Date is
 * that value rounded down to the millisecond, or an invalid one beyond the year 275760. To be read only: its setters
 * move the Date and not the microseconds, and a value so changed is refused as a parameter.
 */
export class SqlTimestamp extends Date {
  /** Microseconds since 1970-01-01T00:00:00Z, a signed 64-bit integer. */
  readonly microseconds: bigint;

  /**
   * @param microseconds since 1970, a signed 64-bit integer
   * @throws TypeError for a value that 64 bits do not hold
   */
  constructor(microseconds: bigint) {
    if (typeof microseconds !== 'bigint' || BigInt.asIntN(64, microseconds) !== microseconds)
      throw new TypeError('SqlTimestamp: microseconds must be a bigint that fits into 64 bits');
    super(Number(floorToMs(microseconds)));
    this.microseconds = microseconds;
  }

  /** The moment with all six digits: `2026-11-26T11:11:11.388410Z`. Also what JSON.stringify writes. */
  override toISOString(): string {
    const below = this.microseconds - floorToMs(this.microseconds) * 1000n;
    return `${super.toISOString().slice(0, -1)}${String(below).padStart(3, '0')}Z`;
  }
}

/**
 * The microseconds of a moment.
 *
 * @throws TypeError for an invalid Date, one outside 64 bits of microseconds, or a SqlTimestamp that a setter changed
 */
export function microsecondsOf(moment: Date): bigint {
  const milliseconds = moment.getTime();
  if (moment instanceof SqlTimestamp) {
    if (Object.is(milliseconds, new SqlTimestamp(moment.microseconds).getTime())) return moment.microseconds;
    throw new TypeError(
      'a SqlTimestamp was changed by a setter of Date, which leaves its microseconds behind',
    );
  }
  if (Number.isNaN(milliseconds)) throw new TypeError('an invalid Date is no TIMESTAMP');
  const microseconds = BigInt(milliseconds) * 1000n;
  if (microseconds > MAX_I64 || microseconds < -MAX_I64)
    throw new TypeError('this Date lies beyond what a TIMESTAMP holds');
  return microseconds;
}

/** Towards the past, as Date counts: −1 µs is in the millisecond −1. */
function floorToMs(microseconds: bigint): bigint {
  const milliseconds = microseconds / 1000n;
  return microseconds < milliseconds * 1000n ? milliseconds - 1n : milliseconds;
}
