// Which step comes next.
import type { MethodName } from '../rpc-backend.js';
import { execAll } from './exec-all.js';
import { reasonToLeaveOut } from './left-out.js';
import {
  currentState,
  get,
  getAll,
  history,
  streamGet,
  streamHistory,
  streamVerifiableGet,
  txById,
  txScan,
  verifiableGet,
  verifiableTxById,
} from './reads.js';
import { count, countAll, scan, streamScan, streamZScan, zScan } from './scans.js';
import type { Source, Step } from './step.js';
import { streamExecAll, streamSet, streamVerifiableSet } from './streamed-writes.js';
import {
  remove,
  set,
  setReference,
  verifiableSet,
  verifiableSetReference,
  verifiableZAdd,
  zAdd,
} from './writes.js';

/** All kinds of steps, and how often each is drawn in relation to the others. */
const KINDS: readonly (readonly [weight: number, make: (source: Source) => Step])[] = [
  [9, set],
  [7, verifiableSet],
  [3, remove],
  [4, setReference],
  [3, verifiableSetReference],
  [4, zAdd],
  [3, verifiableZAdd],
  [8, execAll],
  [2, streamSet],
  [2, streamVerifiableSet],
  [2, streamExecAll],
  [6, get],
  [6, verifiableGet],
  [2, streamGet],
  [2, streamVerifiableGet],
  [3, getAll],
  [4, history],
  [1.5, streamHistory],
  [7, scan],
  [2, streamScan],
  [6, zScan],
  [2, streamZScan],
  [1, count],
  [1, countAll],
  [5, txById],
  [5, verifiableTxById],
  [4, txScan],
  [1.5, currentState],
];

/** The methods of all kinds of steps. */
export const STEP_METHODS: readonly MethodName[] = KINDS.map(([, make]) =>
  make === remove ? 'delete' : (make.name as MethodName),
);

/** A step that may be asked. */
export function nextStep(source: Source): Step {
  for (;;) {
    const made = source.random.weighted(KINDS)(source);
    if (reasonToLeaveOut(made, source.memory.head) === undefined) return made;
  }
}
