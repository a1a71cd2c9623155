// Numbers in 16 bits: IEEE 754 binary16.

const view = new DataView(new ArrayBuffer(4));

/** The one NaN that is written. */
export const HALF_NAN = 0x7e00;

const SIGN = 0x8000;
const INFINITE = 0x7c00;
const FRACTION_BITS = 10;
/** Fraction bits that a single has more. */
const DROPPED_BITS = 13;

/** The 16 bits that hold a number exactly; undefined if there are none. */
export function halfBitsOf(value: number): number | undefined {
  if (Number.isNaN(value)) return HALF_NAN;
  if (Math.fround(value) !== value) return undefined;
  view.setFloat32(0, value);
  const bits = view.getUint32(0);
  const sign = (bits >>> 16) & SIGN;
  const exponent = ((bits >>> 23) & 0xff) - 127;
  const fraction = bits & 0x7fffff;
  if (value === 0) return sign;
  if (exponent === 128) return sign | INFINITE;
  if (exponent > 15 || exponent < -24) return undefined;
  if (exponent >= -14) {
    const isExact = (fraction & ((1 << DROPPED_BITS) - 1)) === 0;
    return isExact ? sign | ((exponent + 15) << FRACTION_BITS) | (fraction >>> DROPPED_BITS) : undefined;
  }
  // Subnormal: the leading bit is written out, behind as many zeros as the exponent is too small.
  const dropped = DROPPED_BITS - 14 - exponent;
  const whole = fraction | 0x800000;
  return (whole & ((1 << dropped) - 1)) === 0 ? sign | (whole >>> dropped) : undefined;
}

/** The number in 16 bits. */
export function halfOf(bits: number): number {
  const exponent = (bits >>> FRACTION_BITS) & 0x1f;
  const fraction = bits & 0x3ff;
  const magnitude =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent === 31
        ? fraction === 0
          ? Infinity
          : NaN
        : (fraction + 1024) * 2 ** (exponent - 25);
  return (bits & SIGN) === 0 ? magnitude : -magnitude;
}
