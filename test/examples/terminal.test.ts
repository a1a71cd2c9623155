import { describe, expect, it } from 'vitest';
import { progressBar } from '../../examples/quickstart/progress.js';
import { styleFor } from '../../examples/quickstart/style.js';

function terminal(columns?: number) {
  const written: string[] = [];
  return { isTTY: true, columns, written, write: (text: string) => written.push(text) };
}

describe('colours', () => {
  it('are used on a terminal', () => {
    expect(styleFor({ isTTY: true }, {}).red('text')).toBe('\x1b[31mtext\x1b[39m');
  });

  it.each([
    ['into a file or a pipe', { isTTY: undefined }, {}],
    ['with NO_COLOR', { isTTY: true }, { NO_COLOR: '1' }],
  ])('are never used %s', (_, output, env) => {
    const style = styleFor(output, env);
    for (const stress of Object.values(style) as (typeof style.red)[]) expect(stress('text')).toBe('text');
  });

  it('are not switched off by an empty NO_COLOR, as no-color.org says', () => {
    expect(styleFor({ isTTY: true }, { NO_COLOR: '' }).bold('text')).not.toBe('text');
  });
});

describe('the progress bar', () => {
  it('grows from empty to full on one line', () => {
    const screen = terminal(46);
    const { progress } = progressBar(screen);
    for (const done of [0, 5, 10]) progress('Saving', done, 10);
    expect(screen.written).toEqual([
      '\r\x1b[2KSaving      ░░░░░░░░░░░░░░░░░░░░ 0/10',
      '\r\x1b[2KSaving      ██████████░░░░░░░░░░ 5/10',
      '\r\x1b[2KSaving      ████████████████████ 10/10',
    ]);
  });

  it('never gets longer than the line', () => {
    const screen = terminal(60);
    progressBar(screen).progress('Comparing', 100_000, 100_000);
    expect(screen.written[0]?.length).toBeLessThanOrEqual(60 + '\r\x1b[2K'.length);
  });

  it.each([undefined, 0, 300])('fits 80 columns where the terminal says %s', (columns) => {
    const screen = terminal(columns);
    progressBar(screen).progress('Saving', 1, 1);
    expect(screen.written[0]?.match(/█/g)).toHaveLength(80 - 26);
  });

  it('is full where there is nothing to do', () => {
    const screen = terminal(46);
    progressBar(screen).progress('Proving', 0, 0);
    expect(screen.written[0]).toContain('████████████████████ 0/0');
  });

  it('leaves no trace when cleared', () => {
    const screen = terminal();
    progressBar(screen).clear();
    expect(screen.written).toEqual(['\r\x1b[2K']);
  });

  it('writes nothing where there is no terminal', () => {
    const file = { ...terminal(), isTTY: false };
    const { progress, clear } = progressBar(file);
    progress('Saving', 1, 2);
    clear();
    expect(file.written).toEqual([]);
  });
});
