// One of many who work at the same time: asks for something, has it approved and paid, looks at what became of it.

import type { Api } from './api.js';
import type { Tally } from './tally.js';

/** What a user was told is done: it must be there at the end, whatever happened in between. */
export interface Acknowledged {
  readonly number: string;
  readonly action: 'create' | 'submit' | 'approve' | 'pay';
  readonly revision: string;
  readonly txId: string;
}

/** What all users share. */
export interface Office {
  readonly api: Api;
  readonly tally: Tally;
  readonly acknowledged: Acknowledged[];
  /** Whether the service was killed and is not back yet: then no answers come, and none are missed. */
  readonly isDown: () => boolean;
  /** Resolves when it is back. */
  readonly back: () => Promise<void>;
  readonly isOver: () => boolean;
}

interface Detail {
  readonly order: { readonly number: string; readonly revision: string };
  readonly verification: { readonly txId: string };
}

/** No answer, or not the one that was expected: the order is left as it is. */
class GivenUp extends Error {}

const COST_CENTRES = ['office', 'it', 'facilities', 'sales', 'workshop'];

/** Works until time is up. @param index from 0 */
export async function work(office: Office, index: number): Promise<void> {
  const requester = index % 2 === 0 ? 'ada' : 'ben';
  const approver = index % 3 === 0 ? 'dev' : 'cleo';
  for (let round = index; !office.isOver(); round++) {
    try {
      const costCentre = COST_CENTRES[round % COST_CENTRES.length]!;
      await oneOrder(office, { requester, approver, costCentre });
    } catch (error) {
      if (!(error instanceof GivenUp)) throw error;
      await office.back();
    }
  }
}

interface Roles {
  readonly requester: string;
  readonly approver: string;
  readonly costCentre: string;
}

async function oneOrder(office: Office, { requester, approver, costCentre }: Roles): Promise<void> {
  const lines = [{ product: 'Pencils', quantity: 3, unitPrice: '0.95' }];
  const draft = await change(office, 'create', requester, '/api/orders', {
    supplier: 'Dixon',
    costCentre,
    lines,
  });
  const { number } = draft.order;
  let { revision } = draft.order;
  for (const [action, person] of [
    ['submit', requester],
    ['approve', approver],
    ['pay', 'eva'],
  ] as const) {
    const detail = await change(office, action, person, `/api/orders/${number}/${action}`, { revision });
    revision = detail.order.revision;
  }
  await ask(office, 'read', 'finn', `/api/orders/${number}`);
  await ask(office, 'timeline', 'finn', `/api/orders/${number}/timeline`);
  await ask(office, 'list', 'finn', '/api/orders?status=paid&limit=25');
}

async function change(
  office: Office,
  action: Acknowledged['action'],
  person: string,
  path: string,
  body: object,
): Promise<Detail> {
  const detail = (await ask(office, action, person, path, body)) as Detail;
  const { order, verification } = detail;
  office.acknowledged.push({
    number: order.number,
    action,
    revision: order.revision,
    txId: verification.txId,
  });
  return detail;
}

async function ask(
  office: Office,
  kind: string,
  person: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const { api, tally } = office;
  const began = performance.now();
  try {
    const answer = await api.call(body === undefined ? 'GET' : 'POST', path, person, body);
    if (answer.status < 300) {
      tally.answered(kind, performance.now() - began);
      return answer.body;
    }
    tally.failed(`${kind}: ${String(answer.status)} ${JSON.stringify(answer.body).slice(0, 200)}`);
  } catch (error) {
    if (office.isDown()) tally.interrupted();
    else tally.failed(`${kind}: ${String(error)}`);
  }
  throw new GivenUp();
}
