import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import { ImmuError } from '../../src/errors.js';
import { MAX_TRUST_FLOORS } from '../../src/trust/floors.js';
import { formatFloors, MAX_FLOORS_BYTES, parseFloors } from '../../src/trust/floors-text.js';
import { floorAt, floorsOf } from './support/floors.js';
import { bank } from './support/records.js';

const at = '2026-01-02T03:04:05.678Z';
const few = floorsOf([
  floorAt('account', 41n),
  floorAt('gone', 39n, { deleted: true }),
  floorAt('short', 40n, { expiresAt: 1_790_000_000n }),
]);
const body =
  'immurepo floors 1\n["bank","defaultdb"]\nnever recovered\n41 YWNjb3VudA==\n39 Z29uZQ== deleted\n40 c2hvcnQ= expires 1790000000';

/** The text with a checksum that holds, as other software or a person with an editor would make it. */
function sealed(text: string): Uint8Array {
  return utf8(`${text}\nsha256:${createHash('sha256').update(text).digest('hex')}\n`);
}

function parseError(bytes: Uint8Array): ImmuError {
  try {
    parseFloors(bytes, bank, '/trust/floors.1');
  } catch (error) {
    if (error instanceof ImmuError) return error;
    throw error;
  }
  throw new Error('They were accepted.');
}

describe('floors as text', () => {
  it('are a title, whose they are, of which recovery, and a line each', () => {
    expect(Buffer.from(formatFloors(bank, few)).toString()).toBe(Buffer.from(sealed(body)).toString());
    expect(Buffer.from(formatFloors(bank, floorsOf([], at))).toString()).toContain(
      `\nrecovered ${at}\nsha256:`,
    );
  });

  it('are read by every later version: version 1, written by other software', async () => {
    const bytes = await readFile(new URL('fixtures/floors-v1.txt', import.meta.url));
    const floors = parseFloors(bytes, { ledgerId: 'a "bank"\n', database: 'd' }, 'fixture');
    expect(floors).toEqual(
      floorsOf(
        [
          floorAt('a', 2n ** 64n - 1n),
          floorAt('\0', 1n, { deleted: true }),
          floorAt('c', 7n, { expiresAt: -(2n ** 63n) }),
          floorAt('d', 8n, { expiresAt: 0n }),
        ],
        at,
      ),
    );
  });

  it.each([
    ['few', few],
    ['none', floorsOf([])],
    ['of a record that was recovered', floorsOf(few.floors, at)],
    [
      'with the extremes',
      floorsOf([
        floorAt('', 2n ** 64n - 1n, { key: new Uint8Array(1024).fill(0xff) }),
        floorAt('', 1n, { key: Uint8Array.of(0), expiresAt: 2n ** 63n - 1n }),
        floorAt('x', 2n, { expiresAt: -(2n ** 63n) }),
      ]),
    ],
  ])('come back as they were written: %s', (_, floors) => {
    expect(parseFloors(formatFloors(bank, floors), bank, 'x')).toEqual(floors);
  });

  it('have room for the most there may be, with the longest keys', () => {
    const most = Array.from({ length: MAX_TRUST_FLOORS }, (_, index) => {
      const key = new Uint8Array(1024);
      new DataView(key.buffer).setUint32(0, index);
      return floorAt('', 2n ** 64n - 1n, { key, expiresAt: -(2n ** 63n) });
    });
    const bytes = formatFloors(bank, floorsOf(most));
    expect(bytes.length).toBeLessThanOrEqual(MAX_FLOORS_BYTES);
    expect(parseFloors(bytes, bank, 'x').floors).toHaveLength(MAX_TRUST_FLOORS);
  });

  it('are not written if they could not be read back', () => {
    expect(() => formatFloors(bank, floorsOf([floorAt('', 5n)]))).toThrow(TypeError);
    expect(() => formatFloors(bank, floorsOf([floorAt('a', 0n)]))).toThrow(
      /a transaction id is out of range/,
    );
    expect(() => formatFloors(bank, floorsOf([], 'yesterday'))).toThrow(TypeError);
    expect(() => formatFloors(bank, floorsOf([], `${at}\n5 YQ==`))).toThrow(TypeError);
  });

  it('are found damaged when any bit of them is flipped', () => {
    const bytes = formatFloors(bank, few);
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const damaged = bytes.slice();
      damaged[bit >> 3]! ^= 1 << (bit & 7);
      expect(parseError(damaged).code, `bit ${bit}`).toBe('TRUST_CORRUPT');
    }
  });

  it('are found damaged when they are cut off anywhere, at either end', () => {
    const bytes = formatFloors(bank, few);
    for (let length = 0; length < bytes.length; length++) {
      expect(parseError(bytes.subarray(0, length)).code, `first ${length}`).toBe('TRUST_CORRUPT');
      expect(parseError(bytes.subarray(bytes.length - length)).code, `last ${length}`).toBe('TRUST_CORRUPT');
    }
  });

  it('name the place, what it means, and what to do', () => {
    const error = parseError(new Uint8Array(0));
    expect(error.message).toBe(
      'The list of floors in /trust/floors.1 is damaged: it ends after 0 bytes. Nothing of it is used, and the next list ' +
        'replaces it: answers older than what was proven before are noticed only for keys that are read or written from ' +
        'now on. The trust record itself is not concerned. Find out what damaged the file.',
    );
    expect(error.details).toEqual({ source: '/trust/floors.1' });
  });

  it('are not read when they are huge', () => {
    expect(parseError(new Uint8Array(MAX_FLOORS_BYTES + 1)).message).toContain('larger than 16777216 bytes');
  });
});

