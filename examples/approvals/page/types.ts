// What the service's API answers. Amounts and 64-bit numbers are decimal text, hashes hexadecimal, times ISO 8601.

/** Somebody one can be. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** The most this person may approve. */
  readonly limit?: string;
}

/** Where an order stands. */
export type Status = 'draft' | 'submitted' | 'approved' | 'rejected' | 'paid';

/** What a person may do to an order. */
export type Action = 'edit' | 'submit' | 'approve' | 'reject' | 'pay' | 'revise';

/** A transaction and the hash that commits to it and all before it. */
export interface LedgerState {
  readonly txId: string;
  readonly alh: string;
}

/** What was found wrong. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly since?: string;
}

/** An order that was checked. */
export interface OrderSummary {
  readonly number: string;
  readonly supplier: string;
  readonly requester: string;
  readonly costCentre: string;
  readonly status: Status;
  readonly total: string;
  readonly currency: string;
  readonly updatedAt: string;
  readonly tampered: false;
}

/** An order whose check failed: nothing of it is told. */
export interface TamperedOrder {
  readonly number: string;
  readonly tampered: true;
  readonly problem: Problem;
}

/** A page of the list. */
export interface OrderPage {
  readonly orders: readonly (OrderSummary | TamperedOrder)[];
  readonly next: string | null;
  readonly counts: Readonly<Partial<Record<Status, number>>>;
  readonly state: LedgerState;
}

/** One line of an order. */
export interface OrderLine {
  readonly product: string;
  readonly quantity: number;
  readonly unitPrice: string;
  readonly total: string;
}

/** What was checked, and against what. */
export interface Verification extends LedgerState {
  readonly ledgerId: string;
  readonly database: string;
  readonly origin: string;
  readonly key: string;
  readonly revision: string | number;
  readonly committedAt: string;
  readonly checkedAgainst: LedgerState;
}

/** What a cost centre may spend. */
export interface Budget {
  readonly costCentre: string;
  readonly name?: string;
  readonly limit: string;
  readonly reserved: string;
  readonly spent: string;
}

/** One order with everything about it. */
export interface OrderDetail {
  readonly order: OrderSummary & {
    readonly lines: readonly OrderLine[];
    readonly note?: string | null;
    readonly revision: string | number;
  };
  readonly verification: Verification;
  readonly actions: readonly Action[];
  readonly budget?: Budget;
}

/** One field, before and after. */
export interface FieldChange {
  readonly property: string;
  readonly label: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** One revision of an order. */
export interface TimelineEntry extends LedgerState {
  readonly revision: string | number;
  readonly at: string;
  readonly actor?: string | null;
  readonly actorName?: string | null;
  readonly reason?: string | null;
  readonly correlationId?: string | null;
  readonly event: string;
  readonly deleted: boolean;
  readonly changes: readonly FieldChange[];
  readonly checkedAgainst: LedgerState;
}

/** How the ledger is. */
export interface LedgerHealth extends LedgerState {
  readonly status: 'up' | 'down' | 'tampered';
  readonly ledgerId: string;
  readonly database: string;
  readonly origin: string;
  readonly problem?: Problem;
}

/** A product of the data set. */
export interface Product {
  readonly name: string;
  readonly unitPrice: string;
}

/** How far an import is. */
export interface ImportProgress {
  readonly id: string;
  readonly state: 'running' | 'done' | 'failed';
  readonly bytesRead: number;
  readonly bytesTotal: number;
  readonly rows: number;
  readonly written: number;
  readonly unchanged: number;
  readonly refused: readonly { readonly line: number; readonly why: string }[];
  readonly refusedCount: number;
  readonly error?: string;
}
