import { isValid } from 'ulid';
import { validate, version } from 'uuid';
import { describe, expect, test } from 'vitest';

import { idGenerator } from '../../src/entity/id-generation.js';

describe.each(['ulid', 'uuidv7'] as const)('%s', (kind) => {
  const next = idGenerator(kind)!;
  const made = Array.from({ length: 5000 }, () => String(next()));

  test('is what it says', () => {
    expect(made.every((id) => (kind === 'ulid' ? isValid(id) : validate(id) && version(id) === 7))).toBe(
      true,
    );
  });

  test('ascends, also within a millisecond', () => {
    expect([...made].sort()).toEqual(made);
    expect(new Set(made).size).toBe(made.length);
  });
});

test('ulids of two generators do not meet, and use every digit everywhere', () => {
  const made = Array.from({ length: 2000 }, () => String(idGenerator('ulid')!()));
  expect(new Set(made).size).toBe(made.length);
  for (let at = 10; at < 26; at++) expect(new Set(made.map((id) => id[at])).size).toBe(32);
});

test('a function of your own is used as it is, none stays none', () => {
  const own = (): number => 5;
  expect(idGenerator(own)).toBe(own);
  expect(idGenerator(undefined)).toBeUndefined();
});
