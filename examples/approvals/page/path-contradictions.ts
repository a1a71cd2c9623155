// What a path contradicts of what the page was told: a path of something else proves nothing, nor one of other content.
// Knows no document, so that it also runs in tests.
import { differences } from './compare-stored.js';
import type { MerklePath } from './path-types.js';
import { keyOf, readStored } from './stored-order.js';
import type { OrderDetail } from './types.js';

/**
 * What does not agree, in plain words; none where everything does.
 *
 * @param path whose hashes were recomputed
 * @param revision that was asked for
 * @param detail what is displayed of the order, believed in nothing
 */
export function contradictions(path: MerklePath, revision: string, detail: OrderDetail): string[] {
  try {
    const isShown = revision === String(detail.order.revision);
    return [...ofRecord(path, revision, detail), ...(isShown ? ofTransaction(path, detail) : [])];
  } catch (error) {
    return [`the stored bytes cannot be read as a purchase order (${String(error)})`];
  }
}

function ofRecord(path: MerklePath, revision: string, detail: OrderDetail): string[] {
  const { number } = detail.order;
  const { key, checkedAgainst, revision: ofBadge } = detail.verification;
  const { entry, trusted, storedValue } = path;
  const stored = storedValue === undefined ? undefined : readStored(storedValue);
  const isShown = revision === String(detail.order.revision);
  return [
    ...told('the path belongs to another record', entry.key !== key || key !== keyOf(number)),
    ...told(
      'the badge names another revision than the order',
      String(ofBadge) !== String(detail.order.revision),
    ),
    ...told(
      'the path belongs to another revision',
      String(path.revision) !== revision || (stored !== undefined && stored.revision !== revision),
    ),
    ...told(
      'the stored bytes are those of another order',
      stored?.order !== undefined && stored.order.number !== number,
    ),
    ...told(
      'the path ends at another hash than the badge names',
      trusted.txId === checkedAgainst.txId && trusted.alh !== checkedAgainst.alh,
    ),
    ...(isShown && stored !== undefined ? differences(stored, detail) : []),
  ];
}

function ofTransaction({ transaction }: MerklePath, { order, verification }: OrderDetail): string[] {
  const { txId, alh, committedAt } = verification;
  const seconds = (iso: string) => String(Math.floor(Date.parse(iso) / 1000));
  return [
    ...told(
      'the path begins in another transaction than the badge names',
      transaction.txId !== txId || transaction.alh !== alh,
    ),
    ...told(
      'it was written at another time than is displayed',
      [committedAt, order.updatedAt].some((iso) => seconds(iso) !== transaction.header.ts),
    ),
  ];
}

function told(what: string, isSo: boolean): string[] {
  return isSo ? [what] : [];
}
