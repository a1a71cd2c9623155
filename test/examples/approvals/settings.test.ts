import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Settings, SettingsError } from '../../../examples/approvals/server/settings/settings.js';

const SECRET = 'kanarienvogel-4711';

function problem(variables: NodeJS.ProcessEnv): string {
  try {
    Settings.of(variables, false);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
  }
  throw new Error('nothing was refused');
}

describe('settings', () => {
  it('have defaults', () => {
    const { port, ledger, logLevels, ordersCsv } = Settings.of({}, false);
    expect({ port, ledger, ordersCsv }).toEqual({
      port: 3000,
      ledger: { path: resolve('examples/approvals/data/ledger') },
      ordersCsv: 'generated',
    });
    expect(logLevels).toEqual(['fatal', 'error', 'warn', 'log']);
  });

  it('show a person at a terminal what is wrong, and not each request', () => {
    expect(Settings.of({}, true).logLevels).toEqual(['fatal', 'error', 'warn']);
    expect(Settings.of({ LOG_LEVEL: 'debug' }, true).logLevels).toEqual([
      'fatal',
      'error',
      'warn',
      'log',
      'debug',
    ]);
  });

  it('take what is said', () => {
    expect(Settings.of({ PORT: '0', LEDGER_PATH: 'here', ORDERS_CSV: '' }, false)).toMatchObject({
      port: 0,
      ledger: { path: join(process.cwd(), 'here') },
      ordersCsv: undefined,
    });
    const url = `immudb://immudb:${SECRET}@db.example.com:3322/approvals`;
    expect(Settings.of({ LEDGER_URL: url, ORDERS_CSV: 'mine.csv' }, false)).toMatchObject({
      ledger: { url },
      ordersCsv: { path: resolve('mine.csv') },
    });
    expect(
      Settings.of({ LEDGER_URL: 'immudb://immudb:immudb@127.0.0.1:3322/a' }, false).ledger,
    ).toHaveProperty('url');
  });

  it.each(['x', '-1', '65536', '1.5', 'Infinity', '1e99'])('refuse the port %s', (PORT) => {
    expect(problem({ PORT })).toMatch(/^PORT must be [^\n]+$/);
  });

  it('say how long ends and rounds take', () => {
    expect(Settings.of({}, false)).toMatchObject({ roundsMs: 60_000, shutdownMs: 10_000 });
    expect(Settings.of({ ROUNDS_MS: '50', SHUTDOWN_MS: '500' }, false)).toMatchObject({
      roundsMs: 50,
      shutdownMs: 500,
    });
    for (const wrong of ['x', '1', '1.5', '3600001'])
      expect(problem({ SHUTDOWN_MS: wrong })).toMatch(/^SHUTDOWN_MS must be a whole number of milliseconds/);
  });

  it('refuse what cannot be a ledger, without showing a password', () => {
    const LEDGER_URL = `http://immudb:${SECRET}@localhost/approvals`;
    expect(problem({ LEDGER_URL })).toBe(
      'LEDGER_URL must be like immudb://user:password@host:3322/database.',
    );
    expect(problem({ LEDGER_PATH: '' })).toBe('LEDGER_PATH must name a folder.');
    expect(problem({ LEDGER_PATH: 'a', LEDGER_URL: 'immudb://u:p@localhost/a' })).toBe(
      'Give LEDGER_PATH or LEDGER_URL, not both.',
    );
  });

  it('tell all that is wrong', () => {
    expect(problem({ PORT: 'x', LOG_LEVEL: 'loud' }).split('\n')).toEqual([
      expect.stringMatching(/^PORT/),
      'LOG_LEVEL must be one of fatal, error, warn, log, debug, verbose.',
    ]);
  });
});
