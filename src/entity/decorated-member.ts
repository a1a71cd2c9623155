// What a decorator was applied to, from the arguments of either kind: (prototype, name) under experimentalDecorators,
// (undefined, context) under the standard. Nothing else of the two kinds is known outside this file.
import { FORBIDDEN_NAMES } from '../codec/payload-limits.js';
import { metadataOf } from './declaration.js';
import type { EntityClass } from './entity-types.js';

/** What a decorator may be put on. */
export interface MemberRule {
  /** Its name with parentheses, for errors: `@Id()` */
  readonly decorator: string;
  /** Members of instances, with public or private names. */
  readonly place: 'a field' | 'a field or a getter';
}

/** A class member under a decorator. */
export interface DecoratedMember {
  /** Where the class keeps what is declared. */
  readonly metadata: object;
  /** The member as an error names it: `#pin` for a private one. */
  readonly name: string;
  /** Whether it is a getter; else it is a field, or has a problem. */
  readonly isGetter: boolean;
  /** Why the decorator cannot be here, or `undefined`. */
  readonly problem: string | undefined;
}

/** What both kinds of context have, as far as it is used. Untyped callers may pass anything. */
interface Context {
  readonly kind: string;
  readonly name: string | symbol | undefined;
  readonly static?: boolean;
  readonly private?: boolean;
  readonly metadata?: object | null;
}

/** Whether the second argument of a decorator is a standard context. */
function isContext(value: unknown): value is Context {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'kind') === 'string';
}

/** Whether a decorator that may be put on classes and members alike was put on a class. */
export function isOnClass([target, second]: readonly unknown[]): boolean {
  return isContext(second) ? second.kind === 'class' : typeof target === 'function' && second === undefined;
}

/**
 * The metadata of a standard context.
 *
 * @param what what is decorated, for the error
 * @throws TypeError if there is none: the class was defined before `Symbol.metadata` was, or compiled for an old draft
 */
function metadataOfContext(context: Context, what: string): object {
  if (context.metadata !== undefined && context.metadata !== null) return context.metadata;
  throw new TypeError(
    `${what}: this decorator got no metadata to write to. Import immurepo before the module that defines the class, ` +
      'and compile with decorator metadata: TypeScript 5.2, esbuild 0.21, a current swc, or newer.',
  );
}

/**
 * Where the class that a class decorator was applied to keeps what is declared.
 *
 * @param decorator its name with parentheses, for errors
 * @param args all it was called with: the class, and for standard decorators the context
 * @throws TypeError if it was not applied to a class, or there is no metadata to write to
 */
export function decoratedClass(
  decorator: string,
  args: readonly unknown[],
): { name: string; metadata: object } {
  const [target, second] = args;
  if (typeof target === 'function' && isOnClass(args)) {
    const { name } = target;
    const metadata = isContext(second) ? metadataOfContext(second, name) : metadataOf(target as EntityClass);
    return { name, metadata };
  }
  throw new TypeError(
    `${decorator} belongs on a class, not on ${String(isContext(second) ? second.name : second)}.`,
  );
}

function problemOfName(name: string | symbol): string | undefined {
  if (typeof name === 'symbol') return 'is named by a symbol: give it a string for a name';
  return FORBIDDEN_NAMES.has(name) ? 'has a name that reaches into prototypes: use another' : undefined;
}

function isAllowed({ place }: MemberRule, kind: string): boolean {
  return kind === 'field' || (kind === 'getter' && place === 'a field or a getter');
}

function standardMember(rule: MemberRule, context: Context): DecoratedMember {
  const { decorator, place } = rule;
  const { kind } = context;
  const name = String(context.name);
  const problem = !isAllowed(rule, kind)
    ? `${decorator} belongs on ${place}, not on ${kind === 'accessor' ? 'an' : 'a'} ${kind}`
    : context.private === true
      ? `${decorator} cannot reach a #private ${kind}: use the keyword private`
      : context.static === true
        ? `${decorator} belongs on ${place} of instances, not on a static one`
        : problemOfName(context.name ?? name);
  return { metadata: metadataOfContext(context, name), name, isGetter: kind === 'getter', problem };
}

/** What a descriptor of a legacy decorator stands for: none for a field; some compilers pass one with an initializer. */
function kindOfDescriptor(descriptor: unknown): 'field' | 'getter' | 'method' | 'setter' {
  if (typeof descriptor !== 'object' || descriptor === null || 'initializer' in descriptor) return 'field';
  if ('value' in descriptor) return 'method';
  return Reflect.get(descriptor, 'get') === undefined ? 'setter' : 'getter';
}

function legacyMember(
  rule: MemberRule,
  target: object,
  name: string | symbol,
  descriptor: unknown,
): DecoratedMember {
  const { decorator, place } = rule;
  const isStatic = typeof target === 'function';
  const owner = (isStatic ? target : target.constructor) as EntityClass;
  const kind = kindOfDescriptor(descriptor);
  const problem = isStatic
    ? `${decorator} belongs on ${place} of instances, not on a static one`
    : isAllowed(rule, kind)
      ? problemOfName(name)
      : `${decorator} belongs on ${place}, not on a ${kind}`;
  return { metadata: metadataOf(owner), name: String(name), isGetter: kind === 'getter', problem };
}

/**
 * The member that a decorator was applied to.
 *
 * @param args all it was called with
 * @throws TypeError if it was not applied to a class member, or there is no metadata to write to
 */
export function decoratedMember(rule: MemberRule, args: readonly unknown[]): DecoratedMember {
  const [target, second, descriptor] = args;
  if (isContext(second) && second.kind !== 'class') return standardMember(rule, second);
  const isLegacy = typeof second === 'string' || typeof second === 'symbol';
  if (isLegacy && (typeof target === 'object' || typeof target === 'function') && target !== null) {
    return legacyMember(rule, target, second, descriptor);
  }
  const name = typeof target === 'function' ? target.name : String(target);
  throw new TypeError(`${name}: ${rule.decorator} belongs on ${rule.place}.`);
}
