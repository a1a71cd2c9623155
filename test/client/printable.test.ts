import { describe, expect, it } from 'vitest';
import { utf8 } from '../../src/bytes.js';
import { printable } from '../../src/client/printable.js';
import { printableKey } from '../../src/client/printable-key.js';

describe('printable', () => {
  it('leaves ordinary text alone', () => {
    expect(printable('key not found: "ä€😀" – ok')).toBe('key not found: "ä€😀" – ok');
    expect(printable('')).toBe('');
  });

  it.each([
    ['\u001b[2J', '\\u{1b}[2J'],
    ['a\r\nb', 'a\\u{d}\\u{a}b'],
    ['\u0000', '\\u{0}'],
    ['\u007f\u009b', '\\u{7f}\\u{9b}'],
    ['\u2028\u2029', '\\u{2028}\\u{2029}'],
    ['\u202eevil', '\\u{202e}evil'],
    ['\u2066x\u2069', '\\u{2066}x\\u{2069}'],
  ])('escapes %j', (text, escaped) => {
    expect(printable(text)).toBe(escaped);
  });

  it('cuts long text and says by how much', () => {
    expect(printable('x'.repeat(300))).toBe('x'.repeat(300));
    expect(printable('x'.repeat(301))).toBe(`${'x'.repeat(300)}… (1 more characters)`);
    expect(printable('abcdef', 2)).toBe('ab… (4 more characters)');
    expect(printable('\n'.repeat(1e6)).length).toBeLessThan(3000);
  });
});

describe('printableKey', () => {
  it.each([
    [utf8('user:1'), '"user:1"'],
    [utf8(''), '""'],
    [utf8('a\nb'), '"a\\u{a}b"'],
    [Uint8Array.of(0xff, 0), '0xff00'],
    [utf8('x'.repeat(64)), `"${'x'.repeat(64)}"`],
    [utf8('x'.repeat(65)), `0x${'78'.repeat(64)}… (65 bytes)`],
  ])('%j', (key, text) => {
    expect(printableKey(key)).toBe(text);
  });
});
