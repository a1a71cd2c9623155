// What is known of an embedded ledger besides its rows: the trusted heads, and a state on the command line. To be read
// before the rows, since a writer may go on.

import { ImmuError } from '../errors.js';
import type { ExpectedState } from '../engine/maintenance/verify-rows.js';
import type { Fault } from '../engine/maintenance/faults.js';
import type { LedgerState } from '../proof/index.js';
import { type Arguments, UsageError } from './arguments.js';
import { type FolderTrust, trustOfFolder } from './ledger-folder.js';
import { pinOf } from './trust-pinned.js';

/** What is known from elsewhere. */
export interface KnownStates {
  /** By database, as a check takes them. */
  readonly expected: ReadonlyMap<string, readonly ExpectedState[]>;
  /** The trusted heads, by database. */
  readonly trusted: ReadonlyMap<string, LedgerState>;
  /** What is wrong with the records. */
  readonly faults: readonly Fault[];
}

/**
 * What a folder can be compared with: its trust records, and `--tx` with `--alh`.
 *
 * @param path of the folder. Default: that of `--path`
 */
export async function knownStates(given: Arguments, path = given.required('path')): Promise<KnownStates> {
  const faults: Fault[] = [];
  const trusted = await trustedHeads(trustOfFolder(given, path), given.text('database'), faults);
  const expected = new Map<string, ExpectedState[]>();
  for (const [database, head] of trusted) expected.set(database, [{ ...head, source: 'the trust record' }]);
  const noted = pinOf(given);
  if (noted !== undefined) {
    const database = given.text('database');
    if (database === undefined)
      throw new UsageError('--tx and --alh need --database: which one they belong to');
    expected.set(database, [...(expected.get(database) ?? []), { ...noted, source: 'the noted state' }]);
  }
  return { expected, trusted, faults };
}

async function trustedHeads(
  { store, ledgerId }: FolderTrust,
  only: string | undefined,
  faults: Fault[],
): Promise<ReadonlyMap<string, LedgerState>> {
  const heads = new Map<string, LedgerState>();
  const noting = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof ImmuError)) throw error;
      // Without a full stop, as faults are.
      faults.push({ message: error.message.replace(/\.$/, '') });
    }
  };
  await noting(async () => {
    const ids = only === undefined ? await store.list() : [{ ledgerId, database: only }];
    for (const id of ids) {
      if (id.ledgerId !== ledgerId) continue;
      await noting(async () => {
        const record = await store.load(id);
        if (record === undefined) return;
        heads.set(id.database, record.head);
        if (record.latch !== undefined) {
          const { at, code, message } = record.latch;
          faults.push({
            message: `the trust record of "${id.database}" is latched since ${at}: ${code}: ${message.replace(/\.$/, '')}`,
          });
        }
      });
    }
  });
  return heads;
}
