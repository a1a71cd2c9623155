// What the clients of the bank were told, held against what the ledger holds.

import type { Ledger } from 'immurepo';
import type { Attempted, Sight } from './client.js';
import { Account, Transfer } from './entities.js';

/** What was found. */
export interface BankFindings {
  readonly done: number;
  readonly refused: Readonly<Record<string, number>>;
  /** Of nobody knew what: how many were made, and how many not. */
  readonly unknown: { readonly made: number; readonly notMade: number };
  /** Attempts that were made again because something had changed. */
  readonly retried: number;
}

interface Made extends Pick<Transfer, 'from' | 'to' | 'amount'> {
  readonly txId: bigint;
}

interface State {
  readonly balance: bigint;
  readonly txId: bigint;
}

/** @param ledger with a trusted state of its own: nothing it knows comes from the clients @throws Error */
export async function checkBank(
  ledger: Ledger,
  accounts: readonly string[],
  balance: bigint,
  attempted: readonly Attempted[],
): Promise<BankFindings> {
  const made = await transfersOf(ledger);
  const histories = new Map<string, readonly State[]>();
  for (const id of accounts) histories.set(id, await statesOf(ledger, id));
  const held = [...histories.values()].reduce((sum, states) => sum + states.at(-1)!.balance, 0n);
  const expected = balance * BigInt(accounts.length);
  if (held !== expected) throw new Error(`The accounts hold ${held}, and held ${expected}.`);
  for (const [id, states] of histories) assertMovedBy(id, states, made);
  for (const one of attempted) assertAsTold(one, made);
  const known = new Set(attempted.map(({ id }) => id));
  for (const id of made.keys())
    if (!known.has(id)) throw new Error(`Nobody made transfer ${id}, and it is there.`);
  const retried = attempted.reduce((sum, one) => sum + assertConflictsExplained(one, histories), 0);
  return { ...countsOf(attempted, made), retried };
}

/** All transfers, each there once: by index and by id alike. */
async function transfersOf(ledger: Ledger): Promise<ReadonlyMap<string, Made>> {
  const transfers = ledger.repository(Transfer);
  const made = new Map<string, Made>();
  for await (const { id, from, to, amount } of transfers.stream()) {
    const [first, ...others] = await transfers.history(id);
    if (first === undefined || others.length > 0)
      throw new Error(`Transfer ${id} has ${others.length + 1} revisions.`);
    made.set(id, { from, to, amount, txId: first.txId });
  }
  const found = new Set<string>();
  for await (const { id } of transfers.streamBy({ from: { gte: '' } })) found.add(id);
  const report = await ledger.reindex(Transfer, { check: true });
  if (found.size !== made.size || report.faultCount > 0)
    throw new Error(`${made.size} transfers are there, ${found.size} by index; ${report.faultCount} faults.`);
  return made;
}

async function statesOf(ledger: Ledger, id: string): Promise<State[]> {
  const revisions = await ledger.repository(Account).history(id);
  return revisions.map(({ entity, txId }) => ({ balance: entity!.balance, txId }));
}

/** Every change of a balance is that of the one transfer made in the same transaction: none was lost, none made up. */
function assertMovedBy(id: string, states: readonly State[], made: ReadonlyMap<string, Made>): void {
  const byTx = new Map([...made.values()].map((transfer) => [transfer.txId, transfer]));
  const own = [...made.values()].filter(({ from, to }) => from === id || to === id);
  if (own.length !== states.length - 1)
    throw new Error(`${id} changed ${states.length - 1} times, by ${own.length} transfers.`);
  for (const [at, { balance, txId }] of states.entries()) {
    if (at === 0) continue;
    const transfer = byTx.get(txId);
    const sign = transfer?.to === id ? 1n : transfer?.from === id ? -1n : 0n;
    const change = balance - states[at - 1]!.balance;
    if (transfer === undefined || change !== sign * transfer.amount)
      throw new Error(
        `${id} changed by ${change} in transaction ${txId}: ${String(transfer?.amount)} was moved.`,
      );
    if (balance < 0n) throw new Error(`${id} holds ${balance} after transaction ${txId}.`);
  }
}

function assertAsTold(
  { id, from, to, amount, result, txId }: Attempted,
  made: ReadonlyMap<string, Made>,
): void {
  const found = made.get(id);
  if (result === 'refused' && found !== undefined)
    throw new Error(`Transfer ${id} was refused, and is in transaction ${found.txId}.`);
  if (result === 'done' && found === undefined)
    throw new Error(`Transfer ${id} was acknowledged, and is gone.`);
  if (found === undefined) return;
  const isSame = found.from === from && found.to === to && found.amount === amount;
  if (!isSame || (txId !== undefined && txId !== found.txId))
    throw new Error(`Transfer ${id} is not as it was made, or not in transaction ${String(txId)}.`);
}

/**
 * Who tries again must see that something has changed, and who gives up must be told what, and that must be so.
 *
 * @returns how often it was tried again
 */
function assertConflictsExplained(
  { id, sights, code, changed }: Attempted,
  histories: ReadonlyMap<string, readonly State[]>,
): number {
  for (const [at, sight] of sights.entries()) {
    const before = sights[at - 1];
    if (before !== undefined && !isNewer(sight, before))
      throw new Error(`Transfer ${id} was tried again, and nothing had changed.`);
  }
  if (code === 'CONFLICT') {
    const last = sights.at(-1);
    const isChanged = (name: string) =>
      [...(last ?? [])].some(
        ([account, revision]) =>
          name === `bank-account "${account}"` && (histories.get(account)?.length ?? 0) > Number(revision),
      );
    if (changed.length === 0 || !changed.every(isChanged))
      throw new Error(
        `Transfer ${id} met a conflict over ${changed.join(', ') || 'nothing'}, which did not change.`,
      );
  }
  return Math.max(0, sights.length - 1);
}

function isNewer(sight: Sight, before: Sight): boolean {
  return [...sight].some(([account, revision]) => revision > (before.get(account) ?? 0n));
}

function countsOf(attempted: readonly Attempted[], made: ReadonlyMap<string, Made>) {
  const refused: Record<string, number> = {};
  const unknown = { made: 0, notMade: 0 };
  for (const { id, result, code = '' } of attempted) {
    if (result === 'refused') refused[code] = (refused[code] ?? 0) + 1;
    if (result === 'unknown') unknown[made.has(id) ? 'made' : 'notMade'] += 1;
  }
  return { done: attempted.filter(({ result }) => result === 'done').length, refused, unknown };
}
