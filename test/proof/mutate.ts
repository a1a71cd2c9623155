// Every single thing that can be wrong with an answer, made in place and undone again: bits, lengths, items, types.

/** One change. */
export interface Mutant {
  /** Which field, without positions in lists: `tx.entries[].vLen`. */
  readonly field: string;
  /** What is done to it. */
  readonly change: string;
  /** Makes the change, and gives what undoes it. */
  apply(): () => void;
}

/** Which bits of a byte string or an integer are flipped. */
export type BitChoice = (bitCount: number) => Iterable<number>;

/** All of them. */
export const everyBit: BitChoice = (count) => Array.from({ length: count }, (_, bit) => bit);

type Container = Record<string, unknown>;

/** Bits of bytes and integers, and flags: the message keeps its shape. */
export function* bitMutants(root: object, bits: BitChoice, field = ''): Generator<Mutant> {
  for (const [name, value] of Object.entries(root) as [string, unknown][]) {
    const path = pathOf(field, root, name);
    const set = (change: string, to: unknown): Mutant => replacing(root as Container, name, path, change, to);
    if (value instanceof Uint8Array)
      for (const bit of bits(value.length * 8)) yield flipping(value, bit, path);
    else if (typeof value === 'bigint')
      for (const bit of bits(64)) yield set(`bit ${bit}`, flipBigint(value, bit));
    else if (typeof value === 'number')
      for (const bit of bits(32)) yield set(`bit ${bit}`, value ^ (1 << bit));
    else if (typeof value === 'boolean') yield set('flag', !value);
    else if (typeof value === 'string') yield* textMutants(value, set);
    else if (typeof value === 'object' && value !== null) yield* bitMutants(value, bits, path);
  }
}

/** Lengths, items, presence and types: the message loses its shape. */
export function* shapeMutants(root: object, field = ''): Generator<Mutant> {
  for (const [name, value] of Object.entries(root) as [string, unknown][]) {
    const path = pathOf(field, root, name);
    const set = (change: string, to: unknown): Mutant => replacing(root as Container, name, path, change, to);
    for (const stranger of [null, 'x', 7, 7n, {}, [], new Uint8Array(32), Number.NaN, true]) {
      if (typeof stranger !== typeof value || stranger === null || isList(stranger) !== isList(value))
        yield set(`becomes ${describe(stranger)}`, stranger);
    }
    if (value !== undefined) yield set('is left out', undefined);
    if (value instanceof Uint8Array) yield* byteMutants(value, set);
    else if (isList(value)) yield* listMutants(value, set);
    else if (typeof value === 'bigint')
      yield* integerMutants(
        [0n, 1n, -1n, value + 1n, value - 1n, 2n ** 63n, 2n ** 64n, value + 2n ** 64n],
        value,
        set,
      );
    else if (typeof value === 'number')
      yield* integerMutants(
        [0, 1, -1, value + 1, value - 1, 1.5, 2 ** 31, 2 ** 32 + value, Infinity],
        value,
        set,
      );
    else if (value === undefined) yield* inserted(name, set);
    if (typeof value === 'object' && value !== null && !(value instanceof Uint8Array))
      yield* shapeMutants(value, path);
  }
}

type Setter = (change: string, to: unknown) => Mutant;

function* byteMutants(value: Uint8Array, set: Setter): Generator<Mutant> {
  const longer = new Uint8Array(value.length + 1);
  longer.set(value);
  yield set('has one byte more', longer);
  yield set('is 1 MiB long', new Uint8Array(1 << 20));
  if (value.length === 0) return;
  yield set('has one byte less', value.slice(1));
  yield set('has no last byte', value.slice(0, -1));
  yield set('is empty', new Uint8Array(0));
  if (value.some((byte) => byte !== 0)) yield set('is all zeros', new Uint8Array(value.length));
}

