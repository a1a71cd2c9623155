// Every single change of a message: each field altered, emptied, dropped, repeated or swapped with its neighbour.

/** A changed copy of a message, and what was changed. */
export interface Mutant<T> {
  /** Like `verifiableTx.tx.header.eH: bit flipped`. */
  readonly change: string;
  /** The changed copy. */
  readonly message: () => T;
}

type Path = readonly (string | number)[];

/** All mutants of a decoded message. What is absent stays absent: what can be added depends on the message. */
export function mutantsOf<T>(message: T): Mutant<T>[] {
  const mutants: Mutant<T>[] = [];
  const add = (path: Path, what: string, value: unknown): void => {
    mutants.push({ change: `${path.join('.')}: ${what}`, message: () => withValue(message, path, value) });
  };
  walk(message, [], add);
  return mutants;
}

function walk(value: unknown, path: Path, add: (path: Path, what: string, value: unknown) => void): void {
  if (value instanceof Uint8Array) {
    for (const [what, changed] of changedBytes(value)) add(path, what, changed);
  } else if (typeof value === 'bigint') {
    add(path, 'one more', BigInt.asUintN(64, value + 1n));
    if (value > 0n) add(path, 'one less', value - 1n);
    if (value > 1n) add(path, 'zero', 0n);
    add(path, 'huge', 2n ** 63n - 1n);
  } else if (typeof value === 'number') {
    add(path, 'one more', value + 1);
    if (value > 0) add(path, 'zero', 0);
  } else if (typeof value === 'boolean') {
    add(path, 'negated', !value);
  } else if (typeof value === 'string') {
    add(path, 'longer', `${value}x`);
    if (value !== '') add(path, 'empty', '');
  } else if (Array.isArray(value)) {
    walkList(value, path, add);
  } else if (typeof value === 'object' && value !== null) {
    if (typeof path.at(-1) === 'string') add(path, 'dropped', undefined);
    for (const [name, member] of Object.entries(value)) walk(member, [...path, name], add);
  }
}

function walkList(
  list: unknown[],
  path: Path,
  add: (path: Path, what: string, value: unknown) => void,
): void {
  if (list.length === 0) return;
  add(path, 'emptied', []);
  add(path, 'last repeated', [...list, list.at(-1)]);
  if (list.length > 1) {
    add(path, 'first dropped', list.slice(1));
    add(path, 'last dropped', list.slice(0, -1));
    add(path, 'reversed', list.toReversed());
  }
  list.forEach((member, index) => {
    walk(member, [...path, index], add);
  });
}

function changedBytes(bytes: Uint8Array): [string, Uint8Array][] {
  const changed: [string, Uint8Array][] = [['byte appended', Uint8Array.of(...bytes, 0)]];
  if (bytes.length === 0) return changed;
  const flipped = Uint8Array.from(bytes);
  flipped[0]! ^= 0x80;
  const flippedAtEnd = Uint8Array.from(bytes);
  flippedAtEnd[bytes.length - 1]! ^= 1;
  changed.push(['first bit flipped', flipped], ['last bit flipped', flippedAtEnd]);
  changed.push(['cut short', bytes.slice(0, -1)], ['emptied', new Uint8Array(0)]);
  return changed;
}

function withValue<T>(message: T, path: Path, value: unknown): T {
  const copy = structuredClone(message);
  let parent = copy as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) parent = parent[step] as Record<string | number, unknown>;
  parent[path.at(-1)!] = structuredClone(value);
  return copy;
}
