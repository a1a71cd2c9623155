// A small codec of an application: texts and bigints, one a line.
import type { Codec, PlainRecord } from 'immurepo/codec';

/** Writes `name=n12` and `name=stext`, sorted. */
export const codecWithBigints: Codec = {
  id: 0x8002,
  name: 'lines',
  encode(plain: PlainRecord): Uint8Array {
    const lines = Object.entries(plain).map(([name, value]) => `${name}=${written(value)}`);
    return new TextEncoder().encode(`${lines.sort().join('\n')}\n`);
  },
  decode(bytes: Uint8Array): Record<string, unknown> {
    const lines = new TextDecoder()
      .decode(bytes)
      .split('\n')
      .filter((line) => line !== '');
    return Object.fromEntries(
      lines.map((line) => {
        const [name, type, value] = /^(\w+)=([ns])(.*)$/.exec(line)!.slice(1) as [string, string, string];
        return [name, type === 'n' ? BigInt(value) : value];
      }),
    );
  },
};

function written(value: unknown): string {
  if (typeof value === 'bigint') return `n${value}`;
  if (typeof value === 'string' && !value.includes('\n')) return `s${value}`;
  throw new TypeError('only texts of one line, and bigints');
}
