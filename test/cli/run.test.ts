import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Arguments, UsageError } from '../../src/cli/arguments.js';
import type { Command } from '../../src/cli/command.js';
import { COMMANDS } from '../../src/cli/commands.js';
import { run } from '../../src/cli/run.js';
import { processTerminal } from '../../src/cli/terminal.js';
import { ImmuError, VerificationError } from '../../src/errors.js';
import { immurepo } from './support/cli.js';

describe('immurepo', () => {
  it.each([[[]], [['--help']], [['-h']], [['help']], [['trust']], [['trust', '--help']]])(
    'tells what there is: %j',
    async (words) => {
      const ran = await immurepo(words);
      const text = ran.out + ran.err;
      for (const { name, about } of COMMANDS) expect(text).toMatch(new RegExp(`${name} +${about}`));
      expect(ran.code).toBe(words.join(' ') === 'trust' ? 2 : 0);
    },
  );

  it('says that there is no such command, and what there is', async () => {
    const ran = await immurepo(['truts', '\u001b[2Jshow']);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(
      /^immurepo: there is no command "truts \\u\{1b\}\[2Jshow"\nUsage: immurepo COMMAND/,
    );
  });

  it.each(COMMANDS.map(({ name }) => name))('%s --help tells every option', async (name) => {
    const ran = await immurepo([...name.split(' '), '--help']);
    expect(ran).toMatchObject({ code: 0, err: '' });
    const { options } = COMMANDS.find((command) => command.name === name)!;
    for (const option of [...Object.keys(options), 'json', 'help'])
      expect(ran.out).toContain(`  --${option}`);
    expect(ran.out).toMatch(
      /Exit codes: 0 done · 1 could not be done · 2 wrong arguments · 3 the server contradicts/,
    );
  });

  it.each([
    [['trust', 'show', '--ledgr', 'x'], /Unknown option '--ledgr'/],
    [['trust', 'show', 'bank'], /Unexpected argument 'bank'/],
    [['trust', 'show', '--ledger'], /'--ledger <value>' argument missing/],
    [['trust', 'show', '--json=yes'], /'--json' does not take an argument/],
    [['trust', 'show', '--ledger', ''], /--ledger is empty/],
    [['trust', 'recover'], /--reason is missing/],
    [['trust', 'init'], /--url is missing, and IMMUREPO_URL is not set/],
    [['trust', 'pin'], /--tx and --alh are missing/],
  ])('refuses %j', async (words, message) => {
    const ran = await immurepo(words);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(message);
    expect(ran.err).toMatch(/immurepo trust \w+ --help tells what it takes\.$/);
  });

  it('refuses in JSON where JSON was asked for', async () => {
    const ran = await immurepo(['trust', 'recover', '--json']);
    expect(ran).toMatchObject({ code: 2, err: '' });
    expect(ran.json()).toEqual({ error: { code: 'USAGE', message: '--reason is missing' } });
  });
});

describe('the exit code', () => {
  const command = (outcome: () => never): Command => ({
    name: 'try',
    about: 'Try',
    details: [],
    options: {},
    run: () => Promise.resolve().then(outcome),
  });

  async function failing(error: unknown) {
    const lines: string[] = [];
    const terminal = {
      out: () => undefined,
      err: (line: string) => void lines.push(line),
      color: false,
      env: {},
    };
    const throws = command(() => {
      throw error;
    });
    return { code: await run(['try'], [throws], terminal), err: lines.join('\n') };
  }

  it('is 1 for what could not be done', async () => {
    const { code, err } = await failing(new ImmuError('UNREACHABLE', 'Nobody there.'));
    expect([code, err]).toEqual([1, 'immurepo try: UNREACHABLE: Nobody there.']);
  });

  it('is 2 for wrong arguments, also those that a library refuses', async () => {
    expect((await failing(new UsageError('wrong'))).code).toBe(2);
    expect((await failing(new TypeError('wrong'))).code).toBe(2);
  });

  it('is 3 for a server that contradicts what is trusted', async () => {
    const { code, err } = await failing(new VerificationError('FORK_DETECTED', 'Two \u001b[31mhistories.'));
    expect([code, err]).toEqual([3, 'immurepo try: FORK_DETECTED: Two \\u{1b}[31mhistories.']);
  });

  it('is 1 for a mistake of ours, with the stack', async () => {
    const { code, err } = await failing(new RangeError('oops'));
    expect(code).toBe(1);
    expect(err).toMatch(/UNEXPECTED: oops\nRangeError: oops\n +at /);
    expect((await failing('a text')).err).toBe('immurepo try: UNEXPECTED: a text');
  });
});

describe('arguments', () => {
  const options = { tx: { value: 'N', about: '' }, alh: { value: 'HEX', about: '' } };
  const given = (...words: string[]) => new Arguments(words, options);

  it('are numbers without loss', () => {
    expect(given('--tx', '18446744073709551615').number('tx')).toBe(18446744073709551615n);
    expect(given('--tx=9007199254740993').number('tx')).toBe(9007199254740993n);
    expect(given().number('tx')).toBeUndefined();
  });

  it.each(['0', '01', '0x10', '1.5', '1e3', 'seven', '-1', '18446744073709551616'])(
    'and %s is none',
    (text) => {
      expect(() => given(`--tx=${text}`).number('tx')).toThrow(UsageError);
    },
  );

  it.each(['', 'ab', 'g'.repeat(64), 'a'.repeat(63), 'a'.repeat(66)])('and %j is no hash', (text) => {
    expect(() => given(`--alh=${text}`).hash('alh')).toThrow(UsageError);
  });
});

describe('a process', () => {
  it('has colours for people only', () => {
    const written: string[] = [];
    const write = (text: string) => written.push(text) > 0;
    const terminal = (isTTY: boolean, env: Record<string, string>) =>
      processTerminal({ stdout: { isTTY, write }, stderr: { write }, env } as unknown as NodeJS.Process);
    expect(terminal(true, {}).color).toBe(true);
    expect(terminal(true, { NO_COLOR: '1' }).color).toBe(false);
    expect(terminal(true, { NO_COLOR: '' }).color).toBe(true);
    expect(terminal(false, {}).color).toBe(false);
    terminal(true, {}).out('one');
    terminal(true, {}).err('two');
    expect(written).toEqual(['one\n', 'two\n']);
  });

  it('runs, writes and exits', async () => {
    const main = (...words: string[]) =>
      promisify(execFile)(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...words]);
    const { stdout, stderr } = await main('trust', 'show', '--directory', '/nowhere', '--json');
    expect(JSON.parse(stdout)).toEqual({ directory: '/nowhere', records: [] });
    expect(stderr).toBe('');
    await expect(main('trust', 'forget')).rejects.toMatchObject({ code: 2, stdout: '' });
  });
});
