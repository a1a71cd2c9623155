import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DEFAULT_SESSION_LIMITS, Sessions } from '../../../src/engine/access/sessions.js';

const limits = { maxSessions: 3, sessionTimeoutMs: 100, sessionCheckMs: 10 };
let sessions: Sessions;

beforeEach(() => {
  vi.useFakeTimers();
  sessions = new Sessions(limits);
});
afterEach(() => {
  sessions.end();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

it('gives each session an id of 44 characters that is safe in a header, and finds it again', () => {
  const a = sessions.open('u', 'db');
  const b = sessions.open('u', 'db');
  expect(a.id).toMatch(/^[\w-]{43}=$/);
  expect(a.id).not.toBe(b.id);
  expect(sessions.find(a.id)).toBe(a);
  expect(sessions.find('nobody')).toBeUndefined();
});

it('holds no more than it was told to, and has room again when one ends', () => {
  const [first] = [1, 2, 3].map(() => sessions.open('u', 'db'));
  expect(() => sessions.open('u', 'db')).toThrow('max sessions number reached');
  expect(sessions.close(first!.id)).toBe(true);
  expect(sessions.close(first!.id)).toBe(false);
  expect(sessions.open('u', 'db').id).toHaveLength(44);
});

it('ends idle sessions, and not those in use', () => {
  const idle = sessions.open('u', 'db');
  const used = sessions.open('u', 'db');
  for (let step = 0; step < 3; step++) {
    vi.advanceTimersByTime(60);
    sessions.touch(used.id);
  }
  expect(sessions.find(idle.id)).toBeUndefined();
  expect(sessions.find(used.id)).toBe(used);
  vi.advanceTimersByTime(200);
  expect(sessions.find(used.id)).toBeUndefined();
});

it('keeps idle sessions for good where the timeout is 0', () => {
  const forever = new Sessions({ ...limits, sessionTimeoutMs: 0 });
  const { id } = forever.open('u', 'db');
  vi.advanceTimersByTime(100_000);
  expect(forever.find(id)).toBeDefined();
  forever.end();
});

it('ends the sessions of one user', () => {
  const [a, b, other] = ['u', 'u', 'v'].map((name) => sessions.open(name, 'db'));
  sessions.closeOf('u');
  expect([a, b, other].map((session) => sessions.find(session!.id))).toEqual([undefined, undefined, other]);
});

it('has the limits of immudb by default', () => {
  expect(DEFAULT_SESSION_LIMITS).toEqual({
    maxSessions: 100,
    sessionTimeoutMs: 120_000,
    sessionCheckMs: 60_000,
  });
});
