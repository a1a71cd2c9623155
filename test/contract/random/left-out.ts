// What random histories do not ask, each with its reason: behaviour of 1.11.1 that our engine does not copy, or that
// depends on moments. The one place for it.
//
// Besides the list below, steps are made and run so that no moment decides:
// - keys expire long ago or in the far future, never within a run (parts.ts);
// - before a read that does not wait, both sides catch up (run-history.ts): how far the index of 1.11.1 is behind a
//   write that did not wait either depends on the moment;
// - streamExecAll has no operations of a type nobody knows, which 1.11.1 skips, and then reads their messages as types.
import { EntryTypeAction, type EntriesSpec } from '../../../src/wire/immudb/schema/tx.js';
import { payloadsOf } from '../frames.js';
import type { Step } from './step.js';
import { carried } from './streamed-writes.js';

/** A kind of step that is not asked. */
export interface LeftOut {
  readonly what: string;
  readonly reason: string;
  /** Whether a step is of this kind, at this head. */
  readonly matches: (step: Step, head: bigint) => boolean;
}

const KEY_VALUE_STREAMS: readonly string[] = ['streamSet', 'streamVerifiableSet'];
const WRITING_STREAMS: readonly string[] = [...KEY_VALUE_STREAMS, 'streamExecAll'];

function isCutShort(step: Step): boolean {
  try {
    payloadsOf([{ content: carried(step) }]);
    return false;
  } catch {
    return true;
  }
}

function payloads(step: Step): Uint8Array[] {
  return payloadsOf([{ content: carried(step) }]);
}

const isEmpty = (bytes: Uint8Array) => bytes.length === 0;

/** Looks at a snapshot of the index, not at the index. */
function isOfSnapshot({ method, requests }: Step): boolean {
  if (['scan', 'streamScan', 'zScan', 'streamZScan', 'getAll', 'delete'].includes(method)) return true;
  const { entriesSpec } = requests[0] as { entriesSpec?: Partial<EntriesSpec> };
  const specs = [entriesSpec?.kvEntriesSpec, entriesSpec?.zEntriesSpec];
  return specs.some((spec) => spec?.action === EntryTypeAction.RESOLVE);
}

/** All of it. */
export const LEFT_OUT: readonly LeftOut[] = [
  {
    what: 'a stream of writes that ends within a message',
    reason:
      '1.11.1 commits the last value as empty and answers OK; our engine refuses it and commits nothing',
    matches: (step) => WRITING_STREAMS.includes(step.method) && isCutShort(step),
  },
  {
    what: 'an empty key, or an empty value before the last, in a stream of keys and values',
    reason:
      '1.11.1 takes it for the end of the list, commits what came before and answers OK; our engine takes it for what it is',
    matches: (step) => KEY_VALUE_STREAMS.includes(step.method) && payloads(step).slice(0, -1).some(isEmpty),
  },
  {
    what: 'an empty message in streamExecAll',
    reason: '1.11.1 fails with EOF, or ends the list; our engine takes an empty value for what it is',
    matches: (step) => step.method === 'streamExecAll' && payloads(step).some(isEmpty),
  },
  {
    what: 'a floor (sinceTx) below the newest transaction in scans, GetAll, Delete and resolved transactions',
    reason:
      '1.11.1 answers from any snapshot it has cached since, however old, so that answers depend on what was asked before',
    matches: (step, head) => {
      const { sinceTx = 0n } = (step.requests[0] ?? {}) as { sinceTx?: bigint };
      return sinceTx > 0n && sinceTx < head && isOfSnapshot(step);
    },
  },
];

/** Why a step is not asked, or `undefined`. */
export function reasonToLeaveOut(step: Step, head: bigint): string | undefined {
  return LEFT_OUT.find(({ matches }) => matches(step, head))?.what;
}
