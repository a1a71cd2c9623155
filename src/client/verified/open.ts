// Where trust begins or is taken up again: the record, the pinned key or state, and the first word with the server.

import { equalBytes } from '../../bytes.js';
import { ImmuError, VerificationError } from '../../errors.js';
import type { LedgerState, ProvenEntries } from '../../proof/index.js';
import { FloorWriter } from '../../trust/floor-writer.js';
import { MAX_TRUST_FLOORS, recoveryOf } from '../../trust/floors.js';
import { TrustKeeper } from '../../trust/keeper.js';
import type { TrustPolicy } from '../../trust/policy.js';
import type { TrustRecord } from '../../trust/record.js';
import { scopeOf } from '../call.js';
import type { Connection } from '../connection.js';
import type { Events } from '../events.js';
import { assertWholeNumber } from '../limits.js';
import { assertSupported } from '../server-release.js';
import { leftOf } from './bounds.js';
import { ClaimedWrites } from './claimed-writes.js';
import { serverNameOf, type VerifiedContext } from './context.js';
import { checked } from './failures.js';
import { Floors } from './floors.js';
import { floorWarnings, loadFloors, vouchedFor } from './kept-floors.js';
import { proveTx } from './prove.js';
import { MemberTxs } from './member-txs.js';
import { ProvenCache } from './proven-cache.js';
import { checkTx, requestTx } from './rpc.js';
import { verifiedState } from './state.js';

/** What verified operations may hold in memory. */
export interface VerifiedLimits {
  /** Entry digests of proven transactions, in bytes, roughly. Default 64 MiB. */
  readonly maxProvenBytes?: number;
  /** Keys whose newest proven write is remembered against stale answers. Default 100,000. */
  readonly maxFloors?: number;
  /**
   * Of these, how many are kept with the trusted state, so that the next process refuses stale answers as well: those used
   * last, about a second behind, and when the client is closed. The list names the keys. 0 to 10,000, 0 for none. Default
   * 1,000.
   */
  readonly maxDurableFloors?: number;
}

const DEFAULT_DURABLE_FLOORS = 1_000;

/** How trust begins: what is kept of it, and what warns of floors that are not. */
interface Beginning {
  readonly record: TrustRecord | undefined;
  readonly maxDurableFloors: number;
  readonly warnOfFloors: (error: unknown) => void;
}

/**
 * Takes up the trusted state of a database, or begins it, and proves that the server continues it.
 *
 * @throws ImmuError TRUST_MISSING, TRUST_CORRUPT, TRUST_POLICY, TRUST_LATCHED and others: nothing was trusted
 * @throws VerificationError ROLLBACK_DETECTED, FORK_DETECTED, SERVER_IDENTITY_CHANGED and others
 */
export async function openVerified(
  connection: Connection,
  policy: TrustPolicy,
  events: Events,
  limits: VerifiedLimits,
): Promise<VerifiedContext> {
  const { maxDurableFloors = DEFAULT_DURABLE_FLOORS } = limits;
  assertWholeNumber('memory.maxDurableFloors', maxDurableFloors, 0, MAX_TRUST_FLOORS);
  const id = { ledgerId: policy.ledgerId, database: connection.database };
  const warnOfFloors = floorWarnings(id);
  const [record, kept] = await Promise.all([
    policy.store.load(id),
    maxDurableFloors === 0 ? undefined : loadFloors(policy.store, id, warnOfFloors),
  ]);
  if (record !== undefined) assertSameKey(record, policy);
  else if (policy.pin === undefined) policy.assertMayBegin();
  const context = contextOf(connection, policy, events, limits, { record, maxDurableFloors, warnOfFloors });
  context.floors.restore(vouchedFor(record, kept).slice(0, maxDurableFloors));
  const scope = scopeOf(connection, 'openTrust', {});
  // What a server too old proves is refused as well, but without a word of why.
  await Promise.all([assertSupported(connection, leftOf(scope)), verifiedState(context, scope)]);
  // A pinned state is stored once the server has continued it: a slip in the configuration leaves nothing behind.
  if (record === undefined) await context.keeper.flush();
  else if (policy.pin !== undefined) await assertPinned(context, policy.pin);
  return context;
}

