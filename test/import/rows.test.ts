// What the readers make of bytes: lines, cells, numbers that would be rounded, and text that is none.

import { describe, expect, it } from 'vitest';
import { Columns } from '../../src/import/columns.js';
import { csvRows } from '../../src/import/csv-rows.js';
import { doubledName, lossyNumber } from '../../src/entity/types/exact-json.js';
import { ndjsonRows } from '../../src/import/ndjson-rows.js';
import { isReadable, MAX_ROW_BYTES, type SourceRow } from '../../src/import/source-row.js';

/** The bytes in chunks of `size`, so that no row, character or mark may count on being whole. */
async function* chunks(content: string | Uint8Array, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(content);
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

const columns = (map: Record<string, string> = {}) => new Columns('Thing', ['a', 'b', 'c'], map);

async function read(
  rows: typeof csvRows,
  content: string | Uint8Array,
  { map = {}, size = 3 }: { map?: Record<string, string>; size?: number } = {},
): Promise<SourceRow[]> {
  const read: SourceRow[] = [];
  for await (const row of rows(chunks(content, size), columns(map))) read.push(row);
  return read;
}

/** Line and data, or line and problem. */
const brief = (rows: readonly SourceRow[]) =>
  rows.map((row) => [row.line, isReadable(row) ? row.data : row.problem] as const);

describe('NDJSON', () => {
  it('is an object on each line, whatever ends the lines', async () => {
    const rows = await read(ndjsonRows, '\uFEFF{"a":1}\r\n\n  \n{"a":"é","b":null}\n{"c":[1]}');
    expect(brief(rows)).toEqual([
      [1, { a: 1 }],
      [4, { a: 'é', b: null }],
      [5, { c: [1] }],
    ]);
    expect(rows[1]?.raw).toBe('{"a":"é","b":null}');
    expect(await read(ndjsonRows, '')).toEqual([]);
  });

  it.each([
    ['{"a":1', /not JSON/],
    ['[1]', /not a JSON object/],
    ['null', /not a JSON object/],
    ['{"a":9007199254740993}', /9007199254740993 would be read as 9007199254740992.*"9007199254740993"/],
    ['{"a":{"b":1,"\\u0062":2}}', /the name "b" twice/],
    ['{"d":1}', /"d" is no property of Thing, which has a, b, c/],
    ['{"__proto__":{"a":1}}', /"__proto__" is no property/],
  ])('refuses %s, and goes on', async (line, problem) => {
    const [refused, next] = await read(ndjsonRows, `${line}\n{"a":2}\n`);
    expect(refused).toMatchObject({ line: 1, raw: line, problem: expect.stringMatching(problem) as unknown });
    expect(next).toMatchObject({ line: 2, data: { a: 2 } });
  });

  it('refuses bytes that are no UTF-8, and a line that no record holds', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"a":"'),
      Buffer.of(0xff),
      Buffer.from('"}\n'),
      Buffer.from(`{"a":"${'x'.repeat(MAX_ROW_BYTES)}"}\n`),
      Buffer.from('{"a":1}\n'),
    ]);
    const rows = await read(ndjsonRows, bytes, { size: 64 * 1024 });
    expect(brief(rows)).toEqual([
      [1, expect.stringMatching(/not UTF-8/)],
      [2, expect.stringMatching(/more than 8388608 bytes/)],
      [3, { a: 1 }],
    ]);
    expect(rows[1]?.raw.length).toBeLessThan(2000);
  });

  it('has columns of other names, or too many', async () => {
    const map = { x: 'a', y: '' };
    expect(brief(await read(ndjsonRows, '{"x":1,"y":2}\n{"x":1,"a":2}\n', { map }))).toEqual([
      [1, { a: 1 }],
      [2, expect.stringMatching(/"a" is there twice/)],
    ]);
    expect(() => columns({ x: 'z' })).toThrow(/"z" is no property/);
    expect(() => columns({ x: 'a', y: 'a' })).toThrow(/Two columns/);
  });
});

