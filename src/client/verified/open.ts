// Where trust begins or is taken up again: the record, the pinned key or state, and the first word with the server.

import { equalBytes } from '../../bytes.js';
import { ImmuError, VerificationError } from '../../errors.js';
import type { LedgerState } from '../../proof/index.js';
import { TrustKeeper } from '../../trust/keeper.js';
import type { TrustPolicy } from '../../trust/policy.js';
import type { TrustOrigin, TrustRecord } from '../../trust/record.js';
import type { Connection } from '../connection.js';
import type { Events } from '../events.js';
import type { VerifiedContext } from './context.js';
import type { LedgerIdentity } from './evidence.js';
import { Floors } from './floors.js';
import { proveTx } from './prove.js';
import { ProvenCache } from './proven-cache.js';
import { checkTx, requestTx } from './rpc.js';
import { verifiedState } from './state.js';

/** What verified operations may hold in memory. */
export interface VerifiedLimits {
  /** Entry digests of proven transactions, in bytes, roughly. Default 64 MiB. */
  readonly maxProvenBytes?: number;
  /** Keys whose newest proven write is remembered against stale answers. Default 100,000. */
  readonly maxFloors?: number;
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
  const id = { ledgerId: policy.ledgerId, database: connection.database };
  const stored = await policy.store.load(id);
  const record = stored ?? (await beginWithPin(policy, id));
  if (record === undefined) policy.assertMayBegin();
  else assertSameKey(record, policy);
  const context = contextOf(connection, policy, events, limits, record);
  await verifiedState(context);
  if (stored !== undefined && policy.pin !== undefined) await assertPinned(context, policy.pin);
  return context;
}

/** A pinned state is trusted before the server has said anything. */
async function beginWithPin(
  policy: TrustPolicy,
  id: { readonly ledgerId: string; readonly database: string },
): Promise<TrustRecord | undefined> {
  if (policy.pin === undefined) return undefined;
  return policy.store.create(id, {
    serverUuid: undefined,
    keyId: policy.keys[0]?.keyId,
    origin: 'pinned',
    head: policy.pin,
    observedAt: new Date().toISOString(),
  });
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
  record: TrustRecord | undefined,
): VerifiedContext {
  const origin: TrustOrigin = record?.origin ?? (policy.keys.length > 0 ? 'pinned' : 'first-use');
  const keyId = policy.keys[0]?.keyId;
  const identity: LedgerIdentity = {
    ledgerId: policy.ledgerId,
    database: connection.database,
    origin,
    keyId,
  };
  const cache = new ProvenCache(limits.maxProvenBytes ?? 64 * 1024 * 1024);
  const floors = new Floors(limits.maxFloors ?? 100_000);
  const keeper = new TrustKeeper({
    store: policy.store,
    id: { ledgerId: policy.ledgerId, database: connection.database },
    record,
    origin,
    keyId,
    serverUuid: () => connection.serverUuid,
    prove: async (txId, since) =>
      checkTx(context, txId, since, await requestTx(context, txId, since.txId, {})),
    onInitialised: ({ ledgerId, database, head }) => {
      if (policy.notice !== undefined)
        process.emitWarning(policy.notice, { type: 'ImmurepoTrust', code: 'FIRST_USE' });
      events.emit('trust-initialised', { ledgerId, database, origin, ...head });
    },
    onLatched: (error, storeError) => {
      cache.clear();
      floors.clear();
      events.emit('latched', { error, storeError });
    },
  });
  const context: VerifiedContext = {
    connection,
    identity,
    policy: { database: connection.database, ...(policy.keys.length > 0 ? { keys: policy.keys } : {}) },
    keeper,
    cache,
    floors,
    events,
  };
  return context;
}

/** The pinned state must be part of the history trusted so far. */
async function assertPinned(context: VerifiedContext, pin: LedgerState): Promise<void> {
  const { alh } = await proveTx(context, pin.txId, {});
  if (equalBytes(alh, pin.alh)) return;
  throw new VerificationError(
    'FORK_DETECTED',
    `The pinned state, transaction ${String(pin.txId)}, is not part of the history trusted here: that transaction has another ` +
      'hash. Check where the pin came from; if it is right, this client was shown another history before.',
    { trusted: pin, offered: { txId: pin.txId, alh } },
  );
}
