// The table `keys`, whose rows are rewritten and whose absences mean something: nothing above would notice if one
// damaged byte hid a row, or brought back an old page with its genuine old rows. So it is kept in two trees, and what
// they do not say alike is damage. No one byte can make both say the same wrong thing.

import { compareBytes } from '../../bytes.js';
import type { RangeOptions, Row } from './ledger-store.js';
import { peek } from './lmdb-buffer.js';
import type { Tree } from './lmdb-environment.js';
import { reading } from './lmdb-errors.js';
import { entriesOf } from './lmdb-range.js';
import { areTwins, unseal } from './seal.js';
import { damagedRow } from './storage-errors.js';

const TABLE = 'keys';

/** Both trees. */
export interface Twins {
  readonly keys: Tree;
  readonly twin: Tree;
}

/** A row on which both trees agree. @throws ImmuError LEDGER_DAMAGED */
export function getTwins(path: string, { keys, twin }: Twins, key: Uint8Array): Uint8Array | undefined {
  return reading(path, () => {
    const first = peek(keys, key);
    // A copy: the next read uses the same buffer.
    const sealed = first && Buffer.from(first);
    return agreed(path, key, sealed, peek(twin, key));
  });
}

/** Rows on which both trees agree. @throws ImmuError LEDGER_DAMAGED */
export function* rangeOfTwins(path: string, { keys, twin }: Twins, options: RangeOptions): Iterable<Row> {
  const others = entriesOf(path, TABLE, twin, options)[Symbol.iterator]();
  try {
    for (const [key, sealed] of entriesOf(path, TABLE, keys, options)) {
      const other = others.next();
      const [otherKey, otherSealed] = other.done === true ? [] : other.value;
      if (otherKey === undefined) throw disagreement(path, key);
      const order = compareBytes(key, otherKey);
      // The one that comes first is in its own tree only.
      if (order !== 0) throw disagreement(path, order > 0 === (options.reverse === true) ? key : otherKey);
      const value = agreed(path, key, sealed, otherSealed);
      if (value) yield [key, value];
    }
    const extra = others.next();
    if (extra.done !== true) throw disagreement(path, extra.value[0]);
  } finally {
    others.return?.();
  }
}

function agreed(path: string, key: Uint8Array, sealed?: Buffer, twin?: Buffer): Uint8Array | undefined {
  if (!sealed && !twin) return undefined;
  if (!sealed || !twin || !areTwins(sealed, twin)) throw disagreement(path, key);
  const value = unseal(TABLE, key, sealed);
  if (!value) throw damagedRow(path, TABLE, key, 'does not match its checksum');
  return value;
}

function disagreement(path: string, key: Uint8Array) {
  return damagedRow(path, TABLE, key, 'differs between the two places it is kept in');
}
