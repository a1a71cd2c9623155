// Random transactions of several kinds of writes, later ones referring to earlier ones.
import { toMapKey } from '../../../src/bytes.js';
import type { RequestOf } from '../rpc-backend.js';
import { binding, key, keyValue, knownKey, preconditions, referenceKey, score, setName } from './parts.js';
import { step, type Source, type Step } from './step.js';

type Op = NonNullable<RequestOf<'execAll'>['Operations']>[number];
type Kind = 'kv' | 'zAdd' | 'ref' | 'none';

/** A list under way. */
interface List extends Source {
  /** Keys of values in it so far. */
  readonly written: Uint8Array[];
  /** It refers to itself alone, as one that does not wait must. */
  readonly own: boolean;
}

/** One of the keys written earlier in the list, or another. */
function target(list: List): Uint8Array {
  const { random, written, own } = list;
  return written.length > 0 && random.chance(own ? 0.95 : 0.6) ? random.pick(written) : knownKey(list);
}

/** Within a list, a bound reference without a transaction means the list's own. */
function bindingTo(list: List, to: Uint8Array) {
  return list.own || list.random.chance(0.3) ? ({ boundRef: true } as const) : binding(list, to);
}

function keyValueOp(list: List): Op {
  const made = keyValue(list);
  list.written.push(made.key!);
  return { operation: { $case: 'kv', value: made } };
}

function zAddOp(list: List): Op {
  const to = target(list);
  const value = { set: setName(list), score: score(list), key: to, ...bindingTo(list, to) };
  return { operation: { $case: 'zAdd', value } };
}

function referenceOp(list: List): Op {
  const to = target(list);
  const from = list.random.chance(0.9) ? referenceKey(list) : key(list);
  return { operation: { $case: 'ref', value: { key: from, referencedKey: to, ...bindingTo(list, to) } } };
}

function operation(list: List): Op {
  // What refers to the list itself needs something in it.
  const isFirst = list.own && list.written.length === 0;
  const kind = list.random.weighted<Kind>([
    [4, 'kv'],
    [isFirst ? 0.1 : 3, 'zAdd'],
    [isFirst ? 0.1 : 3, 'ref'],
    [0.06, 'none'],
  ]);
  if (kind === 'kv') return keyValueOp(list);
  if (kind === 'zAdd') return zAddOp(list);
  return kind === 'ref' ? referenceOp(list) : {};
}

/** The key an operation writes, if any but a sorted set's. */
const keyOf = ({ operation: op }: Op) => (op?.$case === 'zAdd' ? undefined : op?.value?.key);

function eachKeyOnce(operations: readonly Op[]): Op[] {
  const seen = new Set<string>();
  return operations.filter((op) => {
    const written = keyOf(op);
    if (written === undefined) return true;
    const isNew = !seen.has(toMapKey(written));
    seen.add(toMapKey(written));
    return isNew;
  });
}

/** All kinds of writes in one transaction. */
export function execAll(source: Source): Step {
  const { random } = source;
  const isUnwaited = random.chance(0.25);
  const list: List = { ...source, written: [], own: isUnwaited && random.chance(0.8) };
  const made = random.list(random.chance(0.03) ? 0 : 1, 5, () => operation(list));
  // A key twice fails the whole list.
  const Operations = random.chance(0.05) ? made : eachKeyOnce(made);
  const request = { Operations, ...(isUnwaited ? { noWait: true } : {}), ...preconditions(source) };
  return step('execAll', request, { writes: Operations.flatMap((op) => keyOf(op) ?? []) });
}
