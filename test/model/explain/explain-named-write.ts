// Writes under an idempotency key that committed nothing themselves: because they were made before, because the key was
// used for something else, or for any reason that writes have.

import { type Explained, type Hindsight, holdsAtOnce, isChangedWithin, noState } from './states.js';
import { idPartsOf } from '../expect/kinds.js';
import { show } from '../expect/values.js';

/** @throws ModelMismatch */
export function explainNamedWrite(event: Explained, hindsight: Hindsight): void {
  const { action, outcome, window } = event;
  const { run, timeline } = hindsight;
  const { failure, seen = [] } = outcome;
  const others = hindsight.events.filter((other) => isNamedLike(event, other));
  if (failure?.code === 'IDEMPOTENCY_KEY_REUSED') {
    if (others.length > 0) return;
    throw noState(event, hindsight);
  }
  if (holdsAtOnce(event, hindsight)) return;
  if (failure?.code === 'CONFLICT') {
    const { changed = [] } = failure;
    if (changed.length > 0 && changed.every((name) => isChangedWithin(timeline, name, window))) return;
  }
  // What another has written under that name is shown, as it was written then.
  const isOthers = (txId: bigint | undefined) => others.some((other) => other.txId === txId);
  const proofs = [...seen, outcome.proof].filter((shown) => shown !== undefined);
  if (failure !== undefined || proofs.length === 0 || !proofs.every(({ txId }) => isOthers(txId)))
    throw noState(event, hindsight);
  for (const [at, shown] of seen.entries()) {
    if (shown === undefined) continue;
    const { kind } = action;
    const revision = timeline
      .history(kind, idPartsOf(kind, shown.values))
      .find(({ number }) => BigInt(number) === shown.revision);
    if (show(revision?.values) !== show(shown.values)) throw noState(event, hindsight);
    const slot = 'slots' in action ? action.slots[at] : 'slot' in action ? action.slot : undefined;
    if (slot === undefined || revision === undefined) continue;
    const handle = { kind, values: shown.values, base: { revision }, isFresh: false };
    run.hold(kind, slot, handle);
  }
}

function isNamedLike({ action }: Explained, other: Explained): boolean {
  return (
    other.txId !== undefined &&
    other.action.kind === action.kind &&
    'options' in action &&
    'options' in other.action &&
    other.action.options.idempotencyKey === action.options.idempotencyKey
  );
}
