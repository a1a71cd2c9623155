// One of several values: of a TypeScript enum, of a constant object, or of a list.

import type { PropertyType } from '../property-type.js';
import { describeValue, TypeMismatch } from './mismatch.js';

/** What the values may be. */
type EnumValue = string | number;

/** An enum, a constant object of names and values, or a list of values. */
export type EnumSource<V extends EnumValue> = readonly V[] | Readonly<Record<string, V>>;

/** The values of a numeric enum also lead back to names: those are left out. */
function valuesIn<V extends EnumValue>(source: EnumSource<V>): readonly V[] {
  if (Array.isArray(source)) return source as readonly V[];
  const members = source as Readonly<Record<string, V>>;
  return Object.keys(members)
    .filter((name) => (members[String(members[name])] as unknown) !== Number(name))
    .flatMap((name) => members[name] ?? []);
}

/**
 * One of the values of a TypeScript enum, of a constant object, or of a list. The value is stored, not its name. What is not
 * among them is refused, on reading too: take a value out only once no record has it, or let an upcast replace it.
 *
 * @param source at least one string or number
 * @throws TypeError for anything else
 */
export function enumOf<const V extends EnumValue>(source: EnumSource<V>): PropertyType<V> {
  const values = typeof source === 'object' && (source as unknown) !== null ? valuesIn(source) : [];
  if (values.length === 0 || values.some((value) => typeof value !== 'string' && !Number.isFinite(value)))
    throw new TypeError('t.enum takes an enum, or a list of strings and numbers: t.enum(["open", "paid"]).');
  const known: ReadonlySet<unknown> = new Set(values);
  const name = `one of ${values.map((value) => JSON.stringify(value)).join(', ')}`;
  const checked = (value: unknown): V => {
    if (known.has(value)) return value as V;
    const shown =
      typeof value === 'string' || typeof value === 'number' ? JSON.stringify(value) : describeValue(value);
    throw new TypeMismatch(`must be ${name}, not ${shown}`);
  };
  const bound = {
    toStored: checked,
    fromStored: checked,
    fromText: (text: unknown) => values.find((value) => String(value) === text) ?? checked(text),
    mayRespell: false,
  };
  return { name, isKeyPart: true, isIndexable: true, bind: () => bound };
}
