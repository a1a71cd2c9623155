// What may stand in the texts of an order, whoever brings them.

import type { TextRules } from '../http/is-text.js';

export const TEXTS = {
  supplier: { most: 120 },
  product: { most: 200 },
  note: { most: 1000, mayBeEmpty: true, manyLines: true },
} as const satisfies Readonly<Record<string, TextRules>>;
