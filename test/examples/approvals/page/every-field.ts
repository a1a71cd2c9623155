// An answer in which a single field is another one, as of a service that lies.

/** The names of all values: `entrySteps.0.hash`. */
export function leavesOf(value: unknown, name = ''): string[] {
  if (typeof value !== 'object' || value === null) return [name];
  return Object.entries(value).flatMap(([key, one]) => leavesOf(one, name === '' ? key : `${name}.${key}`));
}

/** A copy in which one value is another of its kind. */
export function changed<Answer>(answer: Answer, field: string): Answer {
  const copy = structuredClone(answer);
  const names = field.split('.');
  const last = names.pop()!;
  const parent = names.reduce(
    (one, name) => one[name] as Record<string, unknown>,
    copy as Record<string, unknown>,
  );
  parent[last] = another(parent[last]);
  return copy;
}

function another(value: unknown): unknown {
  if (typeof value === 'number') return value + 1;
  if (typeof value === 'boolean') return !value;
  const text = String(value);
  if (text === 'left' || text === 'right') return text === 'left' ? 'right' : 'left';
  if (text === 'tree' || text === 'same') return text === 'tree' ? 'same' : 'tree';
  // A time is another only if its second is.
  if (/T.*Z$/.test(text)) return new Date(Date.parse(text) + 1000).toISOString();
  return text.replace(/.$/, (digit) => (digit === '1' ? '2' : '1'));
}
