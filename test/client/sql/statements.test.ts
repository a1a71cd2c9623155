// Which texts are refused before they are sent, and which are not.

import { describe, expect, it } from 'vitest';
import {
  assertExecutable,
  assertExecutableInside,
  assertQuery,
  statementsOf,
} from '../../../src/client/sql/statements.js';
import { ImmuError } from '../../../src/errors.js';

function refusalOf(check: (sql: string) => unknown, sql: string): string | undefined {
  try {
    check(sql);
    return undefined;
  } catch (error) {
    if (!(error instanceof ImmuError)) throw error;
    expect(error.code).toBe('SQL_STATEMENT');
    return error.message;
  }
}

describe('statements of a text', () => {
  it.each<[string, string[]]>([
    ["INSERT INTO t(id) VALUES (1, 'a;b', 'it''s; x')", ['INSERT INTO T ID VALUES']],
    ["-- USE x;\nSELECT 1 -- it's; more", ['SELECT']],
    ["/* ; it's */ SELECT/**/1 /*/ ; */;", ['SELECT']],
    ['SELECT "a;b" FROM t;\r\n;; DELETE FROM t', ['SELECT FROM T', 'DELETE FROM T']],
    ["SELECT x'AB' - 1 -> 'a' FROM t", ['SELECT X FROM T']],
    ['(SELECT 1) UNION SELECT 2', ['SELECT UNION SELECT']],
    ['1', ['']],
  ])('%s', (sql, words) => {
    expect(statementsOf(sql).map((one) => one.words.join(' '))).toEqual(words);
  });

  it.each(['', '  ', ';', '-- nothing', '/* nothing */ ; '])('of %j there are none', (sql) => {
    expect(refusalOf(statementsOf, sql)).toContain('no statement');
  });

  it.each(["SELECT 'a", "SELECT 'it''s", '/* a', 'SELECT /*/ 1', 'SELECT "a', "SELECT '''"])(
    '%s does not end',
    (sql) => {
      expect(refusalOf(statementsOf, sql)).toContain('does not end');
    },
  );

  it('a text of a million quotes takes no time', () => {
    const sql = `SELECT ${"'".repeat(1_000_001)}`;
    expect(refusalOf(statementsOf, sql)).toContain('does not end');
  });

  it.each([undefined, 1, Buffer.from('SELECT 1'), '\ud800'])('%s is no text', (sql) => {
    expect(() => statementsOf(sql as string)).toThrow(TypeError);
  });
});

const USE = [
  'USE other',
  'use database other',
  '/**/ USE x',
  'SELECT 1; -- a\n USE x',
  'USE SNAPSHOT SINCE TX 1',
];
const RETURNING = ['INSERT INTO t(id) VALUES (1) RETURNING id', 'DELETE FROM t; DELETE FROM t returning id'];

describe('exec', () => {
  it.each([
    ...USE,
    ...RETURNING,
    'BEGIN TRANSACTION; INSERT INTO t(id) VALUES (1); COMMIT;',
    'COMMIT',
    'rollback',
    'SAVEPOINT s',
    "INSERT INTO t(id) VALUES (1); CREATE USER x WITH PASSWORD 'y' READ",
    'CREATE DATABASE x; CREATE DATABASE y',
    'DROP TABLE t; GRANT SELECT ON DATABASE d TO USER u',
  ])('refuses %s', (sql) => {
    expect(refusalOf(assertExecutable, sql)).toContain('was not sent');
  });

  it.each([
    'INSERT INTO t(id) VALUES (1); DELETE FROM t',
    'CREATE DATABASE x;',
    "CREATE USER x WITH PASSWORD 'y' READ",
    'CREATE TABLE IF NOT EXISTS t(id INTEGER, PRIMARY KEY id); ALTER TABLE t ADD COLUMN x JSON',
    "INSERT INTO t(v) VALUES ('RETURNING; USE x')",
    'SELECT 1 FROM t USE INDEX ON a',
    'UPDATE "begin" SET "use" = 1',
  ])('takes %s', (sql) => {
    expect(refusalOf(assertExecutable, sql)).toBeUndefined();
  });
});

describe('exec of a transaction', () => {
  it.each([
    ...USE,
    ...RETURNING,
    'BEGIN',
    'INSERT INTO t(id) VALUES (1); COMMIT',
    'ROLLBACK;',
    'SAVEPOINT s',
    'ROLLBACK TO SAVEPOINT s',
    'DROP USER u',
  ])('refuses %s', (sql) => {
    expect(refusalOf(assertExecutableInside, sql)).toContain('was not sent');
  });
});

describe('query', () => {
  it.each(['USE x', 'SELECT 1; SELECT 2'])('refuses %s', (sql) => {
    expect(refusalOf(assertQuery, sql)).toContain('was not sent');
  });

  it.each(['SELECT 1;', "SELECT ';' -- ;", 'SHOW TABLES', 'WITH a AS (SELECT 1) SELECT * FROM a'])(
    'takes %s',
    (sql) => {
      expect(refusalOf(assertQuery, sql)).toBeUndefined();
    },
  );
});
