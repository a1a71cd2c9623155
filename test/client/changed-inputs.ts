// Inputs of a call, and what a careless caller does to them afterwards.

/** What a method is given: plain data, down to bytes. */
export type Inputs = Readonly<Record<string, unknown>>;

/** Inputs of their own for one call. */
export function inputsOf<Given extends Inputs>(given: Given): Given {
  return structuredClone(given);
}

/** Changes everything that can be changed, at every depth. */
export function changed(value: unknown): void {
  if (value instanceof Uint8Array) value.fill(0x7a);
  else if (Array.isArray(value)) changeAll(value as unknown as Record<string, unknown>);
  else if (typeof value === 'object' && value !== null) changeAll(value as Record<string, unknown>);
}

function changeAll(parts: Record<string, unknown>): void {
  for (const [name, part] of Object.entries(parts)) {
    changed(part);
    const other = otherThan(part);
    if (other !== undefined) parts[name] = other;
  }
}

function otherThan(part: unknown): unknown {
  switch (typeof part) {
    case 'string':
      return `${part}zz`;
    case 'number':
      return part + 1;
    case 'bigint':
      return part + 1n;
    case 'boolean':
      return !part;
    default:
      return undefined;
  }
}