describe('CSV', () => {
  it('has a header, quotes, line ends in cells, and empty cells that are absent', async () => {
    const file = '\uFEFFa,b,c\r\n\r\n1,"x\r\ny ""z""",\r\n\n\n,é, d \n"","",3';
    const rows = await read(csvRows, file);
    expect(brief(rows)).toEqual([
      [3, { a: '1', b: 'x\r\ny "z"' }],
      [7, { b: 'é', c: ' d ' }],
      [8, { c: '3' }],
    ]);
    expect(rows.map(({ raw }) => raw)).toEqual(['1,"x\r\ny ""z""",', ',é, d ', '"","",3']);
  });

  it('counts cells, and goes on', async () => {
    expect(brief(await read(csvRows, 'a,b\n1\n1,2,3\n1,2\n'))).toEqual([
      [2, 'It has 1 cells, and the header 2.'],
      [3, 'It has 3 cells, and the header 2.'],
      [4, { a: '1', b: '2' }],
    ]);
  });

  it.each([
    ['1,"x\n2,3\n', /never closed/],
    ['1,x"y\n2,3\n', /does not begin with one/],
    ['1,"x"y\n2,3\n', /after its closing quote/],
  ])('cannot be read on after %j', async (rest, problem) => {
    const [good, bad, ...more] = await read(csvRows, `a,b\n0,0\n\n${rest}`);
    expect(good).toMatchObject({ line: 2 });
    expect(bad).toMatchObject({
      ...{ line: 4, endsReading: true, problem: expect.stringMatching(problem) as unknown },
    });
    expect(more).toEqual([]);
  });

  it('refuses cells that are no UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from('a,b\n1,'), Buffer.of(0xe9), Buffer.from('\n1,2\n')]);
    expect(brief(await read(csvRows, bytes))).toEqual([
      [2, expect.stringMatching(/not UTF-8/)],
      [3, { a: '1', b: '2' }],
    ]);
  });

  it.each([
    ['', /is empty/],
    ['\n\n', /is empty/],
    ['a,d,e\n', /"d", "e" are no properties of Thing/],
    ['a,b,a\n', /names "a" more than once: give each column a name of its own/],
  ])('refuses the header of %j', async (file, message) => {
    await expect(read(csvRows, file)).rejects.toThrow(message);
  });

  it('maps columns, which must be there', async () => {
    const rows = await read(csvRows, 'Name,b,junk\n1,2,3\n', { map: { Name: 'a', junk: '' } });
    expect(brief(rows)).toEqual([[2, { a: '1', b: '2' }]]);
    await expect(read(csvRows, 'a,b\n', { map: { Name: 'c' } })).rejects.toThrow(/no "Name"/);
  });
});

it.each([
  ['{"a":9007199254740991,"b":-9007199254740992,"c":1e3,"d":0.1000000000000000055}', undefined],
  ['{"a":"9007199254740993 \\" 9007199254740993"}', undefined],
  ['{"9007199254740993":1}', undefined],
  ['{"a":[{"b":-9007199254740993}]}', '-9007199254740993'],
  ['{"a":12345678901234567890}', '12345678901234567890'],
  ['{"a":1e400}', '1e400'],
  ['{"a":12345678901234567.0}', '12345678901234567.0'],
  ['{"a":-12345678901234567e0}', '-12345678901234567e0'],
  ['{"a":9007199254740992.5}', '9007199254740992.5'],
  // As JavaScript writes 1e23 and 2 ** 80, and others 2 ** 63.
  ['{"a":1e+23,"b":1.2089258196146292e+24,"c":9223372036854775808,"d":9007199254740992.0}', undefined],
])('finds the number in %s that would be rounded: %s', (json, literal) => {
  JSON.parse(json);
  expect(lossyNumber(json)?.literal).toBe(literal);
});

it('passes over a string of any number of escapes', () => {
  expect(lossyNumber(`{"a":"${'\\n'.repeat(4_000_000)}","b":1e400}`)?.literal).toBe('1e400');
});

it.each([
  ['{"a":{"b":1},"b":2,"c":[{"a":1},{"a":"\\":1,\\"a"}]}', undefined],
  ['{"a":[{"b":1,"c":"{","b" :2}]}', 'b'],
])('finds the name that is there twice in %s: %s', (json, name) => {
  JSON.parse(json);
  expect(doubledName(json)).toBe(name);
});

it.each(['\uFEFF', ''])('says that a file is UTF-16, with a mark or without: %j', async (mark) => {
  const bytes = Buffer.from(`${mark}a,b\n1,2\n`, 'utf16le');
  await expect(read(csvRows, bytes)).rejects.toThrow(/UTF-16/);
  await expect(read(ndjsonRows, bytes.swap16())).rejects.toThrow(/UTF-16/);
});
