// From the stored properties of an older version of an entity to those of this one, step by step.

import type { PlainRecord } from '../codec/codec.js';
import { ImmuError } from '../errors.js';
import { isPromise } from './promise.js';

/** Makes the stored properties of the next version from those of one version. What it is given is its own. */
export type Upcast = (stored: Record<string, unknown>) => Record<string, unknown>;

/** By the version they take: `{ 1: … }` makes version 2 from version 1. A step that is missing changes nothing. */
export type Upcasts = Readonly<Record<number, Upcast>>;

/** What to read, and by whom. */
export interface VersionedRecord {
  readonly className: string;
  /** The version this code declares. */
  readonly current: number;
  /** The version it was written with. */
  readonly stored: number;
}

/**
 * The stored properties as the declared version has them.
 *
 * @param plain freshly decoded
 * @throws ImmuError NEWER_RECORD if it was written by code that knows more · UNREADABLE_RECORD if a step throws, or gives
 *   no object
 */
export function upcastRecord(
  plain: PlainRecord,
  { className, current, stored }: VersionedRecord,
  upcasts: Upcasts | undefined,
): PlainRecord {
  if (stored > current) throw newer(className, current, stored);
  let at: PlainRecord = plain;
  // Integer keys ascend. Not by counting: versions may be dates, with millions between them.
  for (const [from, step] of Object.entries(upcasts ?? {})) {
    const version = Number(from);
    if (version >= stored && version < current) at = taken(className, version, () => step({ ...at }));
  }
  return at;
}

/** What was not there and got another name is still not there. */
function withoutAbsent(made: PlainRecord): PlainRecord {
  return Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined));
}

function taken(className: string, version: number, step: () => unknown): PlainRecord {
  let made: unknown;
  try {
    made = step();
  } catch (cause) {
    throw new ImmuError(
      'UNREADABLE_RECORD',
      `The upcast of ${className} from version ${version} failed: ${String(cause)}`,
      { cause, details: { version } },
    );
  }
  const isAsync = isPromise(made);
  // What becomes of it is nobody's any more.
  if (isPromise(made)) made.then(undefined, () => undefined);
  const isRecord = typeof made === 'object' && made !== null && !Array.isArray(made) && !isAsync;
  if (isRecord) return withoutAbsent(made as PlainRecord);
  throw new ImmuError(
    'UNREADABLE_RECORD',
    `The upcast of ${className} from version ${version} must return the stored properties, an object` +
      `${isAsync ? ', and is asynchronous: make it a plain function' : ''}.`,
    { details: { version } },
  );
}

function newer(className: string, current: number, stored: number): ImmuError {
  return new ImmuError(
    'NEWER_RECORD',
    `It was written by version ${stored} of ${className}, and this code knows version ${current}. Deploy the newer code here, ` +
      'too; what this code stored in its place could lose what the newer one knows.',
    { details: { version: stored, knownVersion: current } },
  );
}
