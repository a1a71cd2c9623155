// What a killed writer said it was about to write, and what of that it said was acknowledged.

/** One write. */
export interface Write {
  readonly ids: readonly string[];
  /** The value an update wrote; 0 for what was written first. */
  readonly count: number;
  acknowledged: boolean;
}

/** What a whole line ends with. */
export const END = ';';

/** Reads what a writer told. A line that was cut short by the kill counts for nothing. */
export function claimsOf(lines: readonly string[]): Write[] {
  const writes = new Map<string, Write>();
  for (const line of lines) {
    const [word, kind = '', ...ids] = line.split(' ');
    if (ids.pop() !== END || (word !== 'try' && word !== 'done')) continue;
    const name = `${kind} ${ids.join(' ')}`;
    if (word === 'try') {
      const count = kind.startsWith('count=') ? Number(kind.slice('count='.length)) : 0;
      writes.set(name, { ids, count, acknowledged: false });
      continue;
    }
    const write = writes.get(name);
    if (write === undefined) throw new Error(`Acknowledged and never tried: ${line}`);
    write.acknowledged = true;
  }
  return [...writes.values()];
}

/** By entity: the newest value acknowledged, and the newest tried. */
export function countsOf(writes: readonly Write[]): Map<string, { acknowledged: number; tried: number }> {
  const counts = new Map<string, { acknowledged: number; tried: number }>();
  for (const { ids, count, acknowledged } of writes) {
    for (const id of ids) {
      const known = counts.get(id) ?? { acknowledged: -1, tried: 0 };
      counts.set(id, {
        acknowledged: acknowledged ? Math.max(known.acknowledged, count) : known.acknowledged,
        tried: Math.max(known.tried, count),
      });
    }
  }
  return counts;
}
