// The job itself: brings the ledger up to date with a lock file, and reads everything back with proofs.
import {
  evidenceOf,
  isVerified,
  type Evidence,
  type Ledger,
  type Repository,
  type Revision,
  type Verified,
} from 'immurepo';
import { compare, differingFields, type Difference } from './compare.js';
import type { LockFile } from './lock-file.js';
import { LockedPackage } from './locked-package.js';
import type { Progress } from './progress.js';

/** Packages read in one call. More would do; a person would see less of it. */
const READ_AT_ONCE = 250;
/** Every deletion is a transaction of its own; this many are under way at once. */
const DELETIONS_AT_ONCE = 25;
/** Of how many changed packages the history is read. */
const HISTORIES = 20;

/** What a run found, did and proved. */
export interface Recorded extends Difference<LockedPackage> {
  /** Every package of the lock file, as read back from the ledger. */
  readonly packages: readonly Verified<LockedPackage>[];
  /** The transactions of this run, in order. */
  readonly transactions: readonly bigint[];
  /** All revisions of the first few changed packages, by path. */
  readonly histories: ReadonlyMap<string, readonly Revision<LockedPackage>[]>;
  /** What proves the package read last; undefined where there is none. */
  readonly evidence: Evidence | undefined;
  /** Whether the ledger knew nothing of the project before. */
  readonly isFirst: boolean;
}

interface Job {
  readonly packages: Repository<LockedPackage>;
  readonly lock: LockFile;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Saves what is new or changed, deletes what is gone, and reads every package back. @param signal ends it early */
export async function recordLockFile(
  ledger: Ledger,
  lock: LockFile,
  progress: Progress,
  signal: AbortSignal,
): Promise<Recorded> {
  const job: Job = { packages: ledger.repository(LockedPackage), lock, progress, signal };
  const project = await job.packages.find(idIn(lock, ''), { signal });
  const paths = lock.packages.map(({ path }) => path);
  const known = await findAll(job, 'Comparing', [...new Set([...(project?.locks ?? []), ...paths])]);

  const difference = compare(present(known), lock.packages);
  // The project comes last: a run that is cut off half-way still knows next time what it had to delete.
  const deletions = await deleteAll(job, difference.removed);
  const saves = await saveAll(job, [...upToDate(job, difference), projectWith(job, project, paths)]);

  const packages = present(await findAll(job, 'Proving', paths));
  assertAsLocked(packages, lock);
  const histories = await historiesOf(job, difference);
  const last = packages.at(-1);
  const transactions = [...new Set([...deletions, ...saves])].sort((a, b) => (a < b ? -1 : 1));
  return {
    ...difference,
    packages,
    transactions,
    histories,
    evidence: last && evidenceOf(last),
    isFirst: !project,
  };
}

/** New entities for added packages, and the loaded ones of changed packages with what changed. */
function upToDate({ packages, lock }: Job, { added, changed }: Difference<LockedPackage>): LockedPackage[] {
  const project = lock.project.name;
  return [
    ...added.map((facts) => packages.create({ project, ...facts })),
    ...changed.map(({ known, after }) => Object.assign(known, after)),
  ];
}

function projectWith(
  { packages, lock }: Job,
  known: LockedPackage | undefined,
  locks: string[],
): LockedPackage {
  const facts = { project: lock.project.name, ...lock.project, locks };
  return known === undefined ? packages.create(facts) : Object.assign(known, facts);
}

/** Saves what differs from the ledger, in as few transactions as its limits allow. */
async function saveAll(
  { packages, progress, signal }: Job,
  entities: readonly LockedPackage[],
): Promise<bigint[]> {
  const unsaved = entities.filter((entity) => !isVerified(entity));
  const transactions: bigint[] = [];
  for (const batch of inBatches(unsaved, packages.batchLimit())) {
    progress('Saving', transactions.length * packages.batchLimit(), unsaved.length);
    const [saved] = await packages.saveMany(batch, { signal });
    if (saved) transactions.push(evidenceOf(saved).txId);
  }
  return transactions;
}

async function deleteAll(
  { packages, progress, signal }: Job,
  removed: readonly LockedPackage[],
): Promise<bigint[]> {
  const transactions: bigint[] = [];
  for (const batch of inBatches(removed, DELETIONS_AT_ONCE)) {
    progress('Deleting', transactions.length, removed.length);
    const deletions = await Promise.all(batch.map((entity) => packages.delete(entity, { signal })));
    transactions.push(...deletions.flatMap((evidence) => evidence?.txId ?? []));
  }
  return transactions;
}

/** Reads packages with proofs, in the order of the paths; undefined where there is none. */
async function findAll(
  { packages, lock, progress, signal }: Job,
  stage: string,
  paths: readonly string[],
): Promise<(Verified<LockedPackage> | undefined)[]> {
  const found: (Verified<LockedPackage> | undefined)[] = [];
  for (const batch of inBatches(paths, READ_AT_ONCE)) {
    progress(stage, found.length, paths.length);
    const ids = batch.map((path) => idIn(lock, path));
    found.push(...(await packages.findMany(ids, { signal })));
  }
  progress(stage, paths.length, paths.length);
  return found;
}

async function historiesOf({ packages, lock, signal }: Job, { changed }: Difference<LockedPackage>) {
  const paths = changed.slice(0, HISTORIES).map(({ after }) => after.path);
  const read = async (path: string) => [path, await packages.history(idIn(lock, path), { signal })] as const;
  return new Map(await Promise.all(paths.map(read)));
}

/** Proofs show that this is what was committed, not that nobody else committed something since. */
function assertAsLocked(packages: readonly LockedPackage[], { packages: locked }: LockFile): void {
  const foundAt = new Map(packages.map((entity) => [entity.path, entity]));
  for (const facts of locked) {
    const found = foundAt.get(facts.path);
    if (found !== undefined && differingFields(found, facts).length === 0) continue;
    throw new Error(
      `${facts.path} is not in the ledger as it was saved: somebody else is writing. Run it again.`,
    );
  }
}

const idIn = (lock: LockFile, path: string) => ({ project: lock.project.name, path });

function present<T>(items: readonly (T | undefined)[]): T[] {
  return items.filter((item) => item !== undefined);
}

function* inBatches<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size);
}
