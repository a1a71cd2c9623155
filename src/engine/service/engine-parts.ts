// What the handlers of an engine work with.

import type { Accounts } from '../access/accounts.js';
import type { Callers } from '../access/callers.js';
import type { Sessions } from '../access/sessions.js';
import type { Tokens } from '../access/tokens.js';
import type { Catalog } from '../catalog.js';
import type { Databases } from '../databases.js';
import type { StateSigner } from './state-signer.js';

/** The parts of an engine. */
export interface EngineParts {
  readonly catalog: Catalog;
  readonly sessions: Sessions;
  readonly tokens: Tokens;
  readonly callers: Callers;
  readonly accounts: Accounts;
  readonly databases: Databases;
  /** `undefined`: states are not signed. */
  readonly signer: StateSigner | undefined;
  /** Seconds since 1970. */
  readonly now: () => bigint;
  /** When the engine was opened, in seconds since 1970. */
  readonly startedAt: bigint;
}
