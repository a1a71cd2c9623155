// Claims held against the ledger, as a client of its own reads it, past the proxy.
import { inspect } from 'node:util';
import { equalBytes, fromUtf8, toHex, utf8 } from '../../src/bytes.js';
import { connect } from '../../src/client/connect.js';
import type { ImmuClient } from '../../src/client/immu-client.js';
import { MemoryTrustStore } from '../../src/trust/memory-store.js';
import type { Claims, ReadClaim, SeenState, WriteClaim } from './claims.js';

/** Where each value is, by key and value: in which transactions. */
type Truth = ReadonlyMap<string, readonly bigint[]>;

const placeOf = (key: string, value: string) => `${key} = ${value}`;

/** What of the claims is not so. @param address of the server itself */
export async function judge(claims: Claims, address: string): Promise<string[]> {
  const store = new MemoryTrustStore();
  const client = await connect({ url: `immudb://${address}`, trust: { firstUse: true, store } });
  try {
    const keys = new Set([
      ...claims.writes.flatMap((write) => write.keys),
      ...claims.reads.map((read) => read.key),
    ]);
    const truth = await truthOf(client, keys);
    return [
      ...claims.violations,
      ...claims.writes.flatMap((write) => wrongWrite(write, truth)),
      ...claims.reads.flatMap((read) => wrongRead(read, truth)),
      ...(await wrongStates(client, claims.states)),
    ];
  } finally {
    await client.close();
  }
}

async function truthOf(client: ImmuClient, keys: ReadonlySet<string>): Promise<Truth> {
  const truth = new Map<string, bigint[]>();
  for (const key of keys) {
    for (const { value, txId } of await client.history(utf8(key), { limit: 2_500 })) {
      const place = placeOf(key, fromUtf8(value) ?? '');
      truth.set(place, [...(truth.get(place) ?? []), txId]);
    }
  }
  return truth;
}

function wrongWrite(write: WriteClaim, truth: Truth): string[] {
  const { kind, keys, value, said, txId, error } = write;
  const found = keys.map((key) => truth.get(placeOf(key, value)) ?? []);
  const txIds = new Set(found.flat());
  const told = `${kind} of ${value} to ${keys.join(', ')}: said ${said}${txId === undefined ? '' : ` in ${String(txId)}`}, is in [${[...txIds].join(', ')}]`;
  const why = error === undefined ? '' : ` (${inspect(error)})`;
  if (txIds.size > 1 || found.some((all) => all.length !== txIds.size))
    return [`made twice or in part: ${told}${why}`];
  if (said === 'failed' && txIds.size > 0) return [`reported failed: ${told}${why}`];
  if (said === 'committed' && (txIds.size === 0 || (txId !== undefined && !txIds.has(txId))))
    return [`reported committed: ${told}${why}`];
  return [];
}

function wrongRead({ kind, key, value, txId }: ReadClaim, truth: Truth): string[] {
  if (truth.get(placeOf(key, value))?.includes(txId) === true) return [];
  return [`${kind} answered ${key} = ${value} in ${String(txId)}, which is not in the ledger`];
}

async function wrongStates(client: ImmuClient, states: readonly SeenState[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const { txId, alh } of states) {
    const found = await client.verifiedTx(txId);
    if (!equalBytes(found.alh, alh))
      wrong.push(`trusted ${toHex(alh)} at ${String(txId)}, is ${toHex(found.alh)}`);
  }
  return wrong;
}
