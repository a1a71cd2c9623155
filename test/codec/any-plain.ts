// Any properties that can be stored, for properties that must hold of all of them.
import fc from 'fast-check';

const name = fc
  .oneof(
    fc.string({ unit: 'binary', maxLength: 5 }),
    fc.constantFrom(
      '',
      'a.b',
      '10',
      '9',
      'length',
      'toJSON',
      'Map',
      '😀',
      'a name of more than twenty-three bytes',
    ),
  )
  .filter((text) => !['__proto__', 'constructor', 'prototype'].includes(text));

const power = fc
  .integer({ min: 0, max: 130 })
  .chain((bits) =>
    fc
      .constantFrom(0n, 1n, -1n)
      .chain((off) => fc.constantFrom((1n << BigInt(bits)) + off, -(1n << BigInt(bits)) + off)),
  );

const leaf = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double(),
  fc.float(),
  fc.integer(),
  fc.integer({ min: -2048, max: 2048 }).map((half) => half * 2 ** -24),
  power,
  fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.date({ noInvalidDate: true }),
  fc.integer({ min: -2_000_000, max: 2_000_000 }).map((seconds) => new Date(seconds * 1000)),
  fc.uint8Array({ maxLength: 30 }),
  fc.webUrl().map((url) => new URL(url)),
  fc.constantFrom(/a/, /\/b/giu, /é+/s, -0, NaN, Infinity, -Infinity, 0n),
);

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(name, tie('any'), { maxKeys: 3 }),
    fc.array(tie('any'), { maxLength: 3 }).map((list) => new Set(list)),
    fc.array(fc.tuple(tie('any'), tie('any')), { maxLength: 3 }).map((list) => new Map(list)),
  ),
})).any;

/** The properties of one entity. */
export const anyPlain = fc.dictionary(name, value, { maxKeys: 5 });
