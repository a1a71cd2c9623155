// What people do with orders from beginning to end, wherever the ledger is.
import { expect, it } from 'vitest';
import type { BudgetView, OrderDetailView, Path } from './answers.js';
import type { Approvals } from './approvals.js';

const HASH = /^[0-9a-f]{64}$/;
const COPIERS = { product: 'Copier', quantity: 2, unitPrice: '1234.50' };
const TONER = { product: 'Toner', quantity: 10, unitPrice: '0.05' };

/** Tests on a service that is running. */
export function worksFromBeginningToEnd(running: () => Approvals): void {
  it('takes an order from its draft to its payment, and the budget with it', async () => {
    const service = running();
    const before = await budgetOf(service, 'sales');
    const content = { supplier: 'Canon', costCentre: 'sales', lines: [COPIERS, TONER] };
    const { status, body: drafted } = await service.post<OrderDetailView>('/api/orders', 'ada', content);
    expect(status).toBe(201);
    expect(drafted.order).toMatchObject({
      status: 'draft',
      requester: 'ada',
      total: '2469.50',
      revision: '1',
    });
    expect(drafted.actions).toEqual(['edit', 'submit']);
    const { number } = drafted.order;

    const edited = await edit(service, number, { revision: '1', note: 'urgent' });
    expect(edited.order).toMatchObject({
      note: 'urgent',
      supplier: 'Canon',
      total: '2469.50',
      revision: '2',
    });
    expect((await service.act('submit', number, 'ada')).order.status).toBe('submitted');
    expect((await service.act('reject', number, 'cleo', 'One will do')).order.status).toBe('rejected');
    expect((await service.act('revise', number, 'ada')).order.status).toBe('draft');
    await edit(service, number, { revision: '5', lines: [COPIERS] });
    await service.act('submit', number, 'ada', 'Only one kind now');
    expect(await budgetOf(service, 'sales')).toEqual(before);

    const approved = await service.act('approve', number, 'cleo', 'Agreed');
    expect(approved.order).toMatchObject({ status: 'approved', total: '2469.00' });
    expect(await budgetOf(service, 'sales')).toEqual({ ...before, reserved: before.reserved + 246_900 });
    expect(approved.budget?.reserved).toBe(((before.reserved + 246_900) / 100).toFixed(2));
    const paid = await service.act('pay', number, 'eva');
    expect(paid).toMatchObject({ order: { status: 'paid' }, actions: [] });
    expect(await budgetOf(service, 'sales')).toEqual({ ...before, spent: before.spent + 246_900 });

    const told = (await service.timeline(number)).map(({ event, actorName, reason }) => [
      event,
      actorName,
      reason,
    ]);
    expect(told).toEqual([
      ['drafted', 'Ada Park', null],
      ['edited', 'Ada Park', null],
      ['submitted', 'Ada Park', null],
      ['rejected', 'Cleo Haas', 'One will do'],
      ['revised', 'Ada Park', null],
      ['edited', 'Ada Park', null],
      ['submitted', 'Ada Park', 'Only one kind now'],
      ['approved', 'Cleo Haas', 'Agreed'],
      ['paid', 'Eva Lind', null],
    ]);
  });

  it('says of each revision who, what, why, when, in which transaction, and what proves it', async () => {
    const service = running();
    const number = await service.draft('ada', '5.00');
    const content = { revision: '1', lines: [{ product: 'Paper', quantity: 3, unitPrice: '5.00' }] };
    const why = { 'x-request-id': 'request-1', 'x-reason': encodeURIComponent('drei, für März') };
    await edit(service, number, content, why);
    const decision = { revision: '2', reason: 'soon' };
    await service.post(`/api/orders/${number}/submit`, 'ada', decision, { 'x-request-id': 'request-2' });

    const [drafted, edited, submitted] = await service.timeline(number);
    expect(drafted?.changes).toContainEqual({
      property: 'supplier', label: 'Supplier', before: null, after: 'Canon',
    }); // prettier-ignore
    expect(drafted?.correlationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(edited).toMatchObject({ actor: 'ada', reason: 'drei, für März', correlationId: 'request-1' });
    expect(edited?.changes).toEqual([
      {
        property: 'lines',
        label: 'Products',
        before: '2 × Paper at 5.00 EUR',
        after: '3 × Paper at 5.00 EUR',
      },
      { property: 'total', label: 'Total', before: '10.00 EUR', after: '15.00 EUR' },
    ]);
    expect(submitted).toMatchObject({
      revision: '3',
      reason: 'soon',
      correlationId: 'request-2',
      deleted: false,
    });
    expect(submitted?.alh).toMatch(HASH);
    expect(submitted?.checkedAgainst.alh).toMatch(HASH);

    const { verification } = await service.order(number);
    expect(verification).toMatchObject({ revision: '3', txId: submitted?.txId, alh: submitted?.alh });
    const { body: path } = await service.get<Path>(`/api/orders/${number}/path?revision=3`);
    const transaction = { txId: submitted?.txId, alh: submitted?.alh };
    expect(path).toMatchObject({ number, revision: '3', transaction });
    expect(path.entrySteps.at(-1)?.hash).toBe(path.entriesRoot);
  });

  it('lets one of those who decide at the same time be first, and tells the others', async () => {
    const service = running();
    const number = await service.draft('ada');
    await service.act('submit', number, 'ada');
    const decide = (action: string) =>
      service.post(`/api/orders/${number}/${action}`, 'dev', { revision: '2', reason: 'at once' });
    const answers = await Promise.all(['approve', 'reject', 'approve', 'reject'].map(decide));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
    const late = answers.find(({ status }) => status === 409);
    expect(late?.body.code).toBe('REVISION_CHANGED');
    expect(late?.body.message).toBe(
      `You looked at revision 2 of ${number}, and it is at revision 3 by now. Look at it again, and decide anew.`,
    );
  });

  it('approves many orders of one budget at the same time, and none of them twice', async () => {
    const service = running();
    const before = await budgetOf(service, 'workshop');
    const drafts = Array.from({ length: 12 }, () => service.draft('ben', '1.00', 'workshop'));
    const numbers = await Promise.all(drafts);
    expect(new Set(numbers).size).toBe(12);
    await Promise.all(numbers.map((number) => service.act('submit', number, 'ben')));
    const approved = await Promise.all(numbers.map((number) => service.act('approve', number, 'cleo')));
    expect(approved.map(({ order }) => order.status)).toEqual(numbers.map(() => 'approved'));
    expect(await budgetOf(service, 'workshop')).toEqual({ ...before, reserved: before.reserved + 12 * 200 });
  });
}

async function edit(
  service: Approvals,
  number: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<OrderDetailView> {
  const answer = await service.call<OrderDetailView>('PATCH', `/api/orders/${number}`, 'ada', body, headers);
  expect(answer.status).toBe(200);
  return answer.body;
}

/** In cents. */
async function budgetOf(
  service: Approvals,
  id: string,
): Promise<Readonly<Record<'reserved' | 'spent', number>>> {
  const { body: budgets } = await service.get<BudgetView[]>('/api/budgets');
  const { reserved, spent } = budgets.find(({ costCentre }) => costCentre === id)!;
  return { reserved: Math.round(Number(reserved) * 100), spent: Math.round(Number(spent) * 100) };
}
