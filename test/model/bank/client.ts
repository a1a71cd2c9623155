// One client of the bank: moves random amounts, and takes down what it was told of each.

import { ConflictError, evidenceOf, ImmuError, type Ledger, VerificationError } from 'immurepo';
import { Account, Transfer } from './entities.js';
import { nameOfKey } from '../program/outcomes.js';

/** What one attempt of a transaction saw: the revision of each account. */
export type Sight = ReadonlyMap<string, bigint>;

/** One transfer, and what became of it. */
export interface Attempted {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly amount: bigint;
  /** What each attempt saw, in their order. */
  readonly sights: readonly Sight[];
  /** `done`: it was acknowledged; `refused`: it was not made; `unknown`: nobody could tell. */
  readonly result: 'done' | 'refused' | 'unknown';
  readonly txId: bigint | undefined;
  /** The code of the error. */
  readonly code: string | undefined;
  /** What a conflict says was changed, by name. */
  readonly changed: readonly string[];
}

const POOR = 'the account does not hold that much';
/** Few, so that some give up. */
const ATTEMPTS = 4;

/** Moves amounts until it is over. @throws VerificationError, and whatever no client should meet */
export async function moveAmounts(
  ledger: Ledger,
  name: string,
  accounts: readonly string[],
  isOver: () => boolean,
): Promise<Attempted[]> {
  const all: Attempted[] = [];
  while (!isOver()) all.push(await move(ledger, `${name}-${all.length}`, accounts));
  return all;
}

function oneOf<T>(all: readonly T[]): T {
  return all[Math.floor(Math.random() * all.length)]!;
}

async function move(ledger: Ledger, id: string, accounts: readonly string[]): Promise<Attempted> {
  const from = oneOf(accounts);
  const to = oneOf(accounts.filter((other) => other !== from));
  const amount = BigInt(1 + Math.floor(Math.random() * 60));
  const sights: Sight[] = [];
  const attempted = { id, from, to, amount, sights };
  try {
    const transfer = await ledger.transaction(
      async (tx) => {
        const held = tx.repository(Account);
        const [giver, taker] = await held.findMany([from, to]);
        if (giver === undefined || taker === undefined)
          throw new Error(`an account is missing: ${from}, ${to}`);
        sights.push(new Map([giver, taker].map((account) => [account.id, evidenceOf(account).revision])));
        if (giver.balance < amount) throw new Error(POOR);
        giver.balance -= amount;
        taker.balance += amount;
        await held.saveMany([giver, taker]);
        const transfers = tx.repository(Transfer);
        return transfers.insert(transfers.create({ id, from, to, amount }));
      },
      { attempts: ATTEMPTS },
    );
    const { txId } = evidenceOf(transfer);
    return { ...attempted, result: 'done', txId, code: undefined, changed: [] };
  } catch (error) {
    return { ...attempted, txId: undefined, ...resultOf(error) };
  }
}

function resultOf(error: unknown): Pick<Attempted, 'result' | 'code' | 'changed'> {
  if (error instanceof Error && error.message === POOR)
    return { result: 'refused', code: 'poor', changed: [] };
  if (!(error instanceof ImmuError) || error instanceof VerificationError) throw error;
  const changed = error instanceof ConflictError ? (error.details.changed as readonly Uint8Array[]) : [];
  const result = error.code === 'UNKNOWN_OUTCOME' ? 'unknown' : 'refused';
  return { result, code: error.code, changed: changed.map(nameOfKey) };
}
