// What the API answers, as the service itself declares it.
import type { BudgetView } from '../../../examples/approvals/server/budgets/budget.view.js';
import type { ImportView } from '../../../examples/approvals/server/imports/import.view.js';
import type { OrderDetailView } from '../../../examples/approvals/server/orders/views/order-detail.view.js';
import type { OrderPageView } from '../../../examples/approvals/server/orders/views/order-page.view.js';
import type { TimelineView } from '../../../examples/approvals/server/orders/views/timeline.view.js';

/** What is there where nothing else is expected. */
export interface Refusal {
  readonly statusCode: number;
  readonly error: string;
  readonly message: string;
  readonly code?: string;
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
  readonly tampered?: true;
}

/** Of the Merkle path, what these tests look at. */
export interface Path {
  readonly number: string;
  readonly revision: string;
  readonly transaction: { readonly txId: string; readonly alh: string };
  readonly entrySteps: readonly { readonly hash: string }[];
  readonly entriesRoot: string;
}

/** The ledger, as `/api/state` tells of it. */
export interface State {
  readonly status: string;
  readonly txId: string;
  readonly alh: string;
}

/** Of the health, what these tests look at. */
export interface Health {
  readonly details: { readonly ledger: { readonly status: string; readonly ledger: string } };
}

/** Of the description of the API, what these tests look at. */
export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly description?: string }>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly properties: Readonly<Record<string, unknown>> }>>;
  };
}

export type { BudgetView, ImportView, OrderDetailView, OrderPageView, TimelineView };
