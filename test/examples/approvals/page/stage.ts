// Orders in every state, written by the API as people would: what the page shows besides the order that is followed.
import { vi } from 'vitest';
import type { OrderDetailView } from '../answers.js';
import type { Approvals } from '../approvals.js';

interface Scene {
  readonly by: 'ada' | 'ben';
  readonly supplier: string;
  readonly costCentre: string;
  readonly lines: readonly (readonly [product: string, quantity: number, unitPrice: string])[];
  /** What is done to it, by whom and why. */
  readonly then: readonly (readonly [deed: string, by: string, reason?: string])[];
}

const SUBMIT = ['submit', 'ben', 'As agreed in the meeting on Monday.'] as const;

const SCENES: readonly Scene[] = [
  {
    by: 'ben',
    supplier: 'Canon',
    costCentre: 'office',
    lines: [['Canon PC1060 Personal Laser Copier', 3, '699.99']],
    then: [SUBMIT, ['approve', 'cleo', 'The old ones jam.'], ['pay', 'eva']],
  },
  {
    by: 'ben',
    supplier: 'Safco',
    costCentre: 'workshop',
    lines: [['Safco Industrial Wire Shelving', 6, '95.98']],
    then: [SUBMIT, ['reject', 'dev', 'We have four of these in the cellar.']],
  },
  {
    by: 'ada',
    supplier: 'Logitech',
    costCentre: 'it',
    lines: [['Logitech G19 Programmable Gaming Keyboard', 2, '123.97']],
    then: [],
  },
  {
    by: 'ben',
    supplier: 'Hewlett-Packard',
    costCentre: 'it',
    lines: [['HP Designjet T520 Inkjet Large Format Printer - 24" Color', 1, '1749.99']],
    then: [SUBMIT, ['approve', 'cleo', 'For the drawings.']],
  },
  {
    by: 'ben',
    supplier: 'Fellowes',
    costCentre: 'office',
    lines: [['Fellowes PB500 Electric Punch Plastic Comb Binding Machine with Manual Bind', 4, '1270.99']],
    then: [SUBMIT],
  },
];

/** Plays the scenes. @param service that runs */
export async function playScenes(service: Approvals): Promise<void> {
  for (const { by, supplier, costCentre, lines, then } of SCENES) {
    const content = lines.map(([product, quantity, unitPrice]) => ({ product, quantity, unitPrice }));
    const order = { supplier, costCentre, lines: content };
    const { status, body } = await service.post<OrderDetailView>('/api/orders', by, order);
    if (status !== 201) throw new Error(JSON.stringify(body));
    for (const [deed, who, reason] of then) await service.act(deed, body.order.number, who, reason);
  }
}

/** Imports orders. @param service that runs @param csv they are in */
export async function importOrders(service: Approvals, csv: string): Promise<void> {
  const { body } = await service.post<{ readonly id: string }>('/api/imports', 'ada', csv);
  const look = () => service.get<{ readonly state: string }>(`/api/imports/${body.id}`);
  await vi.waitUntil(async () => (await look()).body.state === 'done', { timeout: 30_000, interval: 100 });
}
