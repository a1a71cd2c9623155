// The types superjson notes beside its JSON, read strictly: the grammar is closed and fixed (FORMAT.md, "Annotations").
import { isJsonArray, isJsonObject, type Json } from './canonical-json.js';

/** The types that annotations may name. */
export type AnnotatedType = 'bigint' | 'bytes' | 'Date' | 'map' | 'number' | 'regexp' | 'set' | 'URL';

/** The annotation of one place and of the places below it, by member name or index. */
export interface AnnotationNode {
  type: AnnotatedType | undefined;
  readonly below: Map<string, AnnotationNode>;
}

const SIMPLE: ReadonlySet<Json | undefined> = new Set([
  'bigint',
  'Date',
  'map',
  'number',
  'regexp',
  'set',
  'URL',
]);

function parseType(json: Json | undefined): AnnotatedType | undefined {
  if (SIMPLE.has(json)) return json as AnnotatedType;
  const isBytes = isJsonArray(json) && json.length === 2 && json[0] === 'custom' && json[1] === 'bytes';
  return isBytes ? 'bytes' : undefined;
}

/** The member names in a path: separated by `.`, with `\.` and `\\` for the characters themselves. */
function parsePath(path: string): readonly string[] | undefined {
  const names: string[] = [];
  let name = '';
  for (let at = 0; at < path.length; at++) {
    let char = path.charAt(at);
    if (char === '.') {
      names.push(name);
      name = '';
      continue;
    }
    if (char === '\\') {
      char = path.charAt(++at);
      if (char !== '.' && char !== '\\') return undefined;
    }
    name += char;
  }
  return [...names, name];
}

function leaf(): AnnotationNode {
  return { type: undefined, below: new Map() };
}

/** The new node at the path, or `undefined` if it is malformed or leads through or onto an annotated place. */
function grow(root: AnnotationNode, path: string): AnnotationNode | undefined {
  const names = parsePath(path);
  if (names === undefined) return undefined;
  let node = root;
  for (const [index, name] of names.entries()) {
    let next = node.below.get(name);
    if (next === undefined) node.below.set(name, (next = leaf()));
    else if (next.type !== undefined || index === names.length - 1) return undefined;
    node = next;
  }
  return node;
}

/** Reads `{ path: [type] | [type, nested] }` into the node. Recursion is bounded by the depth checked before. */
function parseInto(root: AnnotationNode, json: Json | undefined): boolean {
  if (!isJsonObject(json)) return false;
  const entries = Object.entries(json);
  return (
    entries.length > 0 &&
    entries.every(([path, annotated]) => {
      if (!isJsonArray(annotated) || annotated.length < 1 || annotated.length > 2) return false;
      const type = parseType(annotated[0]);
      const node = grow(root, path);
      if (type === undefined || node === undefined) return false;
      // Nested paths first: while they are read, the type must not yet close the place to them.
      const isCollection = type === 'set' || type === 'map';
      if (annotated.length === 2 && !(isCollection && parseInto(node, annotated[1]))) return false;
      node.type = type;
      return true;
    })
  );
}

/**
 * The annotations as a tree.
 *
 * @param values the member `meta.values`, from anyone, nested no deeper than the call stack bears
 * @returns `undefined` for anything outside the grammar
 */
export function parseAnnotations(values: Json | undefined): AnnotationNode | undefined {
  const root = leaf();
  return parseInto(root, values) ? root : undefined;
}
