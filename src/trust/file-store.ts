// Trust records on a local disk, shared by all processes of one user. How they are swapped is in numbered-files.ts, what
// they are called in file-layout.ts.

import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ImmuError } from '../errors.js';
import { defaultTrustDirectory } from './default-directory.js';
import { whatIsAt } from './disk.js';
import { onDisk } from './disk-errors.js';
import { directoryName, isDirectoryName } from './file-layout.js';
import { FloorFiles } from './floor-files.js';
import type { TrustFloors } from './floors.js';
import { type Listing, RecordDirectory } from './record-directory.js';
import type { TrustDraft, TrustLatch, TrustRecord } from './record.js';
import { formatTrustRecord, parseTrustRecord } from './record-text.js';
import { recoveryLine } from './recovery-line.js';
import type { TrustStore } from './store.js';
import { firstRecord, nextRecord, recoveredRecord } from './transition.js';
import { conflict, corrupt, exists, missing, neverAtRest } from './trust-errors.js';
import { checkTrustId, compareTrustIds, type TrustId } from './trust-id.js';

/** How often a listing may be out of date before a read gives up: each time, eight records were written meanwhile. */
const MAX_READS = 64;

/** Where a {@link FileTrustStore} keeps its records. */
export interface FileTrustStoreOptions {
  /** A directory on a local file system with hard links. Made if need be. Default: `defaultTrustDirectory()`. */
  readonly directory?: string;
  /**
   * How long a newer head may wait to be stored, in milliseconds, 0 to 60,000. Default 0: it is stored before the
   * operation that moved it returns. With more, writes need not wait for two disks; but a process that dies forgets what
   * it came to trust in that time, and a server that goes back to before is not noticed. A closed client has stored all.
   */
  readonly writeBehindMs?: number;
}

const MAX_WRITE_BEHIND_MS = 60_000;

/**
 * Keeps trust records in files: durable, and safe for any number of processes. Each record is kept until eight newer
 * ones exist. Beside them is the list of floors, in which keys are written out. Files can be read by their owner only.
 *
 * Whoever can write the directory can put an older record in place of a newer one; keep it where the operator of the
 * server cannot.
 *
 * @example
 * const store = new FileTrustStore({ directory: '/var/lib/bank/trust' });
 * const record = await store.load({ ledgerId: 'bank', database: 'defaultdb' });
 */
export class FileTrustStore implements TrustStore {
  /** Where the records are, absolute. */
  readonly directory: string;
  /** How long a newer head may wait to be stored, in milliseconds. */
  readonly writeBehindMs: number;
  readonly #ledgers = new Map<string, RecordDirectory>();
  readonly #floors = new Map<string, FloorFiles>();

  /** @param options where to keep the records @throws TypeError for a time out of range */
  constructor(options: FileTrustStoreOptions = {}) {
    this.directory = resolve(options.directory ?? defaultTrustDirectory());
    const { writeBehindMs = 0 } = options;
    if (!(writeBehindMs >= 0 && writeBehindMs <= MAX_WRITE_BEHIND_MS)) {
      throw new TypeError(`writeBehindMs must be milliseconds from 0 to ${MAX_WRITE_BEHIND_MS}.`);
    }
    this.writeBehindMs = writeBehindMs;
  }

  /** @inheritDoc */
  async load(id: TrustId): Promise<TrustRecord | undefined> {
    checkTrustId(id);
    const files = this.#filesOf(directoryName(id));
    for (let reads = 0; reads < MAX_READS; reads++) {
      const listing = await files.list();
      const newest = listing.epochs[0];
      if (newest === undefined && listing.anyTrace) throw corrupt(files.path, 'its records are gone');
      if (newest === undefined) return undefined;
      const record = await readRecord(files, newest);
      if (record !== undefined) return record;
    }
    throw neverAtRest(id);
  }

  /** @inheritDoc */
  async create(id: TrustId, draft: TrustDraft): Promise<TrustRecord> {
    if ((await this.load(id)) !== undefined) throw exists(id);
    await this.#filesOf(directoryName(id)).makeDirectory();
    return this.#publish(firstRecord(id, draft), () => exists(id));
  }

  /** @inheritDoc */
  async replace(
    id: TrustId,
    expectedEpoch: number,
    next: TrustDraft & { readonly latch?: TrustLatch },
  ): Promise<TrustRecord> {
    const current = await this.load(id);
    if (current === undefined) throw missing(id);
    const record = nextRecord(id, current, expectedEpoch, next);
    return this.#publish(record, (newest) => conflict(id, expectedEpoch, newest));
  }

