import { afterEach, expect, it, vi } from 'vitest';
import { Tokens } from '../../../src/engine/access/tokens.js';

afterEach(() => {
  vi.useRealTimers();
});

const claims = { userName: 'u', database: 'db' };

it('says what it was made with, bare or as a bearer token', () => {
  const tokens = new Tokens();
  const token = tokens.login(claims);
  expect(tokens.check(token)).toEqual(claims);
  expect(tokens.check(`Bearer ${token}`)).toEqual(claims);
  const unbound = { userName: 'u', database: undefined };
  expect(tokens.check(tokens.issue(unbound))).toEqual(unbound);
});

it('is refused once a single character of it is changed', () => {
  const tokens = new Tokens();
  const token = tokens.login(claims);
  const other = tokens.issue({ userName: 'u', database: 'other' });
  const [version, text, seal] = token.split('.');
  const forged = [
    [version, other.split('.')[1], seal].join('.'),
    [version, text, other.split('.')[2]].join('.'),
    token.slice(0, -1),
    `${token}.more`,
    `v2.public.${text}`,
    'abc',
  ];
  for (const candidate of forged) expect(() => tokens.check(candidate), candidate).toThrow('invalid token');
});

it.each(['e30', 'W10', 'WzEsMiwzXQ', 'WyJ1IiwxLDJd', '_'])('is refused with the payload %s', (payload) => {
  const tokens = new Tokens();
  tokens.login(claims);
  expect(() => tokens.check(`i1.${payload}.AAAA`)).toThrow('invalid token');
});

it('does not reach beyond the process it was made in, nor another user', () => {
  const token = new Tokens().login(claims);
  const elsewhere = new Tokens();
  expect(() => elsewhere.check(token)).toThrow('not logged in');
  elsewhere.login(claims);
  expect(() => elsewhere.check(token)).toThrow('invalid token');
});

it('ends with the last login of the user', () => {
  const tokens = new Tokens();
  const [first, second] = [tokens.login(claims), tokens.login(claims)];
  tokens.logout('u');
  expect(tokens.check(first)).toEqual(claims);
  tokens.logout('u');
  for (const token of [first, second]) expect(() => tokens.check(token)).toThrow('not logged in');
});

it('ends when the rights of the user change, and a later login does not revive it', () => {
  const tokens = new Tokens();
  const token = tokens.login(claims);
  tokens.login(claims);
  tokens.revoke('u');
  expect(() => tokens.check(token)).toThrow('not logged in');
  tokens.login(claims);
  expect(() => tokens.check(token)).toThrow('invalid token');
});

it('is no good to who is not logged in by token: a session has no use for it', () => {
  const tokens = new Tokens();
  expect(() => tokens.check(tokens.issue(claims))).toThrow('not logged in');
});

it('ends after a day', () => {
  vi.useFakeTimers();
  const tokens = new Tokens();
  const token = tokens.login(claims);
  vi.advanceTimersByTime(86_400_000);
  expect(tokens.check(token)).toEqual(claims);
  vi.advanceTimersByTime(1);
  expect(() => tokens.check(token)).toThrow(/^token has expired/);
});
