// The states a purchase order can be in.

/** In the order in which an order usually goes through them. */
export const ORDER_STATUSES = ['draft', 'submitted', 'approved', 'rejected', 'paid'] as const;

export type OrderStatus = (typeof ORDER_STATUSES)[number];
