// All groups of probes, in the order in which they run on a server.
import { DATABASES } from './databases.js';
import { LIMITS } from './limits.js';
import { PERMISSIONS } from './permissions.js';
import { PRECONDITIONS } from './preconditions.js';
import { READS } from './reads.js';
import { FRESH_SERVER, SESSIONS } from './sessions.js';
import { STREAMS } from './streams.js';
import type { Group } from './table.js';
import { USERS } from './users.js';
import { WRITES } from './writes.js';

/** To be run on a fresh server. */
export const GROUPS: readonly Group[] = [
  FRESH_SERVER,
  READS,
  WRITES,
  PRECONDITIONS,
  STREAMS,
  LIMITS,
  SESSIONS,
  DATABASES,
  USERS,
  PERMISSIONS,
];
