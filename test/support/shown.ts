// Everything of an object that a printer, a logger or a debugger without the inspector could show: what must hold no secret.
import { inspect, types } from 'node:util';

/** Reads a property without being stopped by it. */
function read(owner: object, name: string | symbol, receiver: object): unknown {
  try {
    return Reflect.get(owner, name, receiver) as unknown;
  } catch {
    return undefined;
  }
}

function* partsOf(value: object): Generator {
  if (value instanceof Map || value instanceof Set) for (const entry of value) yield entry;
  for (
    let owner: object | null = value;
    owner !== null;
    owner = Object.getPrototypeOf(owner) as object | null
  ) {
    for (const name of Reflect.ownKeys(owner)) {
      yield typeof name === 'string' ? name : name.description;
      yield read(owner, name, value);
    }
  }
}

/** All text within: of names, of values, of bytes, of what getters give, own or inherited, as deep as it goes. */
export function* textsIn(root: unknown): Generator<string> {
  const seen = new Set<unknown>([globalThis, Object.prototype, Function.prototype]);
  const left = [root];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value === 'string') yield value;
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value))
      continue;
    seen.add(value);
    if (types.isUint8Array(value)) yield Buffer.from(value).toString('latin1');
    else if (!ArrayBuffer.isView(value) && !types.isAnyArrayBuffer(value)) left.push(...partsOf(value));
  }
}

/** The same, and what `util.inspect` and `JSON.stringify` make of it. */
export function* shown(root: unknown): Generator<string> {
  yield* textsIn(root);
  const all = {
    depth: Infinity,
    showHidden: true,
    getters: true,
    maxArrayLength: null,
    maxStringLength: null,
  } as const;
  yield inspect(root, all);
  yield inspect(root);
  try {
    const json: unknown = JSON.stringify(root, (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    if (typeof json === 'string') yield json;
  } catch {
    // A circle: then JSON shows nothing.
  }
}