function* listMutants(list: readonly unknown[], set: Setter): Generator<Mutant> {
  const first: unknown = list[0] ?? new Uint8Array(32);
  yield set('has one item more', [...list, first]);
  yield set('has one item more in front', [new Uint8Array(32), ...list]);
  yield set('has a hole', [...list, ...Array<unknown>(1)]);
  yield set('has 100 items', new Array<unknown>(100).fill(first));
  yield set('has two million items', new Array<unknown>(2_000_000).fill(first));
  if (list.length === 0) return;
  yield set('is empty', []);
  for (const at of list.keys()) {
    yield set(`lacks item ${at}`, list.toSpliced(at, 1));
    yield set(`has item ${at} twice`, list.toSpliced(at, 0, list[at]));
    yield set(`has nothing for item ${at}`, list.with(at, undefined));
    if (at > 0)
      yield set(
        `has items ${at - 1} and ${at} exchanged`,
        list.with(at, list[at - 1]).with(at - 1, list[at]),
      );
  }
  if (list.length > 2) yield set('is reversed', list.toReversed());
}

function* integerMutants<T>(candidates: readonly T[], value: T, set: Setter): Generator<Mutant> {
  for (const candidate of candidates)
    if (candidate !== value) yield set(`is ${String(candidate)}`, candidate);
}

function* textMutants(value: string, set: Setter): Generator<Mutant> {
  yield set('is empty', '');
  yield set('is longer', `${value}x`);
  yield set('has capitals', value.toUpperCase());
  for (let at = 0; at < value.length; at++)
    yield set(`lacks character ${at}`, value.slice(0, at) + value.slice(at + 1));
}

/** What a server may add where an honest one sends nothing. */
function* inserted(name: string, set: Setter): Generator<Mutant> {
  const digest = new Uint8Array(32);
  const path = { leaf: 0, width: 1, terms: [] };
  const additions: Readonly<Record<string, readonly unknown[]>> = {
    metadata: [
      { deleted: true, nonIndexable: false },
      { deleted: false, nonIndexable: true },
      { deleted: false, expiration: { expiresAt: 0n }, nonIndexable: false },
      { truncatedTxID: 1n, extra: new Uint8Array(0) },
    ],
    expiration: [{ expiresAt: 0n }, { expiresAt: 4_102_444_800n }],
    referencedBy: [{ tx: 1n, key: digest, atTx: 0n, metadata: undefined, revision: 1n }],
    LinearAdvanceProof: [
      { linearProofTerms: [digest], inclusionProofs: [] },
      { linearProofTerms: [], inclusionProofs: [path] },
      { linearProofTerms: [digest, digest], inclusionProofs: [path] },
    ],
  };
  for (const addition of additions[name] ?? []) yield set(`is added: ${describe(addition)}`, addition);
}

function replacing(owner: Container, name: string, field: string, change: string, to: unknown): Mutant {
  return {
    field,
    change,
    apply: () => {
      const before = owner[name];
      owner[name] = to;
      return () => {
        owner[name] = before;
      };
    },
  };
}

function flipping(bytes: Uint8Array, bit: number, field: string): Mutant {
  const flip = (): void => {
    bytes[bit >>> 3]! ^= 1 << (bit & 7);
  };
  return { field, change: `bit ${bit}`, apply: () => (flip(), flip) };
}

function flipBigint(value: bigint, bit: number): bigint {
  const flipped = BigInt.asUintN(64, value) ^ (1n << BigInt(bit));
  return value < 0n ? BigInt.asIntN(64, flipped) : flipped;
}

function pathOf(field: string, owner: object, name: string): string {
  if (Array.isArray(owner)) return `${field}[]`;
  return field === '' ? name : `${field}.${name}`;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function describe(value: unknown): string {
  const text = JSON.stringify(value, (_, item: unknown) =>
    typeof item === 'bigint' ? `${String(item)}n` : item,
  );
  return `${typeof value} ${text.slice(0, 60)}`;
}
