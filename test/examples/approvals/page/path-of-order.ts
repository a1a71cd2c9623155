// A Merkle path as the example's service answers it, of a ledger in memory.
import { Entity, evidenceOf, Id, Index, Property } from 'immurepo';
import { memoryLedger } from 'immurepo/testing';
import type { MerklePath } from '../../../../examples/approvals/page/path-types.js';
import type { OrderDetail } from '../../../../examples/approvals/page/types.js';

/** The one that is looked at. */
export const NUMBER = 'PO-000000';
/** Who wrote it, and why. */
export const WRITTEN = { actor: 'ada', reason: 'Für den Lesesaal.' };

/** As the service stores it. */
@Entity({ name: 'purchase-order', version: 1 })
class Purchase {
  @Id() number!: string;
  @Index() supplier!: string;
  @Property() requester!: string;
  @Property() costCentre!: string;
  @Property() status!: string;
  @Property() lines!: { product: string; quantity: number; unitPrice: string }[];
  @Property() note!: string;
}

const CONTENT = {
  supplier: 'Büsch',
  requester: 'ada',
  costCentre: 'office',
  status: 'draft',
  note: 'Before the 1st.',
};
const LINES = [
  { product: 'A shelf', quantity: 3, unitPrice: '0.35' },
  { product: 'A lamp', quantity: 1, unitPrice: '1200.00' },
];

/** A path, and the order as the service tells of it. */
export interface PathAndOrder {
  readonly path: MerklePath;
  readonly detail: OrderDetail;
}

/**
 * The path of the first revision of an order.
 *
 * @param together how many orders its transaction writes
 * @param later how many transactions came after
 */
export async function pathOfOrder(together: number, later: number): Promise<PathAndOrder> {
  const ledger = await memoryLedger({ entities: [Purchase] });
  try {
    const orders = ledger.repository(Purchase);
    const make = (n: number) =>
      orders.create({ ...CONTENT, lines: LINES, number: `PO-${String(n).padStart(6, '0')}` });
    const all = Array.from({ length: together }, (_, n) => make(n));
    const [order] = await ledger.as(WRITTEN, () => orders.saveMany(all));
    for (let n = 0; n < later; n++) await orders.save(make(1000 + n));
    const evidence = evidenceOf(order!);
    const { key, txId } = evidence;
    const { client } = ledger;
    const path = await client.proofs.merklePath(key, { atTx: txId });
    const { value } = (await client.verifiedGet(key, { atTx: txId }))!;
    const storedValue = Buffer.concat([Uint8Array.of(0), value]);
    return {
      path: asAnswered({ ...path, storedValue, number: NUMBER, revision: '1' }) as MerklePath,
      detail: asAnswered({
        order: {
          ...CONTENT,
          number: NUMBER,
          revision: '1',
          lines: LINES.map((line, i) => ({ ...line, total: ['1.05', '1200.00'][i] })),
          total: '1201.05',
          currency: 'EUR',
          updatedAt: evidence.committedAt,
          tampered: false,
        },
        verification: evidence,
        actions: [],
      }) as OrderDetail,
    };
  } finally {
    await ledger.close();
  }
}

function asAnswered(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, asText));
}

function asText(_: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  // A Buffer has made itself an object by now.
  const { type, data } = Object(value) as { readonly type?: unknown; readonly data?: unknown };
  if (type === 'Buffer') return Buffer.from(data as number[]).toString('hex');
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}
