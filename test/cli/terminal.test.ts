import { describe, expect, it } from 'vitest';
import { bytesText, grouped } from '../../src/cli/progress-line.js';
import { processTerminal } from '../../src/cli/terminal.js';

describe('a line that shows how far something is', () => {
  const terminalOf = (stderr: { isTTY?: boolean; columns?: number }) => {
    const written: string[] = [];
    const write = (text: string) => written.push(text) > 0;
    const process = { stdout: { isTTY: true, write }, stderr: { ...stderr, write }, env: {} };
    return { written, terminal: processTerminal(process as unknown as NodeJS.Process) };
  };

  it('is for a terminal only, even where the result goes to a file', () => {
    expect(terminalOf({ isTTY: false }).terminal.progress).toBeUndefined();
    expect(terminalOf({ isTTY: true }).terminal.progress).toBeDefined();
  });

  it.each([
    [20, 19],
    [0, 79],
    [undefined, 79],
  ])('replaces the one before, and never wraps (%s columns)', (columns, length) => {
    const { terminal, written } = terminalOf({ isTTY: true, ...(columns === undefined ? {} : { columns }) });
    terminal.progress!('x'.repeat(200));
    terminal.progress!(undefined);
    expect(written).toEqual([`\r\u001b[K${'x'.repeat(length)}`, '\r\u001b[K']);
  });
});

it('numbers are for people', () => {
  expect(grouped(1_234_567n)).toBe('1,234,567');
  expect([0n, 999_999n, 1_500_000n, 123_456_789n].map(bytesText)).toEqual([
    '0 bytes',
    '999,999 bytes',
    '1.5 MB',
    '123 MB',
  ]);
});
