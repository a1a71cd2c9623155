import { describe, expect, it } from 'vitest';
import { compare, differingFields } from '../../examples/quickstart/compare.js';
import type { LockedFacts } from '../../examples/quickstart/lock-file.js';

const locked = (name: string, version = '1.0.0', more: Partial<LockedFacts> = {}): LockedFacts => ({
  path: `node_modules/${name}`,
  name,
  version,
  integrity: `sha512-${version}`,
  license: 'MIT',
  flags: [],
  ...more,
});

describe('compare', () => {
  it('finds no difference between equals, in whatever order', () => {
    const [a, b] = [locked('a'), locked('b')];
    expect(compare([a, b], [locked('b'), locked('a')])).toEqual({ added: [], changed: [], removed: [] });
  });

  it('finds everything added where nothing was known', () => {
    expect(compare([], [locked('a'), locked('b')])).toEqual({
      added: [locked('a'), locked('b')],
      changed: [],
      removed: [],
    });
  });

  it('finds everything removed where nothing is locked', () => {
    expect(compare([locked('a')], []).removed).toEqual([locked('a')]);
  });

  it('tells what differs, and keeps what was known aside', () => {
    const known = { ...locked('a'), more: 'an entity has more' };
    const { added, changed, removed } = compare([known], [locked('a', '2.0.0')]);
    expect([added, removed]).toEqual([[], []]);
    expect(changed).toHaveLength(1);
    expect(changed[0]).toMatchObject({ after: locked('a', '2.0.0'), fields: ['version', 'integrity'] });
    expect(changed[0]?.known).toBe(known);
    known.version = 'changed later';
    expect(changed[0]?.before.version).toBe('1.0.0');
  });

  it('takes a package at another path for another package', () => {
    const nested = locked('a', '1.0.0', { path: 'node_modules/b/node_modules/a' });
    const { added, removed } = compare([locked('a')], [nested]);
    expect([added, removed]).toEqual([[nested], [locked('a')]]);
  });
});

it.each([
  ['name', { name: 'b' }],
  ['version', { version: '1.0.1' }],
  ['version', { version: undefined }],
  ['integrity', { integrity: undefined }],
  ['license', { license: 'ISC' }],
  ['flags', { flags: ['dev'] }],
] as const)('a different %s is a difference', (field, change) => {
  expect(differingFields(locked('a'), { ...locked('a'), ...change })).toEqual([field]);
});

it('a property that is undefined equals one that is not there', () => {
  const { license: _, ...without } = locked('a');
  expect(differingFields({ ...without, license: undefined }, without)).toEqual([]);
});
