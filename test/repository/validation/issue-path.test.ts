import { expect, it } from 'vitest';
import { pathText } from '../../../src/repository/validation/issue-path.js';

it.each([
  [[], ''],
  [['city'], 'city'],
  [['address', 'city'], 'address.city'],
  [['lines', 2, 'price'], 'lines[2].price'],
  [['lines', '2', 'price'], 'lines[2].price'],
  [[0], '[0]'],
  [['a', '02'], 'a["02"]'],
  [['größe', '$x', '_y'], 'größe.$x._y'],
  [['a b', 'c.d'], '["a b"]["c.d"]'],
  [['a', Symbol('s')], 'a[Symbol(s)]'],
] as [PropertyKey[], string][])('writes %j as %s', (path, text) => {
  expect(pathText(path)).toBe(text);
});