  /** @inheritDoc */
  async recover(id: TrustId, draft: TrustDraft, reason: string): Promise<TrustRecord> {
    checkTrustId(id);
    const files = this.#filesOf(directoryName(id));
    const listing = await files.list();
    if (!listing.anyTrace) throw missing(id);
    const epoch = listing.epochs[0] ?? 0;
    const given = { epoch, record: (await readable(files, listing)).record };
    const record = recoveredRecord(id, given, draft, reason, new Date().toISOString());
    // First the note, then the deed: a record that went back without a line in the log is a sign of something else.
    await files.log(recoveryLine(record));
    await this.#floorsOf(id).drop();
    return this.#publish(record, (newest) => conflict(id, epoch, newest));
  }

  /** @inheritDoc */
  async list(): Promise<TrustId[]> {
    const ids: TrustId[] = [];
    for (const name of await this.#directoryNames()) {
      const files = this.#filesOf(name);
      const listing = await files.list();
      if (!listing.anyTrace) continue;
      const { record, problem } = await readable(files, listing);
      if (record === undefined) throw problem ?? corrupt(files.path, 'its records are gone');
      ids.push({ ledgerId: record.ledgerId, database: record.database });
    }
    return ids.sort(compareTrustIds);
  }

  /** @inheritDoc */
  async loadFloors(id: TrustId): Promise<TrustFloors | undefined> {
    checkTrustId(id);
    return this.#floorsOf(id).load();
  }

  /** @inheritDoc */
  async saveFloors(id: TrustId, floors: TrustFloors, maxFloors: number): Promise<void> {
    await this.#floorsOf(id).add(await this.load(id), floors, maxFloors);
  }

  /**
   * The records that can still be read, newest first: what an operator can go back to.
   *
   * @param id which ledger
   * @returns at most nine, empty if none can be read
   * @throws ImmuError TRUST_STORE_FAILED
   */
  async kept(id: TrustId): Promise<TrustRecord[]> {
    checkTrustId(id);
    const files = this.#filesOf(directoryName(id));
    const records: TrustRecord[] = [];
    for (const epoch of (await files.list()).epochs) {
      const { record } = await readable(files, { epochs: [epoch], anyTrace: true });
      if (record !== undefined) records.push(record);
    }
    return records;
  }

  async #publish(record: TrustRecord, overtaken: (newest: number) => ImmuError): Promise<TrustRecord> {
    const bytes = formatTrustRecord(record);
    const files = this.#filesOf(directoryName(record));
    const publication = await files.publish(record.epoch, bytes);
    if (!publication.published) throw overtaken(publication.newest);
    return parseTrustRecord(bytes, files.fileOf(record.epoch));
  }

  /** One object per directory, so that each is swept once. */
  #filesOf(name: string): RecordDirectory {
    let files = this.#ledgers.get(name);
    if (files === undefined) {
      files = new RecordDirectory(join(this.directory, name));
      this.#ledgers.set(name, files);
    }
    return files;
  }

  #floorsOf(id: TrustId): FloorFiles {
    const name = directoryName(id);
    let floors = this.#floors.get(name);
    if (floors === undefined) {
      floors = new FloorFiles(id, join(this.directory, name));
      this.#floors.set(name, floors);
    }
    return floors;
  }

  async #directoryNames(): Promise<string[]> {
    return onDisk('list', this.directory, async () => {
      if ((await whatIsAt(this.directory)) === 'nothing') return [];
      return (await readdir(this.directory)).filter(isDirectoryName);
    });
  }
}

/** @returns undefined if the record is gone since it was listed */
async function readRecord(files: RecordDirectory, epoch: number): Promise<TrustRecord | undefined> {
  const bytes = await files.read(epoch);
  if (bytes === undefined) return undefined;
  const file = files.fileOf(epoch);
  const record = parseTrustRecord(bytes, file);
  if (directoryName(record) !== basename(files.path))
    throw corrupt(file, 'it is the record of another ledger');
  if (record.epoch !== epoch)
    throw corrupt(file, `it is the record of epoch ${record.epoch} under another name`);
  return record;
}

/** The newest record that can be read, and what was wrong with the first that could not. */
async function readable(
  files: RecordDirectory,
  listing: Listing,
): Promise<{ readonly record?: TrustRecord; readonly problem: ImmuError | undefined }> {
  let problem: ImmuError | undefined;
  for (const epoch of listing.epochs) {
    try {
      const record = await readRecord(files, epoch);
      if (record !== undefined) return { record, problem };
    } catch (error) {
      if (!(error instanceof ImmuError) || error.code !== 'TRUST_CORRUPT') throw error;
      problem ??= error;
    }
  }
  return { problem };
}
