import { expect, it } from 'vitest';
import { parseArguments, USAGE, UsageError } from '../../examples/quickstart/arguments.js';

const NOTHING = {
  file: undefined,
  url: undefined,
  folder: undefined,
  json: false,
  tamper: false,
  help: false,
};

it('needs nothing', () => {
  expect(parseArguments([])).toEqual(NOTHING);
});

it.each([
  [['lock.json'], { file: 'lock.json' }],
  [
    ['--url', 'immudb://localhost', 'lock.json', '--json'],
    { file: 'lock.json', url: 'immudb://localhost', json: true },
  ],
  [['--folder=/data'], { folder: '/data' }],
  [['--tamper'], { tamper: true }],
  [['--help'], { help: true }],
  [['-h'], { help: true }],
])('reads %j', (line, expected) => {
  expect(parseArguments(line)).toEqual({ ...NOTHING, ...expected });
});

it.each([
  [['a.json', 'b.json'], 'One lock file at a time; given were a.json, b.json.'],
  [['--url'], "Option '--url <value>' argument missing"],
  [['--url='], '--url is empty'],
  [['--colour'], "Unknown option '--colour'"],
  [['--json=yes'], "Option '--json' does not take an argument"],
  [['--json', '--tamper'], 'choose one of them'],
])('refuses %j', (line, message) => {
  const parsing = () => parseArguments(line);
  expect(parsing).toThrow(UsageError);
  expect(parsing).toThrow(message);
});

it('explains every option', () => {
  for (const name of ['FILE', '--url', '--folder', '--tamper', '--json', '--help'])
    expect(USAGE).toContain(`  ${name} `);
});
