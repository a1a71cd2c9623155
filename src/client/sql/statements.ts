// What a text of SQL would do besides what it says: just enough reading of it (comments, strings, first words) to refuse
// what would change the session, or be dropped by the server without a word. Everything else is for the server to judge.

import { isWellFormed } from '../../bytes.js';
import { ImmuError } from '../../errors.js';

/** One statement of a text: its words in upper case, in order, without strings, quoted names and comments. */
export interface Statement {
  readonly words: readonly string[];
}

/** White space, a comment to the end of its line, a word, or any other character. */
const TOKEN = /\s+|--[^\n\r]*|[A-Za-z_][A-Za-z0-9_]*|[^]/y;

/**
 * The statements of a text, empty ones left out.
 *
 * @throws TypeError for no text · ImmuError SQL_STATEMENT where there is none, or a string or comment does not end
 */
export function statementsOf(sql: string): readonly Statement[] {
  if (typeof sql !== 'string' || !isWellFormed(sql)) throw new TypeError('sql must be a well-formed text');
  const statements: Statement[] = [];
  let words: string[] = [];
  let isEmpty = true;
  const end = () => {
    if (!isEmpty) statements.push({ words });
    words = [];
    isEmpty = true;
  };
  for (const token of tokensOf(sql)) {
    if (token === ';') {
      end();
      continue;
    }
    isEmpty = false;
    if (/^[A-Za-z_]/.test(token)) words.push(token.toUpperCase());
  }
  end();
  if (statements.length === 0) throw refused('there is no statement in it.');
  return statements;
}

/** The tokens of a text but white space and comments; of a string or a quoted name, its opening quote. */
function* tokensOf(sql: string): Generator<string, void, undefined> {
  for (let at = 0; at < sql.length;) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(sql)?.[0] ?? '';
    if (sql.startsWith('/*', at)) {
      at = endOf(sql, '*/', at + 2);
      continue;
    }
    if (token === "'" || token === '"') {
      yield token;
      at = endOf(sql, token, at + 1);
      continue;
    }
    if (token.trim() !== '' && !token.startsWith('--')) yield token;
    at += token.length;
  }
}

/** The position behind the closing mark. A doubled one ends a string and begins another, which comes to the same. */
function endOf(sql: string, mark: string, from: number): number {
  const found = sql.indexOf(mark, from);
  if (found === -1) throw refused(`a string, quoted name or comment does not end: ${mark} is missing.`);
  return found + mark.length;
}

const CONTROL = /^(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|START|END)$/;
const ADMINISTRATION = /^(?:GRANT|REVOKE|(?:CREATE|ALTER|DROP) (?:USER|DATABASE))\b/;

/**
 * Refuses what `exec` must not send.
 *
 * @throws TypeError, ImmuError SQL_STATEMENT
 */
export function assertExecutable(sql: string): void {
  const statements = statementsOf(sql);
  for (const { words } of statements) {
    refuseSwitch(words);
    refuseReturning(words);
    const [first = ''] = words;
    if (CONTROL.test(first))
      throw refused(
        `${first} has no place in it: all statements of one text are one transaction anyway. For one that spans calls use sql.transaction.`,
      );
    if (statements.length > 1) refuseAdministration(words);
  }
}

/**
 * Refuses what `exec` of an interactive transaction must not send.
 *
 * @throws TypeError, ImmuError SQL_STATEMENT
 */
export function assertExecutableInside(sql: string): void {
  for (const { words } of statementsOf(sql)) {
    refuseSwitch(words);
    refuseReturning(words);
    const [first = '', second] = words;
    if (first === 'SAVEPOINT' || first === 'RELEASE' || (first === 'ROLLBACK' && second === 'TO'))
      throw refused('going back to a savepoint undoes nothing on immudb 1.11.1, and it does not say so.');
    if (CONTROL.test(first))
      throw refused(`${first} would end the transaction behind its handle: use commit() and rollback().`);
    refuseAdministration(words);
  }
}

/** Refuses what `query` must not send: a second statement would not be executed. @throws TypeError, ImmuError SQL_STATEMENT */
export function assertQuery(sql: string): void {
  const statements = statementsOf(sql);
  if (statements.length > 1)
    throw refused('a query is one statement: the server would leave out the others without a word.');
  for (const { words } of statements) refuseSwitch(words);
}

/** Seen on 1.11.1: rows inserted along with CREATE USER are gone, along with CREATE DATABASE they are kept; both untold. */
function refuseAdministration(words: readonly string[]): void {
  const start = words.slice(0, 2).join(' ');
  if (!ADMINISTRATION.test(start)) return;
  throw refused(
    `${start} must stand alone, in an exec of its own: the server drops or conceals what other statements do with it.`,
  );
}

function refuseSwitch([first]: readonly string[]): void {
  if (first !== 'USE') return;
  throw refused(
    'USE would change the database under everything else on this session, proofs included: take client.useDatabase(name).',
  );
}

/** Seen on 1.11.1: it answers that all is well, and writes nothing. */
function refuseReturning(words: readonly string[]): void {
  if (!words.includes('RETURNING')) return;
  throw refused(
    'RETURNING gives rows, and the server does not execute such a statement here: take query() of a transaction.',
  );
}

function refused(why: string): ImmuError {
  return new ImmuError('SQL_STATEMENT', `This SQL was not sent: ${why}`, { details: { executed: 'no' } });
}
