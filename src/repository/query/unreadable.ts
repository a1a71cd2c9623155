// Records that are proven and yet cannot be read: written by a newer version, or by something else.
import { ImmuError } from '../../errors.js';

/** A record that was committed as proven, and that this version cannot read. */
export interface UnreadableRecord {
  /** Its stored key. */
  readonly key: Uint8Array;
  /** The transaction it was written in. */
  readonly txId: bigint;
  /** UNREADABLE_RECORD, UNSUPPORTED_FORMAT or NEWER_RECORD */
  readonly error: ImmuError;
}

/**
 * Told of each record that is passed over because it cannot be read. What it throws ends the query. A failed proof is never
 * passed over.
 */
export type OnUnreadable = (record: UnreadableRecord) => void;

const UNREADABLE: ReadonlySet<string> = new Set(['UNREADABLE_RECORD', 'UNSUPPORTED_FORMAT', 'NEWER_RECORD']);

/** Whether an error says that a proven record cannot be read. */
export function isUnreadable(error: unknown): error is ImmuError {
  return error instanceof ImmuError && UNREADABLE.has(error.code);
}

/**
 * What `read` gives, or `undefined` for what cannot be read and is passed over.
 *
 * @param at which record it is
 * @param onUnreadable undefined: it is not passed over
 */
export async function readable<R>(
  at: Omit<UnreadableRecord, 'error'>,
  onUnreadable: OnUnreadable | undefined,
  read: () => R | Promise<R>,
): Promise<R | undefined> {
  try {
    return await read();
  } catch (error) {
    if (onUnreadable === undefined || !isUnreadable(error)) throw error;
    const { txId } = error.details;
    onUnreadable({ ...at, ...(typeof txId === 'bigint' ? { txId } : {}), error });
    return undefined;
  }
}