/** Signatures that were demanded once are not given up by leaving the key out of the configuration. */
function assertSameKey(record: TrustRecord, policy: TrustPolicy): void {
  if (record.keyId === undefined || policy.keys.some((key) => key.keyId === record.keyId)) return;
  throw new ImmuError(
    'TRUST_POLICY',
    `The trust record of ledger "${record.ledgerId}", database "${record.database}", was begun with the signing key ` +
      `${record.keyId}, and this configuration ${policy.keys.length === 0 ? 'pins no key' : 'pins other keys'}. Give that key in ` +
      '`trust: { key }` (several are allowed), or begin anew with `immurepo trust recover --reason "..."`.',
    { details: { recordedKeyId: record.keyId, keyIds: policy.keys.map((key) => key.keyId) } },
  );
}

function contextOf(
  connection: Connection,
  policy: TrustPolicy,
  events: Events,
  limits: VerifiedLimits,
  { record, maxDurableFloors, warnOfFloors }: Beginning,
): VerifiedContext {
  const { ledgerId, keys, pin, store, linearAdvance } = policy;
  const { database } = connection;
  const origin = record?.origin ?? policy.origin;
  const keyId = keys[0]?.keyId;
  const cache = new ProvenCache(limits.maxProvenBytes ?? 64 * 1024 * 1024);
  const id = { ledgerId, database };
  const floors = new Floors(limits.maxFloors ?? 100_000, () => {
    floorWriter.changed();
  });
  const keeper = new TrustKeeper({
    store,
    id,
    record,
    pin,
    origin,
    keyId,
    serverUuid: () => serverNameOf(connection),
    prove: (txId, since) => bridge(context, txId, since),
    onInitialised: ({ head }) => {
      if (policy.notice !== undefined)
        process.emitWarning(policy.notice, { type: 'ImmurepoTrust', code: 'FIRST_USE' });
      events.emit('trust-initialised', { ledgerId, database, origin, ...head });
    },
    onLatched: (error, storeError) => {
      cache.clear();
      floors.clear();
      floorWriter.stop();
      events.emit('latched', { error, storeError });
    },
  });
  const floorWriter = new FloorWriter({
    store,
    id,
    maxFloors: maxDurableFloors,
    recoveredAt: record && recoveryOf(record),
    storedTxId: () => keeper.record?.head.txId ?? 0n,
    latest: (count) => floors.latest(count),
    onFailure: warnOfFloors,
  });
  const context: VerifiedContext = {
    connection,
    identity: { ledgerId, database, origin, keyId },
    policy: { database, linearAdvance, ...(keys.length > 0 ? { keys } : {}) },
    keeper,
    cache,
    floors,
    floorWriter,
    claims: new ClaimedWrites(),
    confirmations: new Map(),
    members: new MemberTxs(),
    events,
  };
  return context;
}

/** The proof that closes a gap between two states; several operations may wait for it. */
async function bridge(context: VerifiedContext, txId: bigint, since: LedgerState): Promise<ProvenEntries> {
  return checked(context, 'settle', async () => {
    const scope = scopeOf(context.connection, 'settle', {});
    return checkTx(context, txId, since, await requestTx(context, txId, since.txId, scope));
  });
}

/** The pinned state must be part of the history trusted so far. */
async function assertPinned(context: VerifiedContext, pin: LedgerState): Promise<void> {
  const { alh } = await checked(context, 'openTrust', () =>
    proveTx(context, pin.txId, scopeOf(context.connection, 'openTrust', {})),
  );
  if (equalBytes(alh, pin.alh)) return;
  throw new VerificationError(
    'FORK_DETECTED',
    `The pinned state, transaction ${String(pin.txId)}, is not part of the history trusted here: that transaction has another ` +
      'hash. Check where the pin came from; if it is right, this client was shown another history before.',
    { trusted: pin, offered: { txId: pin.txId, alh } },
  );
}
