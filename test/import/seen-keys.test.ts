// The table of keys that a file has named: no key forgotten, none invented, as it grows.

import { expect, it } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import { SeenKeys } from '../../src/import/seen-keys.js';

it('remembers the first line of each key through every growth', () => {
  const seen = new SeenKeys();
  const lines = Array.from({ length: 20_000 }, (_, index) => index + 1);
  const ask = (offset: number) => lines.map((line) => seen.firstLine(utf8(`key ${line}`), offset + line));
  expect(new Set(ask(0))).toEqual(new Set([undefined]));
  expect(ask(lines.length)).toEqual(lines);
});
