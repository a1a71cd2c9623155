import { expect, it } from 'vitest';
import { progressOn } from '../../../examples/approvals/server/start/progress.js';

function shown(isTTY: boolean): string {
  let text = '';
  const output = { isTTY, columns: 60, write: (part: string) => (text += part) };
  const progress = progressOn(output);
  for (const done of [0, 5, 10, 10]) progress('Importing', done, 10);
  progress('Deciding', 0, 0);
  return text;
}

it('draws a bar on a terminal', () => {
  const frames = shown(true).split('\r\x1b[2K').slice(1);
  expect(frames.map((frame) => /\d+ %/.exec(frame)?.[0])).toEqual(['0 %', '50 %', '100 %', '100 %']);
  expect(frames[1]).toContain(`${'█'.repeat(20)}${'░'.repeat(20)}`);
  expect(frames.map((frame) => frame.endsWith('\n'))).toEqual([false, false, true, true]);
});

it('writes a line for each stage anywhere else', () => {
  expect(shown(false)).toBe('Importing: done\nDeciding: done\n');
});
