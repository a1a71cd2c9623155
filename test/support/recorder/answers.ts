// The verified calls whose answers are recorded: writes, and reads from many trust points.
import { utf8 } from '../../../src/bytes.js';
import { ImmuServiceDefinition } from '../../../src/wire/immudb/schema/service.js';
import type { Recording } from './recording.js';
import { FAR_FUTURE, kv } from './writes.js';

const { verifiableGet, verifiableSet, verifiableSetReference, verifiableTxById, verifiableZAdd } =
  ImmuServiceDefinition.methods;

/** The oldest known trust point, one in the middle, and the newest. */
function spread(recording: Recording): [oldest: number, middle: number, newest: number] {
  const points = recording.trustPoints;
  return [points[0]!, points[points.length >> 1]!, points.at(-1)!];
}

type SetRequest = Parameters<typeof verifiableSet.requestType.create>[0];

/** Verified writes of plain entries, from no trust, and from old and new trust. */
export async function recordSets(recording: Recording): Promise<void> {
  const set = async (name: string, setRequest: NonNullable<SetRequest>['setRequest'], trusted: number) => {
    const request = { setRequest: setRequest!, proveSinceTx: BigInt(trusted) };
    await recording.call(`${name} since ${trusted}`, verifiableSet, request, trusted);
    await recording.state();
  };
  const [oldest, middle] = spread(recording);
  await set('set one', { KVs: [kv('set/0', 'no trust')] }, 0);
  await set('set one', { KVs: [kv('set/1', 'oldest')] }, oldest);
  await set('set five', { KVs: ['a', 'b', 'c', 'd', 'e'].map((name) => kv(`set/${name}`, name)) }, middle);
  await set('set empty value', { KVs: [kv('set/empty', '')] }, spread(recording)[2]);
  const KVs = [kv('set/new', 'under a condition')];
  const mustNotExist = { $case: 'keyMustNotExist', value: { key: utf8('set/new') } } as const;
  await set(
    'set conditional',
    { KVs, preconditions: [{ precondition: mustNotExist }] },
    spread(recording)[2],
  );
}

/** Verified writes with attributes. */
export async function recordAttributeSets(recording: Recording): Promise<void> {
  const expiring = { ...kv('set/expiring', 'until 2100'), metadata: { expiration: FAR_FUTURE } };
  const hidden = { ...kv('set/hidden', 'unreachable'), metadata: { nonIndexable: true } };
  const trusted = spread(recording)[2];
  const request = {
    setRequest: { KVs: [expiring, hidden, kv('set/beside', 'plain')] },
    proveSinceTx: BigInt(trusted),
  };
  await recording.call(`set attributes since ${trusted}`, verifiableSet, request, trusted);
  await recording.state();
}

/** Verified references and members of a sorted set, bound and unbound. */
export async function recordReferences(recording: Recording): Promise<void> {
  for (const [index, trusted] of [0, ...spread(recording)].entries()) {
    const binding = index % 2 === 0 ? {} : { atTx: 1n, boundRef: true };
    const kind = index % 2 === 0 ? 'unbound' : 'bound';
    const proveSinceTx = BigInt(trusted);
    const reference = { key: utf8(`reference/${index}`), referencedKey: utf8('plain'), ...binding };
    const referenceCall = { referenceRequest: reference, proveSinceTx };
    await recording.call(
      `set reference ${kind} since ${trusted}`,
      verifiableSetReference,
      referenceCall,
      trusted,
    );
    await recording.state();
    const member = { set: utf8('verified'), score: index - 1.5, key: utf8('plain'), ...binding };
    const zAddCall = { zAddRequest: member, proveSinceTx };
    await recording.call(`sorted set add ${kind} since ${trusted}`, verifiableZAdd, zAddCall, trusted);
    await recording.state();
  }
}

/** Reads each key from each trust point. @param atTx the transaction to read it at; by default the newest value */
export async function recordGets(
  recording: Recording,
  keys: readonly string[],
  trustPoints: readonly number[],
  atTx = 0,
): Promise<void> {
  const suffix = atTx === 0 ? '' : ` at ${atTx}`;
  for (const trusted of trustPoints) {
    for (const key of keys) {
      const request = { keyRequest: { key: utf8(key), atTx: BigInt(atTx) }, proveSinceTx: BigInt(trusted) };
      await recording.call(`get ${key}${suffix} since ${trusted}`, verifiableGet, request, trusted);
    }
  }
}

/** Reads each transaction from each trust point, older and newer. */
export async function recordTransactions(
  recording: Recording,
  txIds: readonly number[],
  trustPoints: readonly number[],
): Promise<void> {
  for (const trusted of trustPoints) {
    for (const txId of txIds) {
      const request = { tx: BigInt(txId), proveSinceTx: BigInt(trusted) };
      await recording.call(`tx ${txId} since ${trusted}`, verifiableTxById, request, trusted);
    }
  }
}
