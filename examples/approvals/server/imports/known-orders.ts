// Orders of a file that are in the ledger already: an earlier import wrote them, or somebody did.

import type { Repository } from 'immurepo';
import { Money } from '../orders/money.js';
import type { PurchaseOrder } from '../orders/purchase-order.js';
import type { OrderInFile } from './orders-in-csv.js';

/** The orders of a file, by what the ledger has of them. */
export interface SortedOrders {
  /** Not there. */
  readonly fresh: readonly OrderInFile[];
  /** There, and asking for the same. */
  readonly unchanged: readonly OrderInFile[];
  /** There, and asking for something else. */
  readonly different: readonly OrderInFile[];
}

const AT_ONCE = 500;

/** Looks each of them up. @throws VerificationError, ImmuError */
export async function sortByWhatIsKnown(
  orders: readonly OrderInFile[],
  stored: Repository<PurchaseOrder>,
): Promise<SortedOrders> {
  const fresh: OrderInFile[] = [];
  const unchanged: OrderInFile[] = [];
  const different: OrderInFile[] = [];
  for (let from = 0; from < orders.length; from += AT_ONCE) {
    const batch = orders.slice(from, from + AT_ONCE);
    const known = await stored.findMany(batch.map(({ rows: [{ row }] }) => row.number));
    batch.forEach((order, index) => {
      const there = known[index];
      const belongs = there === undefined ? fresh : asksForTheSame(order, there) ? unchanged : different;
      belongs.push(order);
    });
  }
  return { fresh, unchanged, different };
}

/** What has become of it since does not matter. */
function asksForTheSame({ rows }: OrderInFile, order: PurchaseOrder): boolean {
  const [{ row }] = rows;
  return (
    row.supplier === order.supplier &&
    row.requester === order.requester &&
    row.cost_centre === order.costCentre &&
    row.note === order.note &&
    rows.length === order.lines.length &&
    order.lines.every(({ product, quantity, unitPrice }, index) => {
      // There are as many.
      const wanted = rows[index]!.row;
      return (
        wanted.product === product &&
        Number(wanted.quantity) === quantity &&
        Money.parse(wanted.unit_price).cents === unitPrice.cents
      );
    })
  );
}
