// The ways in which trust in a server begins: what an attack meets depends on what the client knew before.

import type { TrustOption, TrustStore } from 'immurepo/client';
import type { LedgerState } from 'immurepo/proof';

/** What the client knew before the server's first word. */
export type TrustMode = 'first use' | 'pinned state' | 'pinned key' | 'key and state';

export const MODES: readonly TrustMode[] = ['first use', 'pinned state', 'pinned key', 'key and state'];

/** Whether states must be signed. */
export const isSigned = (mode: TrustMode): boolean => mode === 'pinned key' || mode === 'key and state';

/** What a client of a mode is opened with. */
export function trustOf(
  mode: TrustMode,
  { key, pin, store }: { readonly key: string; readonly pin: LedgerState; readonly store: TrustStore },
): TrustOption {
  const place = { store, ledgerId: 'assurance' };
  switch (mode) {
    case 'first use':
      return { ...place, firstUse: true };
    case 'pinned state':
      return { ...place, pin };
    case 'pinned key':
      return { ...place, key };
    case 'key and state':
      return { ...place, key, pin };
  }
}
