// How the page writes amounts, hashes and addresses.
import { describe, expect, it } from 'vitest';
import {
  amount,
  counted,
  grouped,
  initials,
  money,
  shortHash,
} from '../../../../examples/approvals/page/format.js';
import { addressOf, parseRoute, type Route } from '../../../../examples/approvals/page/route.js';

describe('texts', () => {
  it('writes amounts exactly, as they do not fit into a floating-point number', () => {
    expect(amount('1234.5')).toBe('1,234.50');
    expect(amount('90071992547409931234.01')).toBe('90,071,992,547,409,931,234.01');
    expect(amount('-7')).toBe('-7.00');
    expect(money('12.00', 'EUR')).toBe('€12.00');
    expect(money('12.00', 'CHF')).toBe('CHF 12.00');
  });

  it('counts in words', () => {
    expect(counted(1, 'hash', 'hashes')).toBe('1 hash');
    expect(counted(1204, 'order')).toBe('1,204 orders');
    expect(grouped('999')).toBe('999');
    expect(initials('Ada Maria Park')).toBe('AM');
    expect(shortHash('0123456789abcdef')).toBe('01234567…cdef');
  });
});

describe('addresses', () => {
  const NOTHING: Route = { view: { kind: 'home' }, status: '', search: '', after: '', asOf: '' };

  it.each<[string, Route]>([
    ['#/', NOTHING],
    ['#/new', { ...NOTHING, view: { kind: 'new' } }],
    ['#/orders/PO-000123', { ...NOTHING, view: { kind: 'order', number: 'PO-000123' } }],
    [
      '#/orders/PO-000123/edit?status=draft',
      { ...NOTHING, view: { kind: 'edit', number: 'PO-000123' }, status: 'draft' },
    ],
    [
      '#/orders/a%2Fb%3F?search=x+%26+y&asOf=2026-01-01T00%3A00%3A00.000Z',
      {
        ...NOTHING,
        view: { kind: 'order', number: 'a/b?' },
        search: 'x & y',
        asOf: '2026-01-01T00:00:00.000Z',
      },
    ],
  ])('%s says what is shown, and is made of it', (hash, route) => {
    expect(parseRoute(hash)).toEqual(route);
    expect(addressOf(route)).toBe(hash);
  });

  it.each(['', '#', '#/nowhere', '#main', '#/orders', '#/?asOf=yesterday'])(
    'takes %j for the start page',
    (hash) => {
      expect(parseRoute(hash)).toEqual(NOTHING);
    },
  );

  it('takes an address that is broken off as it stands', () => {
    expect(parseRoute('#/orders/%E0%A4%A').view).toEqual({ kind: 'order', number: '%E0%A4%A' });
  });
});