describe('floors whose checksum holds', () => {
  it('are left to newer software', () => {
    const error = parseError(sealed(body.replace('floors 1', 'floors 2')));
    expect(error.code).toBe('UNSUPPORTED_FORMAT');
    expect(error.message).toMatch(/\/trust\/floors\.1 was written by a newer version.*left as it is/);
  });

  it.each([
    ['of another ledger', '"bank"', '"shop"', /floors of another ledger/],
    ['of another database', '"defaultdb"', '"other"', /floors of another ledger/],
    ['of another name for it', '["bank",', '["ban\\u006b",', /floors of another ledger/],
    ['with another title', 'immurepo floors 1', 'immurepo record 1', /no list of floors/],
    ['with no version', 'floors 1', 'floors 01', /no list of floors/],
    ['of no recovery', 'never recovered', 'recovered', /of which recovery/],
    ['of a recovery at no time', 'never recovered', 'recovered yesterday', /of which recovery/],
    [
      'of a recovery at a time in another form',
      'never recovered',
      'recovered 2026-01-02',
      /of which recovery/,
    ],
    ['with a key twice', '39 Z29uZQ== deleted', '39 YWNjb3VudA==', /a key twice/],
    ['with an empty line', '39 Z29uZQ== deleted', '', /no floor/],
    ['with half a line', '39 Z29uZQ== deleted', '39', /no floor/],
    ['with an empty key', '39 Z29uZQ== deleted', '39 ', /no floor/],
    ['with a key in another form', 'Z29uZQ==', 'Z29uZR==', /no floor/],
    ['with a key without padding', 'Z29uZQ==', 'Z29uZQ', /no floor/],
    [
      'with too long a key',
      'Z29uZQ==',
      Buffer.alloc(1025).toString('base64'),
      /a key is not of 1 to 1024 bytes/,
    ],
    ['with transaction 0', '39 ', '0 ', /transaction id is out of range/],
    ['with a transaction in another form', '39 ', '039 ', /no floor/],
    ['with a negative transaction', '39 ', '-39 ', /no floor/],
    ['with too large a transaction', '39 ', '18446744073709551616 ', /no floor/],
    ['with an unknown word', ' deleted', ' hidden', /no floor/],
    ['with a space more', ' deleted', '  deleted', /no floor/],
    ['with a space at the end', ' deleted', ' deleted ', /no floor/],
    ['with a carriage return', ' deleted', ' deleted\r', /no floor/],
    ['with an expiry in another form', 'expires 1', 'expires +1', /no floor/],
    ['with an expiry of minus nothing', 'expires 1790000000', 'expires -0', /no floor/],
    [
      'with an expiry beyond 64 bits',
      'expires 1790000000',
      'expires 9223372036854775808',
      /expiry is out of range/,
    ],
    ['with an endless number', 'expires 1790000000', `expires ${'9'.repeat(10_000_000)}`, /no floor/],
  ])('are refused %s', (_, from, to, message) => {
    const changed = body.replace(from, to);
    expect(changed).not.toBe(body);
    const error = parseError(sealed(changed));
    expect(error.code).toBe('TRUST_CORRUPT');
    expect(error.message).toMatch(message);
  });

  it('are refused if there are too many', () => {
    const line = (index: number) => `1 ${Buffer.from(String(index)).toString('base64')}`;
    const lines = Array.from({ length: MAX_TRUST_FLOORS + 1 }, (_, index) => line(index));
    const head = body.split('\n').slice(0, 3);
    expect(parseFloors(sealed([...head, ...lines.slice(1)].join('\n')), bank, 'x').floors).toHaveLength(
      10_000,
    );
    expect(parseError(sealed([...head, ...lines].join('\n'))).message).toMatch(/more than 10000 floors/);
  });

  it.each(['', 'immurepo floors 1', 'immurepo floors 1\n["bank","defaultdb"]', '{}', '\0'])(
    'are refused if they are cut off by whoever sealed them (case %#)',
    (text) => {
      expect(parseError(sealed(text)).code).toBe('TRUST_CORRUPT');
    },
  );

  it('are refused if they are no UTF-8', () => {
    const bad = Uint8Array.of(0xff, 0xfe);
    const seal = `\nsha256:${createHash('sha256').update(bad).digest('hex')}\n`;
    expect(parseError(Buffer.concat([bad, utf8(seal)])).message).toContain('it is not UTF-8');
  });
});
