// One text per JSON value: RFC 8785 (JSON Canonicalization Scheme).

/** A value JSON has, as `JSON.parse` returns it. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/**
 * The canonical text: no white space, members sorted by UTF-16 code unit, numbers and strings as ECMAScript writes
 * them. `JSON.stringify` alone does not do, since it moves names like `10` to the front.
 *
 * @param json nested no deeper than the call stack bears
 */
export function canonicalJson(json: Json): string {
  if (json === null || typeof json !== 'object') return JSON.stringify(json);
  if (isJsonArray(json)) {
    let text = '[';
    for (const [index, element] of json.entries()) text += (index === 0 ? '' : ',') + canonicalJson(element);
    return `${text}]`;
  }
  let text = '{';
  for (const name of Object.keys(json).sort()) {
    const value = json[name];
    if (value === undefined) continue;
    text += `${text === '{' ? '' : ','}${JSON.stringify(name)}:${canonicalJson(value)}`;
  }
  return `${text}}`;
}

/** Whether the value is an array, without the loss of type of `Array.isArray` on readonly arrays. */
export function isJsonArray(json: Json | undefined): json is readonly Json[] {
  return Array.isArray(json);
}

/** Whether the value is an object and neither null nor an array. */
export function isJsonObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
