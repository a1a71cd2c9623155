// Hooks after a commit that was proven. What they throw comes too late to change anything: it is told.

import type { Events } from '../../client/events.js';
import type { RepositoryEvents } from '../ledger-events.js';
import type { CommittedWrite } from '../write/prepared-write.js';
import { describeHook, type OwnedHook } from './applicable.js';

/** A write, and the hooks that hold for it. */
export interface Saved extends CommittedWrite {
  readonly hooks: readonly OwnedHook<'afterSave'>[];
}

/** Runs them, entity by entity, one after the other: each, whatever becomes of the others. Never rejects. */
export async function runAfterSave(saved: readonly Saved[], events: Events<RepositoryEvents>): Promise<void> {
  for (const { write, evidence, hooks } of saved) {
    const { entity } = write;
    if (entity === undefined) continue;
    const context = { entity: evidence.entity, revision: evidence.revision, txId: evidence.txId };
    for (const { call, plugin } of hooks) {
      try {
        await call(entity, context);
      } catch (error) {
        tell(events, { hook: 'afterSave', plugin, entity: evidence.entity, key: evidence.key, error }, write);
      }
    }
  }
}

/** An error that nobody listens for must not be lost. */
function tell(
  events: Events<RepositoryEvents>,
  event: RepositoryEvents['hook-failed'],
  { schema: { className } }: CommittedWrite['write'],
): void {
  if (events.isHeard('hook-failed')) {
    events.emit('hook-failed', event);
    return;
  }
  const hook = describeHook(event.hook, className, event.plugin);
  process.emitWarning(
    `${hook} failed after the commit, which stands: ${String(event.error)}. Listen with ledger.on('hook-failed', …).`,
    { type: 'ImmurepoHook', code: 'HOOK_FAILED' },
  );
}
