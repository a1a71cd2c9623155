// Operations of all kinds, one after the other, whatever becomes of them.
import { setTimeout as sleep } from 'node:timers/promises';
import { fromUtf8, utf8 } from '../../src/bytes.js';
import type { ImmuClient } from '../../src/client/immu-client.js';
import type { OperationOptions } from '../../src/client/call-scope.js';
import type { Claims } from './claims.js';
import type { Random } from './plan.js';

/** One worker among several that share a client. */
export interface Worker {
  readonly client: ImmuClient;
  readonly claims: Claims;
  /** Begins all its keys and values. */
  readonly name: string;
  /** Begins the keys it shares with the others. */
  readonly shared: string;
  readonly random: Random;
}

type Operation = (worker: Worker, count: number, bounds: OperationOptions) => Promise<void>;

const SHARED_KEYS = 3;
/** One operation in so many is aborted under way. */
const ABORTED = 15;

const text = (bytes: Uint8Array) => fromUtf8(bytes) ?? 'not UTF-8';
const sharedKey = ({ shared, random }: Worker) => `${shared}/shared-${random(SHARED_KEYS)}`;
const mustNotExist = (key: string) => ({ kind: 'mustNotExist' as const, key: utf8(key) });

/** Makes a write and claims what came of it. */
function write(
  kind: string,
  keysOf: (worker: Worker, count: number) => readonly string[],
  set: (worker: Worker, keys: readonly string[], value: string, bounds: OperationOptions) => Promise<bigint>,
): Operation {
  return async (worker, count, bounds) => {
    const value = `${worker.name}/${count}`;
    const keys = keysOf(worker, count);
    try {
      worker.claims.committed(kind, value, keys, await set(worker, keys, value, bounds));
    } catch (error) {
      worker.claims.failed(kind, value, keys, error);
    }
  };
}

/** An entry that was read. */
interface Read {
  readonly key: Uint8Array;
  readonly value: Uint8Array;
  readonly txId: bigint;
}

function read(
  kind: string,
  get: (worker: Worker, bounds: OperationOptions) => Promise<readonly (Read | undefined)[]>,
): Operation {
  return async (worker, _, bounds) => {
    const { claims } = worker;
    try {
      for (const entry of await get(worker, bounds)) {
        if (entry === undefined) continue;
        const { key, value, txId } = entry;
        claims.reads.push({ kind, key: text(key), value: text(value), txId });
      }
    } catch (error) {
      claims.note(kind, error);
    }
  };
}

const entriesOf = (keys: readonly string[], value: string) =>
  keys.map((key) => ({ key: utf8(key), value: utf8(value) }));
const one = (worker: Worker) => [sharedKey(worker)];
const own = ({ name }: Worker, count: number) => [`${name}/own-${count}`];
const several = (worker: Worker, count: number) => [...one(worker), ...own(worker, count)];
const once = ({ shared, random }: Worker) => [`${shared}/once-${random(SHARED_KEYS)}`];
const allShared = ({ shared }: Worker) =>
  Array.from({ length: SHARED_KEYS }, (_, index) => utf8(`${shared}/shared-${index}`));

const verifiedSet =
  (conditional: boolean) =>
  async ({ client }: Worker, keys: readonly string[], value: string, bounds: OperationOptions) => {
    const preconditions = conditional ? keys.map(mustNotExist) : [];
    return (await client.verifiedSet(entriesOf(keys, value), { ...bounds, preconditions })).txId;
  };
const plainSet =
  (conditional: boolean) =>
  async ({ client }: Worker, keys: readonly string[], value: string, bounds: OperationOptions) => {
    const preconditions = conditional ? keys.map(mustNotExist) : [];
    return (await client.setAll(entriesOf(keys, value), { ...bounds, preconditions })).txId;
  };

const OPERATIONS: readonly Operation[] = [
  write('verifiedSet', one, verifiedSet(false)),
  write('verifiedSet of several', several, verifiedSet(false)),
  write('verifiedSet if new', own, verifiedSet(true)),
  write('verifiedSet if nobody has', once, verifiedSet(true)),
  write('set', several, plainSet(false)),
  write('set if new', own, plainSet(true)),
  read('verifiedGet', async (worker, bounds) => [
    await worker.client.verifiedGet(utf8(sharedKey(worker)), bounds),
  ]),
  read('verifiedGetAll', (worker, bounds) => worker.client.verifiedGetAll(allShared(worker), bounds)),
  read('verifiedHistory', async (worker, bounds) => {
    const key = utf8(sharedKey(worker));
    const revisions = await worker.client.verifiedHistory(key, bounds);
    return revisions.flatMap((revision) => (revision.kind === 'value' ? [{ ...revision, key }] : []));
  }),
  read('get', async (worker, bounds) => [await worker.client.get(utf8(sharedKey(worker)), bounds)]),
  read('scan', ({ client, shared }, bounds) =>
    client.scan({ ...bounds, prefix: utf8(`${shared}/`), limit: 50 }),
  ),
  read('verifiedState', async ({ client }, bounds) => {
    await client.verifiedState(bounds);
    return [];
  }),
];

/** Works until it is told to stop, and does at least `least` operations. */
export async function work(worker: Worker, least: number, isOver: () => boolean): Promise<number> {
  const { random } = worker;
  let count = 0;
  for (; count < least || !isOver(); count++) {
    const operation = OPERATIONS[random(OPERATIONS.length)]!;
    const signal = random(ABORTED) === 0 ? AbortSignal.timeout(random(60)) : undefined;
    await operation(worker, count, { signal });
    await noteTrust(worker);
    // What is refused at once is tried again at once: a second of that would be a hundred thousand operations.
    await sleep(random(6));
  }
  return count;
}

/** The first of all operations may be the one that takes up trust, for which the server must be there. */
async function noteTrust({ client, claims }: Worker): Promise<void> {
  try {
    claims.trusts(await client.trustedState());
  } catch (error) {
    claims.note('trustedState', error);
  }
}
